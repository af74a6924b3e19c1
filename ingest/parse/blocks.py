"""A document's tree to plain text: blocks separated by blank lines, list items as "- " lines, headings as "## " lines.

Knows two vocabularies of element names: HTML's, and the TEI-like one of trafilatura. Emphasis and links are reduced to
their words, so that the text reads as it looks on the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from ingest.parse.plain import plain_text
from ingest.parse.tags import unescaped_again

_BLANKS = re.compile(r"[^\S\n]+")
_AROUND_NEWLINE = re.compile(r" ?\n ?")
_PARAGRAPH_BREAK = re.compile(r"\n{2,}")

LONGEST_CODE = 950
"""Most characters in a piece of code, so that with its fences it is one sentence of at most 1,000."""
_CODE = frozenset({"code", "pre", "kbd", "samp"})


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The meaning of element names. `headings` maps a name to its level; 0 means: read it from the `rend` attribute."""

    blocks: frozenset[str]
    headings: dict[str, int]
    items: frozenset[str]
    rows: frozenset[str]
    cells: frozenset[str]
    breaks: frozenset[str]
    verbatim: frozenset[str]
    dropped: frozenset[str] = frozenset()
    meaningful: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        """All elements with a meaning; of others only the words count."""
        names = (self.blocks, self.headings, self.items, self.rows, self.cells, self.breaks, self.verbatim)
        object.__setattr__(self, "meaningful", frozenset().union(*names))


