"""The layout of plain text: which lines are prose, headings, list items, table rows or fenced code.

Lines end at "\\n" alone. Markers (`## `, `- `, `1. `, `> `, the outer `|` of a table row), rules and fences belong to
no block; every other character but white space belongs to exactly one.

Lines are joined if the text was wrapped or broken inside a sentence, even across the blank line of a page break: a long
line lacks its end punctuation, and the next one continues in lower case.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple

from ingest.models import Span
from ingest.text.sentences import SENTENCE_MAX_CHARS

HEADING_MAX_CHARS: Final = 120

_BROKEN_LINE_CHARS: Final = 60
_WRAPPED_WIDTHS: Final = range(40, 161)
_FULL_LINES: Final = 0.6
_FENCE = re.compile(r"[ \t]*(```|~~~)")
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]+")
_ITEM = re.compile(r"[ \t]*(?:[-*+•‣◦▪●]|\d{1,3}[.)])[ \t]+")
_QUOTE = re.compile(r"[ \t]*>[> \t]*(?:\[![A-Z]{1,20}\][ \t]*)?")
_LOWER_WORD = re.compile(r"[\"'“‘(\[]?[a-zß-öø-ÿ]+(?![\w@/]|\.\w)")
_SPEAKER = re.compile(r"[—–] ?[^\W\d_]")
_GOES_ON = re.compile(r"(?:[,–—]|\b(?:a|an|and|as|at|by|for|from|in|of|on|or|the|to|with))$")
_RULE_CHARS: Final = "|:-+=_*>~•· \t"
_SENTENCE_ENDS: Final = tuple(".!?…。！？।॥؟۔")
_OPEN_ENDS: Final = (*_SENTENCE_ENDS, ":", ";", ",", "：", "；", "，")
_QUOTE_ENDS: Final = ('"', "”", "’", "»")
_CLOSERS: Final = "\"'”’)]»*_ \t"


class BlockKind(StrEnum):
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ITEM = "item"
    ROW = "row"
    CODE = "code"


class TextBlock(NamedTuple):
    """A block of one kind; `span` is never empty and has no white space at its ends."""

    kind: BlockKind
    span: Span


class _Line(NamedTuple):
    """A line with text: its span without its marker, and the kind that the marker gives it.

    `width` counts all its characters; `gap`: a blank line, a rule or a fence is above it; `code` is the number of the
    fence that it is in, 0 for none.
    """

    kind: BlockKind
    start: int
    end: int
    width: int
    gap: bool
    quoted: bool = False
    code: int = 0


def blocks(text: str) -> list[TextBlock]:
    """The blocks of a text, in order."""
    paragraphs = _joined(text, list(_lines(text)))
    return [TextBlock(_kind(text, paragraphs, n), _hull(lines)) for n, lines in enumerate(paragraphs)]


def has_fence(text: str) -> bool:
    """Whether there may be fenced code in a text."""
    return "```" in text or "~~~" in text


def fenced(lines: list[str]) -> list[int]:
    """The number of the closed fence that each line is in, including the fence's own lines; 0 for none.

    A fence that is never closed, or is empty, does not count.
    """
    inside = [0] * len(lines)
    closers: dict[str, list[int]] = {"```": [], "~~~": []}
    for n, line in enumerate(lines):
        if (fence := _FENCE.match(line)) and not line.strip().strip(fence[1][0]):
            closers[fence[1]].append(n)
    n = number = 0
    while n < len(lines):
        if fence := _FENCE.match(lines[n]):
            later = closers[fence[1]]
            k = bisect_right(later, n)
            if k < len(later):
                if any(map(str.strip, lines[n + 1 : later[k]])):
                    number += 1
                    inside[n : later[k] + 1] = [number] * (later[k] + 1 - n)
                n = later[k]
        n += 1
    return inside


def is_code(text: str) -> bool:
    """Whether a sentence is a piece of code, with its fences."""
    return "\n" in text and _FENCE.match(text) is not None


def ends_sentence(text: str) -> bool:
    """Whether the text ends with end punctuation, ignoring closing quotes and brackets."""
    return text.rstrip(_CLOSERS).endswith(_SENTENCE_ENDS)


def _lines(text: str) -> Iterator[_Line]:
    raw = text.split("\n")
    inside = fenced(raw) if has_fence(text) else [0] * len(raw)
    start, gap = 0, True
    for line, code in zip(raw, inside, strict=True):
        found = _line(line, start, code, gap)
        if found:
            yield found
        gap = found is None
        start += len(line) + 1


def _line(line: str, start: int, code: int, gap: bool) -> _Line | None:
    """The kind of a line; None for a blank line, a rule or a lone fence."""
    if line[:1].isalpha() and not code:  # most lines: no marker begins with a letter
        return _Line(BlockKind.PARAGRAPH, start, start + len(line.rstrip()), len(line), gap)
    if code and line.strip():
        return _Line(BlockKind.CODE, start, start + len(line.rstrip()), len(line), gap, code=code)
    if not line.strip() or _FENCE.match(line) or not line.strip().strip(_RULE_CHARS):
        return None
    kind, skip, quoted = BlockKind.PARAGRAPH, 0, False
    if line.lstrip().startswith("|"):
        return _row(line, start, gap)
    else:
        if quote := _QUOTE.match(line):
            skip, quoted = quote.end(), True
        if marker := _HEADING.match(line, skip):
            kind, skip = BlockKind.HEADING, marker.end()
        elif marker := _ITEM.match(line, skip):
            kind, skip = BlockKind.ITEM, marker.end()
    return _trimmed(line, start, kind, skip, gap, quoted)


def _row(line: str, start: int, gap: bool) -> _Line:
    inner = line.strip().strip("| \t")
    skip = line.index(inner)
    return _Line(BlockKind.ROW, start + skip, start + skip + len(inner), len(line), gap)


def _trimmed(line: str, start: int, kind: BlockKind, skip: int, gap: bool, quoted: bool) -> _Line | None:
    body = line[skip:]
    if not body.strip():
        return None
    first = start + skip + len(body) - len(body.lstrip())
    return _Line(kind, first, start + len(line.rstrip()), len(line), gap, quoted)


def _joined(text: str, lines: list[_Line]) -> list[list[_Line]]:
    """Lines that belong together: wrapped and broken prose, and the code between two fences."""
    widths = _widths(text, lines)
    found: list[list[_Line]] = []
    for line, width in zip(lines, widths, strict=True):
        if found and _goes_on(text, found[-1], line, width):
            found[-1].append(line)
        else:
            found.append([line])
    return found


def _widths(text: str, lines: list[_Line]) -> list[int]:
    """For each line, the width to which its run of lines was wrapped; 0 if it was not."""
    widths: list[int] = []
    run: list[_Line] = []
    for line in [*lines, None]:
        if run and (line is None or line.gap):
            widths += [_wrapped_width(text, run)] * len(run)
            run = []
        if line is not None:
            run.append(line)
    return widths


def _wrapped_width(text: str, run: list[_Line]) -> int:
    """The widest line's width if most lines are too full for the first word of the next one; else 0."""
    if len(run) < 3 or (width := max(line.width for line in run)) not in _WRAPPED_WIDTHS:
        return 0
    full = sum(_is_full(text, line, below, width) for line, below in pairwise(run))
    return width if full >= _FULL_LINES * (len(run) - 1) else 0


