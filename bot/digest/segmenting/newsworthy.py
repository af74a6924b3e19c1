"""Whether a sentence reports something that happened, remarks on it or explains it. By words, English. Pure."""

from __future__ import annotations

import re

_HAPPENED = """
    announc launch releas introduc unveil rais acquir open-?sourc publish ship sign accus join resign
    hir(?:es|ed)\\b buy bought merg expand preview roll(?:s|ed|ing)?\\sout ban(?:s|ned)\\b block order propos
    approv reject reach cross surpass beat lead(?:s|ing)?\\b led\\b top(?:s|ped)\\b found\\b discover report
    claim warn confirm den(?:y|ies|ied)\\b delay cancel restor shut end(?:s|ed)\\b cut(?:s|ting)?\\b
    hit(?:s|ting)?\\b add(?:s|ed)\\b support deploy partner invest test(?:s|ed)\\b show(?:s|ed)\\b demonstrat
    achiev scor(?:es|ed)\\b grant leak emerg sued\\b su(?:es|ing)\\b fil(?:es|ed)\\b fir(?:es|ed)\\b
    fin(?:es|ed)\\b rul(?:es|ed)\\b le(?:aves|aving|ft)\\b now\\s(?:on|in|available|supports?)\\b available\\b
    rumou?r
"""
_REMARKS = """
    themes? patterns? takeaways? implications? narratives? discourse vibes? framings? broader broadly
    increasingly center\\sof\\sgravity becoming perspectives? opinions? interpretations? reactions? critiques?
    commentary commenters? highlights?\\sthat signals?\\sthat reinforc\\w+ argu(?:es?|ed) questions?
    suggest(?:s|ed)? meta-point the\\spoint\\sis (?:several|multiple)\\s(?:posts|tweets|people)
"""
_DEFINES = r"""
    \b(?:is|are|was)\s(?:called|named|known\sas|short\sfor)\b | \bstands\sfor\b | \brefers?\sto\b
    | \b(?:is|are)\s(?:an?|the|[\w\s]+['’]s)\s(?:\w+\s)?(?:name|term|word|acronym)\s(?:for|of)\b
    | ^\S+(?:\s\S+){0,3}\s(?:is|are)\san?\s(?!new\b|first\b)[^,;]{0,60}\b(?:that|which|where|in\swhich)\b
"""
_HAPPENED_PATTERN = re.compile(rf"\b(?:{'|'.join(_HAPPENED.split())})", re.IGNORECASE)
_REMARK_PATTERN = re.compile(rf"\b(?:{'|'.join(_REMARKS.split())})\b", re.IGNORECASE)

_DEFINES_PATTERN = re.compile(_DEFINES, re.IGNORECASE | re.VERBOSE)


def reports(text: str) -> bool:
    """Whether it says that something happened."""
    return _HAPPENED_PATTERN.search(text) is not None


def remarks(text: str) -> bool:
    """Whether it speaks of themes, views and moods."""
    return _REMARK_PATTERN.search(text) is not None


def defines(text: str) -> bool:
    """Whether it explains what something is or is called."""
    return _DEFINES_PATTERN.search(text) is not None
