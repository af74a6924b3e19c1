"""Where sentences end in prose. Made for English, but knows the full stops of other scripts; uses no dictionary.

A full stop ends a sentence when white space and the start of another sentence follow, unless it belongs to an
abbreviation, an initial or a number ("Dr. Lee", "the U.S. Food and Drug Administration", "No. 1"). In doubt the
sentence continues: two sentences in one quote are true, half a sentence may not be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from ingest.models import Span

SENTENCE_MAX_CHARS: Final = 1000


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_END = re.compile(  # begins with what a scan can look for; `more` matches, though empty, where a space has to follow
    r"[.!?…。！？｡।॥؟۔։።။។](?:(?<=[.!?…؟۔])(?<![.!?…؟۔]{2})(?P<more>[.!?…؟۔]*+)(?P<close>(?:[\"'”’»)\]*]|\[\d{1,3}\])*+)(?=\s)"
    r"|(?<=[。！？｡।॥։።။។])[。！？｡।॥։።။។]*+[」』”’）】》]*+)"
)
_NEXT = re.compile(r"\s*(?P<open>[\"'“‘«(\[*–—-]*)\s*(?P<word>[^\W_][\w'’.-]*)?")
_OPENING = re.compile(r"[(\[\"“‘'—–/]")
_ATTRIBUTION = re.compile(
    r"(?<=[\"”’»])\s{1,3}[—–] ?[^\W\d_][^.!?\n]{1,100}\Z|(?<=[\"”’»])\s{1,3}[—–] ?[^\W\d_][^.!?\n]{1,100}(?=\n)"
)
"""An attribution after a quotation."""
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_CLAUSE = re.compile(r"[;:,—–](?=\s)|[，；：、]|—(?=\w)")

_ALWAYS_GO_ON: Final = _set(
    "dr mr mrs ms prof gen sen rep gov lt col sgt capt st mt rev hon vs e.g i.e eg ie cf viz approx"
)
_BEFORE_NUMBERS: Final = _set(
    "no nos fig figs eq sec vol ch p pp art v ver jan feb mar apr jun jul aug sep sept oct nov dec"
)
_MAY_END: Final = _set("inc corp ltd co llc etc al jr sr a.m p.m u.s u.k e.u dept est ca incl")
_LETTERED: Final = _set("series plan class type option part appendix phase vitamin section group tier")
_STARTERS: Final = _set(
    "A An The In It Its This That These Those They He She We You I But And Or So Yet If When While Then There Their "
    "His Her Our For On At As By To From With After Before Since However Meanwhile According Also No Not What Why How "
    "Who Where"
)


def split(text: str, within: Span) -> Iterator[Span]:
    """The sentences of `text[within]`, in order, without white space at their ends, none empty or too long."""
    start = within.start
    for match in _END.finditer(text, within.start, within.end):
        if match.end() < within.end and _ends_here(text, start, match, within.end):
            yield from cut(text, Span(start, match.end()))
            start = match.end()
    yield from cut(text, Span(start, within.end))


def cut(text: str, span: Span) -> Iterator[Span]:
    """Pieces of a span of at most `SENTENCE_MAX_CHARS`, split at a clause, else a line, else a word, else anywhere."""
    start, end = span
    while True:
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        if end - start <= SENTENCE_MAX_CHARS:
            break
        middle = _cutting_point(text, start, start + SENTENCE_MAX_CHARS)
        yield _stripped(text, start, middle)
        start = middle
    if start < end:
        yield Span(start, end)


def _stripped(text: str, start: int, end: int) -> Span:
    """Without white space at the end; the start has none."""
    return Span(start, start + len(text[start:end].rstrip()))


def _cutting_point(text: str, start: int, limit: int) -> int:
    """The last good place to cut in the later half of `text[start:limit]`."""
    later_half = start + SENTENCE_MAX_CHARS // 2
    clauses = [match.end() for match in _CLAUSE.finditer(text, later_half, limit)]
    if clauses:
        return clauses[-1]
    line = text.rfind("\n", later_half, limit)
    if line > 0:
        return line
    spaces = [n for n in range(later_half, limit + 1) if text[n].isspace()]
    return spaces[-1] if spaces else limit


def _ends_here(text: str, start: int, match: re.Match[str], limit: int) -> bool:
    """Whether the end punctuation of `match` ends the sentence that began at `start`."""
    if match["more"] is None:
        return True
    if _ATTRIBUTION.match(text, match.end(), limit):
        return False
    following = _NEXT.match(text, match.end(), limit)
    word = (following["word"] or "") if following else ""
    stop_alone = match.group() == "."
    before = _words_before(text, start, match.start()) if stop_alone else ("", "")
    if word and word.islower() and word[0].isalpha():
        return _is_plain_word(before[1])
    return not (stop_alone and _is_abbreviation(*before, word))


def _words_before(text: str, start: int, end: int) -> tuple[str, str]:
    """The last two words before a full stop, without opening quotes and brackets."""
    words = ["", "", *_OPENING.sub(" ", text[max(start, end - 60) : end]).split()]
    return words[-2], words[-1]


def _is_plain_word(word: str) -> bool:
    """Whether it is a plain lower-case word: a full stop after it ends the sentence even before a lower-case letter."""
    return len(word) > 4 and word.isalpha() and word.islower() and word not in _ALWAYS_GO_ON


def _is_abbreviation(previous: str, word: str, following: str) -> bool:
    """Whether the full stop after `word` belongs to it, judging by the surrounding words."""
    lower = word.lower()
    if lower in _ALWAYS_GO_ON:
        return True
    if lower in _BEFORE_NUMBERS:
        return following[:1].isdigit()
    if lower in _MAY_END or _INITIALS.fullmatch(word):
        return following != "" and following not in _STARTERS and previous.lower() not in _LETTERED
    return False
