"""Splits an article's text into sections of sentences: what can be quoted, and under which heading.

A heading is a sentence too, because people ask about what headlines say, and a headline can be the best quote. It comes
first in the section that it opens; several headings in a row open one section together, named by the last of them.
`Section.headings` counts them, for code that wants body text only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from ingest.models import Span
from ingest.text.layout import BlockKind, TextBlock, blocks
from ingest.text.sentences import cut, split

MISSING: Final = "[formula]"
"""Written by parsers for a formula without a text form."""


@dataclass(frozen=True, slots=True)
class Section:
    """The part of an article under one heading.

    Attributes:
        heading: the nearest heading's text, "" before the first one.
        sentences: in order, never overlapping; headings first.
        headings: how many of the first sentences are headings.
    """

    heading: str
    sentences: tuple[Span, ...]
    headings: int


def sections(text: str) -> list[Section]:
    """The sections of a text, none empty; each sentence is in exactly one and is at most 1,000 code points long.

    A sentence that lacks a formula is in none and splits its section, so that no quote runs across it.
    """
    found: list[Section] = []
    for run in _runs(blocks(text)):
        headings = [span for block in run if block.kind is BlockKind.HEADING for span in _sentences(text, block)]
        body = [span for block in run if block.kind is not BlockKind.HEADING for span in _sentences(text, block)]
        headings = [span for span in headings if MISSING not in text[slice(*span)]]
        heading = " ".join(text[slice(*headings[-1])].split()) if headings else ""
        first, *others = _stretches(text, body)
        if headings or first:
            found.append(Section(heading, (*headings, *first), len(headings)))
        found += [Section(heading, tuple(stretch), 0) for stretch in others]
    return found


def _stretches(text: str, body: list[Span]) -> list[list[Span]]:
    """The sentences up to the first incomplete one (perhaps none), then the runs between incomplete ones."""
    if MISSING not in text:
        return [body]
    stretches: list[list[Span]] = [[]]
    for span in body:
        if MISSING in text[slice(*span)]:
            stretches.append([])
        else:
            stretches[-1].append(span)
    return [stretches[0], *filter(None, stretches[1:])]


def _runs(found: list[TextBlock]) -> list[list[TextBlock]]:
    """Blocks by section; a heading after body text begins a new one."""
    runs: list[list[TextBlock]] = []
    for n, block in enumerate(found):
        if n == 0 or (block.kind is BlockKind.HEADING and found[n - 1].kind is not BlockKind.HEADING):
            runs.append([])
        runs[-1].append(block)
    return runs


def _sentences(text: str, block: TextBlock) -> list[Span]:
    """The sentences of a block; a row, a heading or a piece of code is one sentence unless it is too long."""
    if block.kind in (BlockKind.PARAGRAPH, BlockKind.ITEM):
        return list(split(text, block.span))
    return list(cut(text, block.span))