def _names(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


HTML = Vocabulary(
    blocks=_names(
        "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer "
        "form header hr legend main nav ol p section summary table tbody tfoot thead ul"
    ),
    headings={f"h{level}": level for level in range(1, 7)},
    items=frozenset({"li"}),
    rows=frozenset({"tr"}),
    cells=frozenset({"td", "th"}),
    breaks=frozenset({"br"}),
    verbatim=frozenset({"pre"}),
    dropped=_names("script style noscript template svg math iframe object audio video canvas select textarea button"),
)
TEI = Vocabulary(
    blocks=frozenset({"body", "p", "list", "quote", "table", "div"}),
    headings={"head": 0},
    items=frozenset({"item"}),
    rows=frozenset({"row"}),
    cells=frozenset({"cell"}),
    breaks=frozenset({"lb"}),
    verbatim=frozenset({"code", "pre"}),
    dropped=frozenset({"graphic"}),
)


def render(root: Any, words: Vocabulary) -> str:
    """The text of an lxml tree. May change the tree."""
    if words.dropped:
        etree.strip_elements(root, *words.dropped, with_tail=False)
    writer = _Writer(words)
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            writer.start(element)
        else:
            writer.end(element)
            if element is not root:
                writer.text(element.tail)
    return writer.result()


class _Writer:
    """Collects pieces of running text and closes them into blocks. A block is its text and whether it is a line of a
    list or a table, which follow each other without a blank line."""

    def __init__(self, words: Vocabulary) -> None:
        self._words = words
        self._blocks: list[tuple[str, str]] = []
        self._pieces: list[str] = []
        self._prefix = ""
        self._kind = ""
        self._verbatim = 0
        self._in_row = 0

    def start(self, element: Any) -> None:
        if element.tag in self._words.meaningful:
            self._start(element)
        self.text(element.text, is_code=element.tag in _CODE)

    def end(self, element: Any) -> None:
        if element.tag in self._words.meaningful:
            self._end(element)

    def _start(self, element: Any) -> None:
        words, tag = self._words, element.tag
        if tag in words.breaks:
            self._pieces.append("\n")
        elif tag in words.cells and self._in_row:
            self._pieces.append(" | " if "".join(self._pieces).strip() else "")
        elif self._in_row and tag not in words.verbatim:
            self._pieces.append(" " if self._is_block(element) else "")
        elif tag in words.rows and not _is_layout(element, words):
            self._open("row")
            self._in_row += 1
        elif tag in words.items:
            self._open("item", "- ")
        elif tag in words.headings:
            self._open("heading", "#" * _level(element, words) + " ")
        elif self._is_block(element):
            self._flush()
        self._verbatim += tag in words.verbatim

    def _end(self, element: Any) -> None:
        words, tag = self._words, element.tag
        if tag in words.rows and self._in_row:
            self._in_row -= 1
        if not self._in_row:
            opened = tag in words.items or tag in words.headings or tag in words.rows
            if opened or self._is_block(element):
                self._flush()
            if opened:
                self._prefix = self._kind = ""
        self._verbatim -= tag in words.verbatim

    def text(self, text: str | None, *, is_code: bool = False) -> None:
        if text:
            written = text if is_code or self._verbatim else unescaped_again(text)
            self._pieces.append(written if self._verbatim else written.replace("\n", " ").replace("\r", " "))

    def result(self) -> str:
        self._flush()
        return "".join(self._joined()).strip()

    def _is_block(self, element: Any) -> bool:
        words, tag = self._words, element.tag
        if tag in words.verbatim:
            return _is_code_block(element)
        return tag in words.blocks or tag in words.cells or tag in words.rows

    def _open(self, kind: str, prefix: str = "") -> None:
        self._flush()
        self._kind, self._prefix = kind, prefix

    def _flush(self) -> None:
        if not self._pieces:
            return
        text = plain_text("".join(self._pieces))
        self._pieces.clear()
        if self._verbatim:
            self._blocks += [("code", code) for code in fenced_code(text)]
            return
        text = _folded(text)
        if self._kind == "row":
            text = text.rstrip("| ")
        if self._kind == "heading":
            text = text.replace("\n", " ")
        if text.strip():
            self._blocks.append((self._kind, self._prefix + text))
            self._prefix = ""

    def _joined(self) -> Iterator[str]:
        before = ""
        for kind, text in self._blocks:
            yield "\n" if kind == before and kind in ("item", "row") else "\n\n"
            yield text
            before = kind


def fenced_code(code: str) -> Iterator[str]:
    """Code between fences, line by line; split into pieces if it is too long to be quoted in full."""
    lines = code.strip("\n").rstrip().split("\n")
    fence = "~~~" if "```" in code else "```"
    if not any(map(str.strip, lines)) or (fence == "~~~" and "~~~" in code):
        yield from filter(None, ["\n".join(lines).strip()])
        return
    piece: list[str] = []
    size = 0
    for line in [*lines, None]:
        if piece and (line is None or size + len(line) > LONGEST_CODE):
            if any(map(str.strip, piece)):
                yield "\n".join((fence, *piece, fence))
            piece, size = [], 0
        if line is not None:
            piece.append(line)
            size += len(line) + 1


def _is_code_block(element: Any) -> bool:
    """Whether code is a block of its own: not on a single line of running text, or with code nested in it."""
    if element.tag == "pre" or element.find(".//code") is not None or "\n" in "".join(element.itertext()):
        return True
    parent = element.getparent()
    return parent is not None and parent.tag in ("body", "div", "pre")


def _folded(text: str) -> str:
    """White space as a browser renders it: one space, one line break, or one blank line; none at the ends."""
    if "\n" not in text:
        return " ".join(text.split())
    text = _AROUND_NEWLINE.sub("\n", _BLANKS.sub(" ", text))
    return _PARAGRAPH_BREAK.sub("\n\n", text).strip()


def _level(element: Any, words: Vocabulary) -> int:
    """A heading's level, at least 2, because level 1 is the article's title."""
    said = (element.get("rend") or "")[1:]
    level = words.headings[element.tag] or (int(said) if said in {"1", "2", "3", "4", "5", "6"} else 2)
    return max(2, level)


def _is_layout(row: Any, words: Vocabulary) -> bool:
    """Whether a table's row is layout rather than data: newsletters put whole articles into a cell."""
    return any(child.tag in words.blocks or child.tag in words.headings for child in row.iterdescendants())
