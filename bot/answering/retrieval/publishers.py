"""Questions that name a publisher: "What did Silicon Daily write about Cedar?" is for that publisher. Pure.

Who published what is found is known only after a search, so a publisher is recognised among the passages found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ingest.models import Passage

_SAYS = (
    r"say|says|said|write|writes|wrote|written|report|reports|reported|publish|publishes|published|claim|claims|claimed"
    r"|cover|covers|covered|mention|mentions|mentioned|tell|tells|told|think|thinks|post|posted|run|ran|story|stories"
    r"|articles?|news|piece|column|coverage"
)
_SOURCE_BEFORE = re.compile(
    r"\b(?:according to|as (?:per|reported by)|per|from|laut"
    r"|(?:reported|published|written|posted|news|articles?|stories|story|posts?|says?|read) (?:by|in|on|from|at))"
    r"\s+(?:the\s+)?[\"“'«]?$",
    re.IGNORECASE,
)
_SAYS_BEHIND = re.compile(rf"[\"”'»]?(?:['’]s)?\s+(?:\w+\s+)?(?:{_SAYS})\b", re.IGNORECASE)
SAYING = frozenset(_SAYS.split("|"))


def publisher_in(question: str, passages: Iterable[Passage]) -> str:
    """The publisher among those of the passages that the question asks about as one; "" where it asks about none."""
    names = sorted({passage.article.source for passage in passages if passage.article.source}, key=len, reverse=True)
    return next((name for name in names if _is_asked_about(name, question)), "")


def _is_asked_about(name: str, question: str) -> bool:
    spelt = re.sub(r"^the\s+", "", name.strip(), flags=re.IGNORECASE)
    if len(spelt) < 2:
        return False
    for match in re.finditer(rf"(?<!\w){re.escape(spelt)}(?!\w)", question, re.IGNORECASE):
        if _SOURCE_BEFORE.search(question, 0, match.start()) or _SAYS_BEHIND.match(question, match.end()):
            return True
    return False
