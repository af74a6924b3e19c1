"""Packs the sentences of a section into chunks, and makes the text that is embedded for a chunk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from ingest.models import ChunkDraft, Span
from ingest.text.segment import Section

CHUNK_WORDS: Final = 110
"""Words per chunk: 97 % of 3,747 chunks of real AI news then fit into MiniLM's 256 tokens with their header."""

CHARS_A_WORD: Final = 9
"""A text with longer "words" is code, or in a script without spaces; its characters are counted instead."""

REST_WORDS: Final = 25
"""A last chunk shorter than this is joined to the one before it."""

HEADER_CHARS: Final = 120
"""Maximum length of title and heading in an embedded text, so that they do not push the chunk's own words out."""


def chunk(sections: Sequence[Section], text: str) -> list[ChunkDraft]:
    """Every sentence in exactly one chunk, in order; a chunk holds neighbouring sentences of one section."""
    return [
        ChunkDraft(sentences, section.heading) for section in sections for sentences in _packed(text, section.sentences)
    ]


def embedding_text(title: str, heading: str, text: str, published_at: datetime | None) -> str:
    """What is embedded for a chunk: title, date and heading as context, then its own text, all white space folded.

    The heading is left out if the text begins with it.
    """
    body = " ".join(text.split())
    heading = " ".join(heading.split())
    date = f"{published_at:%B} {published_at.day}, {published_at.year}" if published_at else ""
    header = [_shortened(title), date, "" if body.startswith(heading) else _shortened(heading)]
    return "; ".join([part for part in header if part] + [body])


def _shortened(line: str) -> str:
    folded = " ".join(line.split())
    return folded if len(folded) <= HEADER_CHARS else folded[:HEADER_CHARS].rsplit(" ", 1)[0]


def _size(sentence: str) -> int:
    """The size of a sentence in words."""
    return max(len(sentence.split()), round(len(sentence) / CHARS_A_WORD))


def _packed(text: str, sentences: Sequence[Span]) -> list[tuple[Span, ...]]:
    """Sentences in runs of at most `CHUNK_WORDS`; longer only by a single long sentence or a small rest."""
    runs: list[list[Span]] = []
    sizes: list[int] = []
    for span in sentences:
        words = _size(text[slice(*span)])
        if runs and sizes[-1] + words <= CHUNK_WORDS:
            runs[-1].append(span)
            sizes[-1] += words
        else:
            runs.append([span])
            sizes.append(words)
    if len(runs) > 1 and sizes[-1] < REST_WORDS:
        rest = runs.pop()
        runs[-1] += rest
    return [tuple(run) for run in runs]
