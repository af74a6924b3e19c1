"""The nouns of the corpus, as plain values. Knows no database, no network, no model.

Offsets count Unicode code points of `Article.text`. Times are aware and in UTC.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

SHARED_SCOPE = "shared"
SAMPLE_SCOPE = "sample"


class Span(NamedTuple):
    """A half-open range `[start, end)` of code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ArticleCard:
    """One version of an article without its text: what a citation shows."""

    id: str
    url: str | None
    title: str
    source: str
    author: str | None
    published_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class Article:
    """One version of an article, whole. `fetched_at` is when this version was read, `language` is ISO 639-1."""

    card: ArticleCard
    fetched_at: datetime
    text: str
    updated_at: datetime | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class ChunkDraft:
    """A chunk before it is stored: neighbouring sentences of one section, never overlapping another chunk.

    `heading` is the section's heading ("" if there is none). It and the article's title are context for embedding and
    lexical search, and no part of the chunk's own text.
    """

    sentences: tuple[Span, ...]
    heading: str

    @property
    def span(self) -> Span:
        return Span(self.sentences[0].start, self.sentences[-1].end)


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk as search found it.

    Attributes:
        chunk_id: `article:version:n`.
        span: the chunk's place in its article.
        text: the article's own text of that span.
        sentences: the chunk's sentences as spans of the article.
        sentence_vectors: (len(sentences), d) unit rows, float32; None if the chunk is not indexed yet.
        effective_at: `published_at`, or the time of the first fetch if it has no date.
        score: the fused score, higher is better; comparable within one search only.
        cosine: similarity of the chunk to the question, None if the chunk has no vector.
        bm25: lexical score, 0.0 if no term matched.
        context_terms: the search terms of title, publisher and heading.
        sentence_terms: those of each sentence; empty if the passage does not come from a search.
    """

    chunk_id: str
    article: ArticleCard
    heading: str
    span: Span
    text: str
    sentences: tuple[Span, ...]
    sentence_vectors: npt.NDArray[np.float32] | None
    effective_at: datetime
    score: float
    cosine: float | None
    bm25: float
    context_terms: frozenset[str] = frozenset()
    sentence_terms: tuple[frozenset[str], ...] = ()

    @property
    def headings(self) -> int:
        """How many of the first sentences are headings: up to the one that names the section."""
        if not self.heading:
            return 0
        folded = (" ".join(self.sentence_text(n).split()) for n in range(len(self.sentences)))
        return next((n for n, text in enumerate(folded, 1) if text == self.heading), 0)

    def sentence_text(self, n: int) -> str:
        """The n-th sentence of this chunk, as it is in the article."""
        start, end = self.sentences[n]
        return self.text[start - self.span.start : end - self.span.start]


@dataclass(frozen=True, slots=True)
class View:
    """What may be seen: articles up to `clock`, inside `[since, until)`, of any of `scopes`.

    Attributes:
        within: ids of articles, and no others may be seen; empty: all.
    """

    clock: datetime
    scopes: tuple[str, ...] = (SHARED_SCOPE,)
    since: datetime | None = None
    until: datetime | None = None
    within: frozenset[str] = frozenset()

    @property
    def is_narrow(self) -> bool:
        """Whether it is only a part of what its scopes see."""
        return self.since is not None or self.until is not None or bool(self.within)
