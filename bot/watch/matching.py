"""Which watches an item is for. Pure; the cost of an article hardly grows with the number of watches.

Words and names are looked up in an index from tokens to the watches that have them. Topics are one matrix: what its
rows have in common with an item by meaning and by words is three numbers, from which a logistic model tells whether the
item is about the topic (`topic_weights.py`, fitted by bench/fit_watch.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from bot.digest.clustering.features import Weights, distinct_terms
from bot.digest.segmenting.cutting import ARTICLE_SENTENCES
from bot.digest.segmenting.items import Item
from bot.watch.models import Kind, Match, Wanted
from bot.watch.phrases import Phrase, phrases_of, stems_of, tokens_of
from bot.watch.topic_weights import BIAS, THRESHOLD, WEIGHTS

Matrix = npt.NDArray[np.float32]
Encode = Callable[[str], Matrix]
FEATURES = ("sentence", "whole", "words")
"""The cosine of the topic to the nearest sentence and to the item; the share of its words, by their rarity."""


class WatchIndex:
    """Some watches, made ready for being looked up."""

    def __init__(self, watches: Sequence[Wanted], encode: Encode, weights: Weights) -> None:
        self._words: dict[str, list[tuple[int, Phrase]]] = defaultdict(list)
        self._unspaced: list[tuple[int, Phrase]] = []
        for watch in watches:
            if watch.kind is Kind.WORDS:
                self._add(watch)
        self._topics = Topics([watch for watch in watches if watch.kind is Kind.TOPIC], encode, weights)

    def matches(self, items: Sequence[Item]) -> list[Match]:
        """The items that watches wait for, in the order of the items; each at most once for a watch."""
        said = [stems_of(text_of(item)) for item in items]
        by_topic = self._topics.matches(items)
        found: list[Match] = []
        for n, item in enumerate(items):
            if self._unspaced or not self._words.keys().isdisjoint(said[n]):
                found += self._by_words(item)
            found += by_topic.get(n, ())
        return found

    def _add(self, watch: Wanted) -> None:
        for phrase in phrases_of(watch.text):
            if phrase.stems:
                self._words[phrase.stems[phrase.key]].append((watch.id, phrase))
            else:
                self._unspaced.append((watch.id, phrase))

    def _by_words(self, item: Item) -> Iterator[Match]:
        """For each watch the first sentence that has one of its words."""
        told: set[int] = set()
        for n in range(len(item.sentences[:ARTICLE_SENTENCES])):
            for watch, phrase in self._in(item.sentence(n)):
                if watch not in told:
                    told.add(watch)
                    yield Match(watch, item, n, phrase.written)

    def _in(self, text: str) -> Iterator[tuple[int, Phrase]]:
        tokens = [] if self._words.keys().isdisjoint(stems_of(text)) else tokens_of(text)
        for at, token in enumerate(tokens):
            for watch, phrase in self._words.get(token.stem, ()):
                if phrase.stands(text, tokens, at):
                    yield watch, phrase
        yield from ((watch, phrase) for watch, phrase in self._unspaced if phrase.written in text)


class Topics:
    """Topics in people's own words."""

    def __init__(self, topics: Sequence[Wanted], encode: Encode, weights: Weights) -> None:
        self._ids = [topic.id for topic in topics]
        self._vectors = np.stack([encode(topic.text) for topic in topics]) if topics else None
        said: dict[str, list[tuple[int, float]]] = defaultdict(list)
        words = [distinct_terms(topic.text) for topic in topics]
        idf = weights(sorted(set().union(*words)))
        for n, found in enumerate(words):
            total = sum(idf[term] for term in found) or 1.0
            for term in found:
                said[term].append((n, idf[term] / total))
        self._said = {term: _arrays(shares) for term, shares in said.items()}

    def matches(self, items: Sequence[Item]) -> Mapping[int, list[Match]]:
        """By the number of the item the topics that it is about."""
        found: dict[int, list[Match]] = defaultdict(list)
        if self._vectors is None or not items:
            return found
        features, best = self.features(items)
        odds = features @ np.array([WEIGHTS[name] for name in FEATURES], dtype=np.float32) + np.float32(BIAS)
        for n, k in zip(*np.nonzero(odds > THRESHOLD), strict=True):
            match = Match(self._ids[k], items[n], int(best[n, k]), "", float(odds[n, k]))
            found[int(n)].append(match)
        return found

    def features(self, items: Sequence[Item]) -> tuple[Matrix, npt.NDArray[np.intp]]:
        """(items, topics, FEATURES), and (items, topics) the number of the item's nearest sentence."""
        assert self._vectors is not None
        sentences = [item.vectors[:ARTICLE_SENTENCES] for item in items]
        near = np.concatenate(sentences) @ self._vectors.T
        whole = np.stack([item.vector for item in items]) @ self._vectors.T
        ends = np.cumsum([0, *map(len, sentences)])
        parts = [near[start:end] for start, end in pairwise(ends)]
        highest = np.stack([part.max(axis=0) for part in parts])
        shares = np.stack([self._shares(distinct_terms(text_of(item))) for item in items])
        features = np.stack((highest, whole, shares), axis=2).astype(np.float32)
        return features, np.stack([part.argmax(axis=0) for part in parts])

    def _shares(self, said: Set[str]) -> Matrix:
        """(topics,) how much of each topic's words are said, 0.0 to 1.0."""
        shares = np.zeros(len(self._ids), dtype=np.float32)
        for term in self._said.keys() & said:
            topics, parts = self._said[term]
            shares[topics] += parts
        return shares


def text_of(item: Item) -> str:
    """What is looked at of an item: as much as may be quoted of it, and the title of an article with one subject."""
    own = " ".join(item.sentence(n) for n in range(len(item.sentences[:ARTICLE_SENTENCES])))
    return f"{item.article.title}. {own}" if item.whole else f"{item.heading}. {own}"


def _arrays(shares: Sequence[tuple[int, float]]) -> tuple[npt.NDArray[np.intp], Matrix]:
    """The numbers of some topics, and the shares that go with them."""
    numbers, parts = zip(*shares, strict=True)
    return np.array(numbers, dtype=np.intp), np.array(parts, dtype=np.float32)
