"""Whether a sentence goes on about what stood before it. By its first words, English. Pure.

"The response from Demis Hassabis underscores the loss" tells nothing without the sentence before: it points back by a
pronoun, by a noun that was not introduced ("the company", "the launch"), or by calling itself a reaction or a detail.
"""

from __future__ import annotations

import re

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


def besides(sentence: str) -> bool:
    """Whether it tells something beside the main thing."""
    return _BESIDES.search(sentence) is not None


def points_back(sentence: str) -> bool:
    """Whether it cannot stand without the sentence before it."""
    return _POINTS_BACK.match(sentence) is not None
