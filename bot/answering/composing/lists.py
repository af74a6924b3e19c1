"""Lists of an article: from the sentence that announces one to its last item. Pure."""

from __future__ import annotations

import re

from ingest.models import Passage

_ITEM = re.compile(r"[^\S\n]*(?:[-*•·–‣◦]|\(?\d{1,3}[.)]|\(?[a-z]\))[^\S\n]+")
ITEMS = 2
"""Fewer items in a row are no list."""


def list_at(passage: Passage, n: int) -> tuple[int, int] | None:
    """The sentences of the list that the n-th belongs to or announces, first and last; None where there is none.

    The sentence in front of the first item belongs to it: it says what the items are.
    """
    marks = _items(passage)
    start = n if marks[n] else n + 1
    if start >= len(marks) or not marks[start]:
        return None
    first = start
    while first > passage.headings and marks[first - 1]:
        first -= 1
    last = start
    while last + 1 < len(marks) and marks[last + 1]:
        last += 1
    if sum(_begins(passage, i) for i in range(first, last + 1)) < ITEMS:
        return None
    return (first - 1 if first > passage.headings else first), last


def _items(passage: Passage) -> list[bool]:
    """For each sentence whether it is an item or goes on in an item's line."""
    marks: list[bool] = []
    for n in range(len(passage.sentences)):
        begins = _begins(passage, n)
        goes_on = bool(marks) and marks[-1] and not _new_line(passage, n)
        marks.append(begins or goes_on)
    return marks


def _begins(passage: Passage, n: int) -> bool:
    """Whether an item's mark is at the start of the sentence, or between it and the start of the line."""
    at = passage.sentences[n].start - passage.span.start
    line = passage.text.rfind("\n", 0, at) + 1
    return _new_line(passage, n) and _ITEM.match(passage.text, line) is not None


def _new_line(passage: Passage, n: int) -> bool:
    if n == 0:
        return True
    before, here = passage.sentences[n - 1].end - passage.span.start, passage.sentences[n].start - passage.span.start
    return "\n" in passage.text[before:here]
