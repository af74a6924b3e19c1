"""Whether words stand in a text: exactly, or nearly, and then which words differ. Pure.

Exactly means letter by letter; white space, the forms of quotation marks, dashes and dots, and marks around the words
do not count, because programs and word processors change them. Nearly is decided by words in their order.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from ingest.models import Span

LEAST_ALIKE = 0.6
"""Below this share of common words, a place is not called similar."""
MOST_DIFFERENCES = 20
MOST_WORDS = 400
"""Words beyond this are not compared: the comparison takes the square of their number at worst."""
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Letters of scripts that are written without spaces: each counts as a word, and words may begin and end anywhere."""
_LETTER = rf"[^\W_{_UNSPACED}]"
_WORD = re.compile(rf"[{_UNSPACED}]|{_LETTER}(?:{_LETTER}|[.,:'’/+-](?={_LETTER}))*[%°]?|[$€£¥](?=\d)")
"""A word or figure with what is inside it ("3.2", "open-weight"), and the signs of currencies."""
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]").match
_SAME = str.maketrans(dict.fromkeys("‘’‚‛‹›′", "'") | dict.fromkeys("“”„‟«»″", '"') | dict.fromkeys("‐‑‒–—―−", "-"))
_FORMS = {"…": "...", "\u00ad": "", "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": "", "\ufeff": ""}
_AROUND = " \"'.…"
"""Marks around the words that people add or leave out."""
_SLACK = 8
"""How many words a place may be shifted against the words by insertions."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Words that were given, and what the text has instead; one of them may be empty."""

    given: str
    text: str

    @property
    def in_figures(self) -> bool:
        """Whether a figure was changed, added or left out."""
        return any(map(str.isdigit, self.given + self.text))


@dataclass(frozen=True, slots=True)
class Place:
    """Where the words stand in a text.

    Attributes:
        alike: 1.0 for the very words, else the share of common words, both sides counted.
        differences: in order, at most `MOST_DIFFERENCES`; empty where the words stand exactly.
    """

    span: Span
    alike: float
    differences: tuple[Difference, ...] = ()

    @property
    def is_exact(self) -> bool:
        return self.alike == 1.0 and not self.differences


def exact_place(words: str, text: str) -> Place | None:
    """The first place where these very words stand, whole; None if there is none."""
    whole = printed(words)[0].strip()
    bare = whole.strip(_AROUND)
    if not any(map(str.isalnum, bare)):
        return None
    haystack, offsets = printed(text)
    return _first(whole, haystack, offsets) or (_first(bare, haystack, offsets) if bare != whole else None)


def near_place(words: str, text: str) -> Place | None:
    """The place most like the words; None where none has at least `LEAST_ALIKE` of them, and as many of its own."""
    given, there = _tokens(words)[:MOST_WORDS], _tokens(text)
    if len(given) < 2 or not there:
        return None
    wanted = [token.folded for token in given]
    region = _likeliest(wanted, there)
    if _at_best(wanted, region) < LEAST_ALIKE:
        return None
    first, last, alike = _best_stretch(_blocks(wanted, [token.folded for token in region]), len(given), len(region))
    if alike < LEAST_ALIKE:
        return None
    window = region[first:last]
    span = Span(window[0].span.start, window[-1].span.end)
    return Place(span, min(alike, 0.999), tuple(_differences(words, given, text, window))[:MOST_DIFFERENCES])


def _first(needle: str, haystack: str, offsets: Sequence[int]) -> Place | None:
    at = haystack.find(needle)
    while at >= 0:
        after = at + len(needle)
        if _is_whole(haystack, at, after):
            return Place(Span(offsets[at], offsets[after - 1] + 1), 1.0)
        at = haystack.find(needle, at + 1)
    return None


