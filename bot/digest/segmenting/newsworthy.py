"""What a sentence does: report, remark, explain, or continue what stood before it. By English words. Pure.

"The response from Demis Hassabis underscores the loss" says nothing without the sentence before it: it points back by a
pronoun, by a noun that was not introduced ("the company", "the launch"), or by calling itself a reaction or a detail.
"""

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
    tweets? takes?\\s(?:is|are|was) strong(?:est)?\\sclaims?
    suggest(?:s|ed)? meta-point the\\spoint\\sis several\\s(?:posts|tweets|people)
    multiple\\s(?:posts|tweets|people)
"""
_DEFINES = r"""
    \b(?:is|are|was)\s(?:called|named|known\sas|short\sfor)\b | \bstands\sfor\b | \brefers?\sto\b
    | \b(?:is|are)\s(?:an?|the|[\w\s]+['’]s)\s(?:\w+\s)?(?:name|term|word|acronym)\s(?:for|of)\b
    | ^\S+(?:\s\S+){0,3}\s(?:is|are)\san?\s(?!new\b|first\b)[^,;]{0,60}\b(?:that|which|where|in\swhich)\b
"""


def _of_words(beginnings: str, end: str = "") -> re.Pattern[str]:
    """What begins a word with one of these, in small letters.

    Each alternative begins with its letter and looks back from behind it: a pattern whose first characters are known is
    searched for many times faster than one that begins with a condition.
    """
    return re.compile("|".join(rf"{word[0]}(?<!\w{word[0]}){word[1:]}{end}" for word in beginnings.split()))


_HAPPENED_PATTERN = _of_words(_HAPPENED)
_REMARK_PATTERN = _of_words(_REMARKS, r"\b")
_DEFINES_PATTERN = re.compile(_DEFINES, re.IGNORECASE | re.VERBOSE)
_POINTS_BACK = re.compile(
    r"""[\W_]*(?:
      (?i:it|its|they|their|he|his|she|her|this|these|those|such|both|neither)\b
    | [Tt]he\s+(?!most\b|least\b|other\b|first\b|next\b|\w+est\b)[a-z]
    | (?:On|In|At|With|For|Among|By)\s+(?:this|that|these|those|the\s+same)\b
    | (?:Reported|Claimed|Quoted|Early)\s+[a-z]+\s+(?:include|are|show|say)
    | (?i:an?\s+)?(?i:follow-?(?:on|up))\b | (?i:commentary|reactions?|skepticism|critics|commenters|criticism)\b
    )""",
    re.VERBOSE,
)
_BESIDES = re.compile(r"\b(?:also|another|separately|internally)\b", re.IGNORECASE)


def reports(text: str) -> bool:
    """Whether it says that something happened."""
    return _HAPPENED_PATTERN.search(text.lower()) is not None


def remarks(text: str) -> bool:
    """Whether it is about themes, views and moods."""
    return _REMARK_PATTERN.search(text.lower()) is not None


def defines(text: str) -> bool:
    """Whether it explains what something is or is called."""
    return _DEFINES_PATTERN.search(text) is not None


def besides(sentence: str) -> bool:
    """Whether it reports something beside the main thing."""
    return _BESIDES.search(sentence) is not None


def points_back(sentence: str) -> bool:
    """Whether it cannot be understood without the sentence before it."""
    return _POINTS_BACK.match(sentence) is not None