def _is_full(text: str, line: _Line, below: _Line, width: int) -> bool:
    first_word = text[below.start : below.end].split(maxsplit=1)[0]
    return line.width + 1 + len(first_word) > width > 0


def _goes_on(text: str, block: list[_Line], line: _Line, width: int) -> bool:
    """Whether a line continues the block above."""
    last = block[-1]
    if line.kind is BlockKind.CODE:
        return last.code == line.code and line.end - block[0].start <= SENTENCE_MAX_CHARS
    if line.kind is not BlockKind.PARAGRAPH or block[0].kind not in (BlockKind.PARAGRAPH, BlockKind.ITEM):
        return False
    if line.quoted or last.quoted:
        return False
    if _SPEAKER.match(text, line.start) and not line.gap:
        return text[last.start : last.end].endswith(_QUOTE_ENDS)
    above = text[last.start : last.end]
    lower = _LOWER_WORD.match(text, line.start) is not None
    if line.gap:
        broken = last.kind is BlockKind.PARAGRAPH and len(above) >= _BROKEN_LINE_CHARS
        return broken and lower and not _is_closed(above)
    return _is_full(text, last, line, width) or (lower and not _is_closed(above)) or _GOES_ON.search(above) is not None


def _is_closed(line: str) -> bool:
    return ends_sentence(line) or line.rstrip(_CLOSERS).endswith((":", ";", "：", "；"))


def _hull(lines: list[_Line]) -> Span:
    return Span(lines[0].start, lines[-1].end)


def _kind(text: str, paragraphs: list[list[_Line]], n: int) -> BlockKind:
    """The kind of the n-th paragraph; short lines placed above others like a title are headings."""
    first = paragraphs[n][0]
    following = paragraphs[n + 1][0] if n + 1 < len(paragraphs) else None
    if following is None or len(paragraphs[n]) > 1 or first.quoted:
        return first.kind
    title = text[first.start : first.end]
    alone = first.gap and following.gap
    if first.kind is BlockKind.PARAGRAPH:
        above = paragraphs[n - 1][-1] if n else None
        below_end = above is None or first.gap or ends_sentence(text[above.start : above.end])
        return BlockKind.HEADING if below_end and _is_title(title, alone) else BlockKind.PARAGRAPH
    if first.kind is BlockKind.ITEM and alone and title and _is_numbered(text, first):
        in_list = following.kind is BlockKind.ITEM or (n > 0 and paragraphs[n - 1][0].kind is BlockKind.ITEM)
        return BlockKind.HEADING if not in_list and _is_title(title, alone) else BlockKind.ITEM
    return first.kind


def _is_title(line: str, alone: bool) -> bool:
    """Title-like: short, not in lower case, no end punctuation; a question only if it is alone."""
    end = line.rstrip(_CLOSERS)
    if len(line) > HEADING_MAX_CHARS or (end.endswith(_OPEN_ENDS) and not (alone and end.endswith(("?", "？")))):
        return False
    return any(map(str.isalpha, line)) and _LOWER_WORD.match(line) is None


def _is_numbered(text: str, line: _Line) -> bool:
    """Whether a list item at the left edge is marked by a number."""
    edge = text.rfind("\n", 0, line.start) + 1
    return text[edge : edge + 1].isdigit()
