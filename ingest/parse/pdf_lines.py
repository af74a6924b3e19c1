"""The lines of a PDF's pages, corrected by the positions of their characters: powers, columns, running heads.

pdfium returns characters in the order of the page's content stream, with line breaks of its own. Coordinates are in
points from the lower left corner of the page.
"""

from __future__ import annotations

import ctypes
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Any, Final, NamedTuple

from ingest.parse.raised import lowered, settled_mark

MOST_PLACED: Final = 300_000
"""How many characters of a document have their positions examined; later pages are taken as they are."""
EDGE_LINES: Final = 3
"""At most this many lines at the top and at the bottom of a page are furniture."""
REPEATED: Final = 0.5
"""Least share of the pages on which furniture repeats; left and right pages may differ."""

_SMALLER: Final = 0.9
_SHIFTED: Final = 0.15
_GUTTER: Final = 0.6
_MIDDLE: Final = (0.3, 0.7)
_LEAST_COLUMN: Final = 4  # lines
_PROSE_CHARS: Final = 18
_NUMBERS = re.compile(r"\d+|\b[ivxlc]+\b")


class Char(NamedTuple):
    """A character, its left and right edge, its baseline and its font's size."""

    text: str
    left: float
    right: float
    base: float
    size: float


class Line(NamedTuple):
    """A line, or its part in a column."""

    text: str
    left: float
    right: float
    base: float
    size: float


def page_lines(words: Any) -> list[Line]:
    """The lines of a text page of pypdfium2, in reading order."""
    lines = [line for chars in _raw_lines(words) for line in _parts(chars)]
    return _by_column(lines)


def without_furniture(pages: Sequence[Sequence[Line]]) -> list[list[str]]:
    """The lines of each page without those that repeat at the same edge of many pages, ignoring numbers."""
    tops = Counter(name for page in pages for name in {_name(line) for line in _edge(page, top=True)})
    feet = Counter(name for page in pages for name in {_name(line) for line in _edge(page, top=False)})
    often = max(2, REPEATED * len(pages) / 2)
    cleaned: list[list[str]] = []
    for page in pages:
        furniture = (*_repeated(page, tops, often, top=True), *_repeated(page, feet, often, top=False))
        gone = set(map(id, furniture))
        cleaned.append([line.text for line in page if id(line) not in gone])
    return cleaned


def _repeated(page: Sequence[Line], counts: Counter[str], often: float, *, top: bool) -> list[Line]:
    """The lines from the page's edge inwards that other pages have there too."""
    return list(takewhile(lambda line: counts[_name(line)] >= often, _edge(page, top=top)))


def _name(line: Line) -> str:
    """The part of a running head that stays the same from page to page."""
    return _NUMBERS.sub("#", " ".join(line.text.casefold().split()))


