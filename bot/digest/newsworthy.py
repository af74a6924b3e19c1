"""Whether a sentence reports something that happened, or remarks on it. By words, English. Pure."""

from __future__ import annotations

import re

_HAPPENED = re.compile(
    r"\b(?:announc|launch|releas|introduc|unveil|rais|acquir|open-?sourc|publish|ship|sign|su(?:es?|ed)\b|accus|fil(?:es|ed)\b"
    r"|join|le(?:aves|aving|ft)\b|resign|fir(?:es|ed)\b|hir(?:es|ed)\b|buy|bought|merg|expand|preview|roll(?:s|ed|ing)? out|ban(?:s|ned)\b"
    r"|block|order|propos|approv|reject|fin(?:es|ed)\b|rul(?:es|ed)\b|reach|cross|surpass|beat|lead(?:s|ing)?\b|led\b|top(?:s|ped)\b"
    r"|found\b|discover|report|claim|warn|confirm|den(?:y|ies|ied)|delay|cancel|restor|shut|end(?:s|ed)\b|cut(?:s|ting)?\b|hit(?:s|ting)?\b"
    r"|add(?:s|ed)\b|support|deploy|partner|invest|test(?:s|ed)\b|show(?:s|ed)\b|demonstrat|achiev|scor(?:es|ed)\b|grant|leak|emerg"
    r"|now (?:on|in|available|supports?)|available\b|rumou?r)",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"\b(?:themes?|patterns?|takeaways?|implications?|narratives?|discourse|vibes?|framings?|broader|broadly|increasingly|"
    r"center of gravity|becoming|perspectives?|opinions?|interpretations?|reactions?|critiques?|commentary|commenters?|"
    r"highlights? that|signals? that|reinforc\w+|argu(?:es?|ed)|questions?|suggest(?:s|ed)?|several (?:posts|tweets|people)|"
    r"multiple (?:posts|tweets)|meta-point|the point is)\b",
    re.IGNORECASE,
)


def reports(text: str) -> bool:
    """Whether it says that something happened."""
    return _HAPPENED.search(text) is not None


def remarks(text: str) -> bool:
    """Whether it speaks of themes, views and moods."""
    return _REMARK.search(text) is not None
