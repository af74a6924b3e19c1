"""What is no longer so: claims that were taken back or corrected, and sentences about what happened long ago. Pure.

A report that takes something back leads its story, because it restates the claim in the claim's own words; a sentence
that dates its event before the digest's window ("in March 2024") is no news of it, however new its article is.
"""

from __future__ import annotations

import re

from bot.answering.models import Window
from bot.answering.remarks.refutations import takes_back
from bot.answering.retrieval.no_evidence import is_of_another_time
from bot.digest.clustering.events import Event
from bot.digest.segmenting.items import Item

_CORRECTS = re.compile(
    r"\bthan (?:it |they |he |she |was |were |had )?(?:\w+ )?(?:first|originally|initially|previously|earlier)\b"
    r"|\b(?:first|originally|initially|previously) (?:said|thought|reported|announced|stated|claimed)\b"
    r"|\b(?:correct(?:s|ed)|revis(?:es|ed)) (?:its|their|the|an?|his|her)\b",
    re.IGNORECASE,
)

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def correction(event: Event) -> tuple[Item, int] | None:
    """The newest item that takes back or corrects what the story tells, and its sentence that does."""
    found = [(item, n) for item in event.items if (n := _corrects(item)) is not None]
    return max(found, key=lambda told: (told[0].effective_at, told[0].id), default=None)


def is_old(item: Item, n: int, window: Window | None) -> bool:
    """Whether a sentence itself says that what it tells happened before the window."""
    sentence = item.sentence(n)
    return (
        window is not None
        and _YEAR.search(sentence) is not None  # a date without one is of the article's year
        and is_of_another_time(sentence, item.effective_at, window)
    )


def _corrects(item: Item) -> int | None:
    """The number of the first sentence of its lead that corrects, or that stands under a title that does."""
    for n in range(item.lead):
        if takes_back(item.sentence(n)) or _CORRECTS.search(item.sentence(n)):
            return n
    title = item.article.title if item.whole else ""
    return 0 if takes_back(title) or _CORRECTS.search(title) else None