@lru_cache(maxsize=64)
def printed(text: str) -> tuple[str, Sequence[int]]:
    """The text with one form of blanks, quotation marks, dashes and dots, and the offset of each of its characters."""
    chars: list[str] = []
    offsets: list[int] = []
    for offset, char in enumerate(text):
        for form in _FORMS.get(char, " " if char.isspace() else char.translate(_SAME)):
            if form != " " or (chars and chars[-1] != " "):
                chars.append(form)
                offsets.append(offset)
    return "".join(chars), offsets


@dataclass(frozen=True, slots=True)
class _Token:
    folded: str
    span: Span


def _tokens(text: str) -> list[_Token]:
    found = _WORD.finditer(text)
    return [_Token(match[0].translate(_SAME).casefold(), Span(match.start(), match.end())) for match in found]


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether no word or figure is cut: "$1" does not stand in "$120", nor "3" in "3.2"."""
    before = start > 0 and _is_letter(text[start]) and _goes_on(text[start - 1], text[start - 2 : start - 1])
    behind = end < len(text) and _is_letter(text[end - 1]) and _goes_on(text[end], text[end + 1 : end + 2])
    return not before and not behind


def _is_letter(char: str) -> bool:
    """Whether a word may go on behind or before it: no end of a word can be told in scripts without spaces."""
    return char.isalnum() and not _IS_UNSPACED(char)


def _goes_on(neighbour: str, next_one: str) -> bool:
    return _is_letter(neighbour) or (neighbour in ".,%" and (neighbour == "%" or next_one.isdigit()))


def _likeliest(wanted: Sequence[str], there: Sequence[_Token]) -> Sequence[_Token]:
    """The stretch of the text that has most of the words at fitting distances: rare words count more."""
    at: dict[str, list[int]] = defaultdict(list)
    for n, word in enumerate(wanted):
        at[word].append(n)
    common = Counter(token.folded for token in there if token.folded in at)
    votes: dict[int, float] = defaultdict(float)
    for n, token in enumerate(there):
        for m in at.get(token.folded, ()):
            votes[(n - m) // _SLACK] += 1 / common[token.folded]
    best = max(votes, key=lambda band: (votes[band] + votes.get(band + 1, 0.0), -band), default=0)
    start = max(best * _SLACK - _SLACK, 0)
    return there[start : start + len(wanted) + 4 * _SLACK]


def _at_best(wanted: Sequence[str], region: Sequence[_Token]) -> float:
    """How alike a stretch can be at best, by the words alone; quickly told, and mostly too little."""
    common = (Counter(wanted) & Counter(token.folded for token in region)).total()
    return 2 * common / (len(wanted) + common)


def _blocks(wanted: Sequence[str], region: Sequence[str]) -> list[tuple[int, int, int]]:
    """Common runs of words: start in the words, start in the region, length."""
    matcher = SequenceMatcher(None, wanted, region, autojunk=False)
    return [(block.a, block.b, block.size) for block in matcher.get_matching_blocks() if block.size]


def _best_stretch(blocks: Sequence[tuple[int, int, int]], words: int, region: int) -> tuple[int, int, float]:
    """First and last word of the stretch of the region that is most like the words, and how alike it is.

    A common word far before or behind the rest would only lengthen the place, so blocks at the ends may be left out.
    """
    best = (0, 0, 0.0)
    for n, (a, b, _) in enumerate(blocks):
        common, first = 0, max(b - a, 0)
        for c, d, size in blocks[n:]:
            common += size
            last = min(d + words - c, region)
            alike = 2 * common / (words + last - first)
            if alike > best[2]:
                best = (first, last, alike)
    return best


def _differences(words: str, given: Sequence[_Token], text: str, window: Sequence[_Token]) -> Iterator[Difference]:
    matcher = SequenceMatcher(None, [t.folded for t in given], [t.folded for t in window], autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            yield Difference(_between(words, given[a:b]), _between(text, window[c:d]))


def _between(text: str, tokens: Sequence[_Token]) -> str:
    return text[tokens[0].span.start : tokens[-1].span.end] if tokens else ""
