"""What a sentence does beside telling news: explain, or continue what stood before it. By English words. Pure.

"The response from Demis Hassabis underscores the loss" says nothing without the sentence before it: it points back by a
pronoun, by a noun that was not introduced ("the company", "the launch"), or by calling itself a reaction or a detail.
"""

from __future__ import annotations

import re

_DEFINES = r"""
    \b(?:is|are|was)\s(?:called|named|known\sas|short\sfor)\b | \bstands\sfor\b | \brefers?\sto\b
    | \b(?:is|are)\s(?:an?|the|[\w\s]+['’]s)\s(?:\w+\s)?(?:name|term|word|acronym)\s(?:for|of)\b
    | ^\S+(?:\s\S+){0,3}\s(?:is|are)\san?\s(?!new\b|first\b)[^,;]{0,60}\b(?:that|which|where|in\swhich)\b
"""
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


def defines(text: str) -> bool:
    """Whether it explains what something is or is called."""
    return _DEFINES_PATTERN.search(text) is not None


def points_back(sentence: str) -> bool:
    """Whether it cannot be understood without the sentence before it."""
    return _POINTS_BACK.match(sentence) is not None
