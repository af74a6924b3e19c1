"""Articles as items: the runs of sentences that report one piece of news. Pure."""

from __future__ import annotations

import re
import threading
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice

import numpy as np
import numpy.typing as npt
from cachetools import LRUCache

from bot.digest.segmenting.boilerplate import repeated_lines
from bot.digest.segmenting.cutting import Cutter
from bot.digest.segmenting.names import names_of
from bot.digest.segmenting.news_score import news_scores
from ingest.catalogue.whole_articles import WholeArticle
from ingest.models import ArticleCard, Passage, Span

Matrix = npt.NDArray[np.float32]

_CREDIT = re.compile(r"(?:\bvia )?@\w+(?:, @\w+)*|\(Activity: \d+\):?")
_LEAST_ENTRIES = 30
_TOP, _BOTTOM = 60, 20
"""The number of sentences at the top and bottom of an article that may be boilerplate."""


@dataclass(frozen=True, eq=False)
class Item:
    """Neighbouring sentences of an article that report one thing.

    Attributes:
        id: `article:n`, in the order of the text.
        heading: the nearest heading above, "" if there is none.
        text: the whole article's text, to which the spans refer.
        sentences: what may be quoted.
        vectors: (len(sentences), d) unit rows, zeros for sentences that are not indexed yet.
        opening: (d,) unit vector of the article's title and beginning, for an article with one subject.
        lead: how many of the first sentences say what it is about; comments and details follow.
        place: its position in the article, 0.0 (top) to 1.0.
        whole: whether the article is about nothing else.
        model: the digest of the embedding model that made the vectors.
    """

    id: str
    article: ArticleCard
    effective_at: datetime
    heading: str
    text: str
    sentences: tuple[Span, ...]
    vectors: Matrix
    opening: Matrix | None
    lead: int
    place: float
    whole: bool
    model: str = ""

    def sentence(self, n: int) -> str:
        """The n-th sentence, exactly as in the article."""
        return self.text[slice(*self.sentences[n])]

    @cached_property
    def lead_text(self) -> str:
        """The text that says what it is about, without credits; for a whole article, preceded by its title."""
        own = " ".join(self.sentence(n) for n in range(self.lead))
        lead = f"{self.article.title}. {own}" if self.whole else own
        return _CREDIT.sub(" ", lead) if "@" in lead or "(Activity" in lead else lead

    @cached_property
    def names(self) -> frozenset[str]:
        """The proper names of the lead, in a form that can be compared."""
        return names_of(self.lead_text)

    @cached_property
    def news(self) -> Matrix:
        """(len(sentences),) how much each sentence reads as news, from 0.0 to 1.0."""
        return news_scores(self.vectors, self.model)

    @cached_property
    def vector(self) -> Matrix:
        """(d,) unit vector of what it is about; zeros if it is not indexed yet."""
        if self.opening is not None:
            return self.opening
        mean = self.vectors[: self.lead].mean(axis=0)
        length = float(np.linalg.norm(mean))
        unit: Matrix = mean / length if length else mean
        return unit

    def passage(self) -> Passage:
        """The item in the form that composing an answer takes."""
        span = Span(self.sentences[0].start, self.sentences[-1].end)
        return Passage(
            self.id, self.article, self.heading, span, self.text[slice(*span)], self.sentences, self.vectors,
            self.effective_at, score=0.0, cosine=None, bm25=0.0,
        )  # fmt: skip


class Cuts:
    """The items of articles that were cut before: a digest of the same day cuts only what is new. Safe in threads."""

    def __init__(self, most: int = 10_000) -> None:
        self._kept: LRUCache[Hashable, tuple[Item, ...]] = LRUCache(most)
        self._lock = threading.Lock()

    def of(self, article: WholeArticle, repeated: frozenset[str], most: int) -> tuple[Item, ...]:
        """At most so many items of an article."""
        indexed = article.opening is not None and bool(np.abs(article.vectors).sum(axis=1).all())
        key = article.card.id, article.card.version, indexed, repeated, most
        with self._lock:
            if indexed and key in self._kept:
                return self._kept[key]
        made = tuple(islice(_items(article, repeated), most))
        with self._lock:
            self._kept[key] = made
        return made


def items_of(articles: Sequence[WholeArticle], most: int = 6_000, cuts: Cuts | None = None) -> list[Item]:
    """The items of all articles, in the order of each article's text, without boilerplate.

    Args:
        most: with many articles, the later entries of long roundups are left out, so that there are not
            many more items than this.
        cuts: what was cut before.
    """
    cuts = cuts or Cuts()
    repeated = repeated_lines([(article.card.source, _edges(article)) for article in articles])
    each = max(_LEAST_ENTRIES, 3 * most // max(len(articles), 1))
    return [item for n, article in enumerate(articles) for item in cuts.of(article, repeated[n], each)]


def _edges(article: WholeArticle) -> list[str]:
    """The sentences that may be boilerplate: at the top and at the bottom."""
    spans = article.sentences
    return [article.text[slice(*span)] for span in (*spans[:_TOP], *spans[_TOP:][-_BOTTOM:])]


def _items(article: WholeArticle, repeated: frozenset[str]) -> Iterator[Item]:
    cut = Cutter(article, repeated)
    for n, (heading, sentences, lead) in enumerate(cut.runs()):
        yield Item(
            f"{article.card.id}:{n}",
            article.card,
            article.effective_at,
            heading,
            article.text,
            tuple(article.sentences[i] for i in sentences),
            article.vectors[sentences],
            None if cut.is_roundup else article.opening,
            lead,
            article.sentences[sentences[0]].start / max(len(article.text), 1),
            whole=not cut.is_roundup,
            model=article.model,
        )