def _edge(page: Sequence[Line], *, top: bool) -> list[Line]:
    """The lines at one edge, at most a third of the page."""
    return sorted(page, key=lambda line: -line.base if top else line.base)[: min(EDGE_LINES, (len(page) + 2) // 3)]


def _raw_lines(words: Any) -> Iterator[list[Char]]:
    import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

    x, y = ctypes.c_double(), ctypes.c_double()
    left, right, bottom, top = ctypes.c_double(), ctypes.c_double(), ctypes.c_double(), ctypes.c_double()
    line: list[Char] = []
    for n in range(pdfium.FPDFText_CountChars(words)):
        code = pdfium.FPDFText_GetUnicode(words, n)
        if code in (10, 13):
            if line:
                yield line
            line = []
            continue
        if not 0 < code < 0x110000:
            continue
        pdfium.FPDFText_GetCharOrigin(words, n, x, y)
        pdfium.FPDFText_GetCharBox(words, n, left, right, bottom, top)
        size = pdfium.FPDFText_GetFontSize(words, n)
        line.append(Char(chr(code), left.value, right.value, y.value, size))
    if line:
        yield line


def _parts(chars: list[Char]) -> Iterator[Line]:
    """A raw line, split at gaps as wide as those between columns."""
    shown = [char for char in chars if not char.text.isspace()]
    if not shown:
        return
    size = statistics.mode(char.size for char in shown)
    part: list[Char] = []
    before: Char | None = None
    for char in chars:
        if before is not None and not char.text.isspace() and char.left - before.right > max(1.0, size):
            yield from _line(part)
            part = []
        part.append(char)
        if not char.text.isspace():
            before = char
    yield from _line(part)


def _line(chars: list[Char]) -> Iterator[Line]:
    shown = [char for char in chars if not char.text.isspace()]
    if not shown:
        return
    size = statistics.mode(char.size for char in shown)
    base = statistics.mode(round(char.base, 1) for char in shown if char.size == size)
    text = "".join(_settled(chars, base, size)).strip()
    if text:
        yield Line(text, min(c.left for c in shown), max(c.right for c in shown), base, size)


def _settled(chars: list[Char], base: float, size: float) -> Iterator[str]:
    """The text of a line with powers and indices; footnote marks are dropped."""
    runs: list[tuple[int, str]] = []
    for char in chars:
        level = _level(char, base, size)
        if runs and (runs[-1][0] == level or (char.text.isspace() and level == 0 == runs[-1][0])):
            runs[-1] = (level, runs[-1][1] + char.text)
        else:
            runs.append((level, char.text))
    before = ""
    for n, (level, text) in enumerate(runs):
        after = runs[n + 1][1][:2] if n + 1 < len(runs) else ""
        settled = text if not level else settled_mark(text, before, after) if level > 0 else lowered(text)
        before = (before + settled)[-40:]
        yield settled


def _level(char: Char, base: float, size: float) -> int:
    """1 for a raised character, -1 for a lowered one."""
    if char.text.isspace() or char.size > _SMALLER * size or abs(char.base - base) < _SHIFTED * char.size:
        return 0
    return 1 if char.base > base else -1


def _by_column(lines: list[Line]) -> list[Line]:
    """The lines in reading order: on a page of two columns the left one first, between lines that cross both."""
    gutter = _gutter(lines)
    if gutter is None:
        return _rejoined(lines)
    ordered: list[Line] = []
    columns: tuple[list[Line], list[Line]] = ([], [])
    for line in sorted(lines, key=lambda line: (-line.base, line.left)):
        if line.left < gutter < line.right:
            ordered += [*columns[0], *columns[1], line]
            columns = ([], [])
        else:
            columns[line.left > gutter].append(line)
    return [*ordered, *columns[0], *columns[1]]


def _gutter(lines: list[Line]) -> float | None:
    """The gap between two columns of prose; None on a page with one column or a table."""
    if len(lines) < 2 * _LEAST_COLUMN:
        return None
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    low, high = (left + share * (right - left) for share in _MIDDLE)
    starts = Counter(round(line.left) for line in lines if low < line.left < high)
    for start, count in starts.most_common(3):
        if count < _LEAST_COLUMN:
            break
        gutter = start - 2.0
        ones = [line for line in lines if line.right < gutter]
        others = [line for line in lines if line.left > gutter]
        crossing = len(lines) - len(ones) - len(others)
        if (
            min(len(ones), len(others)) >= _LEAST_COLUMN
            and crossing <= _GUTTER * len(others)
            and _is_prose(ones, others)
        ):
            return gutter
    return None


def _is_prose(*columns: list[Line]) -> bool:
    return all(statistics.median(len(line.text) for line in column) >= _PROSE_CHARS for column in columns)


def _rejoined(lines: Iterable[Line]) -> list[Line]:
    """Parts of one line, as cells of a table are, on one line again."""
    joined: list[Line] = []
    for line in lines:
        last = joined[-1] if joined else None
        if last is not None and abs(last.base - line.base) < 0.5 * line.size and line.left > last.right:
            joined[-1] = last._replace(text=f"{last.text} {line.text}", right=line.right)
        else:
            joined.append(line)
    return joined
