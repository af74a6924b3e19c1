"""Labelled passages as the digest sees them: cut into items, encoded, and clustered."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from bench.clustering import Labels
from bench.story_sets import Passage
from bot.digest.clustering.events import events
from bot.digest.clustering.features import Weights
from bot.digest.clustering.link_weights import THRESHOLD
from bot.digest.segmenting.cutting import LEAD_SENTENCES
from bot.digest.segmenting.items import Item, items_of
from ingest.catalogue.whole_articles import WholeArticle
from ingest.clock import parse_published
from ingest.embedding.encoders import Encoder
from ingest.models import ArticleCard
from ingest.text.chunk import embedding_text
from ingest.text.segment import sections
from ingest.text.sentences import split
from ingest.text.words import terms

_OPENING_CHARS = 800  # about the words of a first chunk


class Batch(NamedTuple):
    """Passages that are clustered together, with all the items among which they stand.

    `place`: for each passage the number of the item that it begins in; None where the digest leaves it out.
    """

    passages: Sequence[Passage]
    items: Sequence[Item]
    place: Sequence[int | None]

    def found(self, weights: Weights, threshold: float = THRESHOLD) -> Labels:
        """For each passage its event; -1, -2... for what was left out."""
        number_of = {i.id: n for n, event in enumerate(events(self.items, weights, threshold)) for i in event.items}
        return [-1 - n if at is None else number_of[self.items[at].id] for n, at in enumerate(self.place)]


def batch_of_passages(passages: Sequence[Passage], encoder: Encoder) -> Batch:
    """The passages alone, an item each, as the digest cuts articles."""
    spans = [tuple(split(passage.body, passage.span)) for passage in passages]
    vectors = encoder.encode([p.body[slice(*s)] for p, own in zip(passages, spans, strict=True) for s in own])
    openings = encoder.encode([embedding_text(p.title, "", p.text[:_OPENING_CHARS], p.published_at) for p in passages])
    first = 0
    items = []
    for n, (passage, own) in enumerate(zip(passages, spans, strict=True)):
        card = ArticleCard(passage.article, None, passage.title, passage.publisher, None, passage.published_at, 1)
        mine = vectors[first : first + len(own)]
        first += len(own)
        opening = openings[n] if passage.whole else None
        lead = min(LEAD_SENTENCES, len(own))
        items.append(
            Item(
                f"p{n:05}", card, passage.published_at, "", passage.body, own, mine, opening, lead, place=0.0,
                whole=passage.whole,
            )
        )  # fmt: skip
    return Batch(passages, items, range(len(items)))


def batch_of_articles(passages: Sequence[Passage], corpus: Mapping[str, dict[str, Any]], encoder: Encoder) -> Batch:
    """The passages among all that their articles tell."""
    items = items_of([whole_article(corpus[url], encoder) for url in sorted({p.article for p in passages})])
    place = [next((n for n, item in enumerate(items) if _holds(item, passage)), None) for passage in passages]
    return Batch(passages, items, place)


def idf(texts: Iterable[str]) -> Weights:
    """The idf of terms over these texts (Robertson and Sparck Jones, as in the corpus's BM25)."""
    documents = [set(terms(text)) for text in texts]
    frequency = Counter(term for document in documents for term in document)

    def weights(wanted: Iterable[str]) -> dict[str, float]:
        n = len(documents)
        return {t: math.log(1 + (n - frequency[t] + 0.5) / (frequency[t] + 0.5)) for t in wanted}

    return weights


def _holds(item: Item, passage: Passage) -> bool:
    if item.article.url != passage.article:
        return False
    start = passage.span.end - len(passage.body[slice(*passage.span)].lstrip())
    return item.whole or any(span.start <= start < span.end for span in item.sentences)


def whole_article(line: Mapping[str, Any], encoder: Encoder) -> WholeArticle:
    """An article of a corpus, encoded as the ingest does."""
    published, text = parse_published(line["published_at"]), line["text"]
    spans = tuple(span for section in sections(text) for span in section.sentences)
    vectors = encoder.encode([" ".join(text[slice(*span)].split()) for span in spans])
    opening = encoder.encode([embedding_text(line["title"], "", text[:_OPENING_CHARS], published)])[0]
    card = ArticleCard(line["url"], line["url"], line["title"], line["source"], None, published, 1)
    return WholeArticle(card, published, text, spans, vectors, opening)


def numbered(keys: Iterable[object]) -> list[int]:
    """Equal keys as equal numbers."""
    numbers: dict[object, int] = {}
    return [numbers.setdefault(key, len(numbers)) for key in keys]
