"""Cuts an article's text into sections of sentences: what can be quoted, and under which heading it stands.

A heading is a sentence too, because readers ask for what headlines say and a headline can be the best quote. It stands
first in the section that it opens; several headings in a row open one section together and the last of them names it.
Who wants body text only skips sentences that are headings: `Section.headings` counts them.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingest.corpus.models import Span
from ingest.text.layout import Block, Kind, blocks
from ingest.text.sentences import cut, split


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of an article under one heading.

    Attributes:
        heading: the nearest heading's text, "" before the first one.
        sentences: in order, never overlapping; headings first.
        headings: how many of the first sentences are headings.
    """

    heading: str
    sentences: tuple[Span, ...]
    headings: int


def sections(text: str) -> list[Section]:
    """The sections of a text, none empty; each sentence stands in exactly one and is at most 1,000 code points long."""
    found: list[Section] = []
    for run in _runs(blocks(text)):
        headings = [span for block in run if block.kind is Kind.HEADING for span in _sentences(text, block)]
        body = [span for block in run if block.kind is not Kind.HEADING for span in _sentences(text, block)]
        heading = " ".join(text[slice(*headings[-1])].split()) if headings else ""
        found.append(Section(heading, (*headings, *body), len(headings)))
    return found


def _runs(found: list[Block]) -> list[list[Block]]:
    """Blocks by section: a heading after body text begins a new one."""
    runs: list[list[Block]] = []
    for n, block in enumerate(found):
        if n == 0 or (block.kind is Kind.HEADING and found[n - 1].kind is not Kind.HEADING):
            runs.append([])
        runs[-1].append(block)
    return runs


def _sentences(text: str, block: Block) -> list[Span]:
    """The sentences of a block; rows, headings and code are one each unless they are too long for one."""
    if block.kind in (Kind.PARAGRAPH, Kind.ITEM):
        return list(split(text, block.span))
    return list(cut(text, block.span))
