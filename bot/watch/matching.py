"""Which watches an item is for. Pure; the cost of an article hardly grows with the number of watches.

Words and names are looked up in an index from tokens to the watches that have them. Topics are one matrix: what its
rows have in common with an item by meaning and by words is a few numbers, from which a logistic model tells whether the
item is about the topic (`topic_weights.py`, fitted by bench/fit_watch.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set, Sized
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.digest.clustering.features import Weights, distinct_terms, sparse
from bot.digest.segmenting.cutting import ARTICLE_SENTENCES
from bot.digest.segmenting.items import Item
from bot.watch.models import Kind, Match, Wanted
from bot.watch.phrases import Phrase, has_capital, phrases_of, stem_of, words_of
from bot.watch.topic_weights import BIAS, THRESHOLD, WEIGHTS

Matrix = npt.NDArray[np.float32]
Encode = Callable[[str], Matrix]
_WORDS = 50_000
"""Words of which an index remembers which watches have them."""
_TOGETHER = 50
"""Items that are compared with the topics in one go: so many that their product stays small."""
FEATURES = ("sentence", "whole", "both")
"""The cosine of the topic to the nearest sentence and to the item; the smaller of the first of these and of the largest
share of the topic's words that one sentence or the title says, by the square of their rarity."""


class WatchIndex:
    """Some watches, made ready for being looked up."""

    def __init__(self, watches: Sequence[Wanted], encode: Encode, weights: Weights) -> None:
        self._words: dict[str, list[tuple[int, Phrase]]] = defaultdict(list)
        self._unspaced: list[tuple[int, Phrase]] = []
        for watch in watches:
            if watch.kind is Kind.WORDS:
                self._add(watch)
        self._of_word = lru_cache(maxsize=_WORDS)(self._phrases_at)
        self._topics = Topics([watch for watch in watches if watch.kind is Kind.TOPIC], encode, weights)

    def matches(self, items: Sequence[Item]) -> list[Match]:
        """The items that watches wait for, in the order of the items; each at most once for a watch."""
        by_topic = self._topics.matches(items)
        found: list[Match] = []
        for n, item in enumerate(items):
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
        for n in range(len(item.sentences[:ARTICLE_SENTENCES]) if self._words or self._unspaced else 0):
            for watch, phrase in self._in(item.sentence(n), told):
                told.add(watch)
                yield Match(watch, item, n, phrase.written)

    def _in(self, text: str, told: Set[int]) -> Iterator[tuple[int, Phrase]]:
        """The watches that have a word in a text, without those that were told."""
        words = words_of(text)
        for at, phrases in enumerate(map(self._of_word, words)):
            for watch, phrase in phrases:
                if watch not in told and (phrase.alone or phrase.stands(text, words, at)):
                    yield watch, phrase
        for watch, phrase in self._unspaced:
            if watch not in told and phrase.written in text:
                yield watch, phrase

    def _phrases_at(self, word: str) -> tuple[tuple[int, Phrase], ...]:
        """The phrases that have this word as their key, written with a capital where theirs is."""
        capital = has_capital(word)
        return tuple((w, p) for w, p in self._words.get(stem_of(word), ()) if capital or not p.capitals[p.key])


class Topics:
    """Topics in people's own words."""

    def __init__(self, topics: Sequence[Wanted], encode: Encode, weights: Weights) -> None:
        self._ids = [topic.id for topic in topics]
        self._vectors = np.stack([encode(topic.text) for topic in topics]) if topics else None
        words = [distinct_terms(topic.text) for topic in topics]
        self._row = {term: n for n, term in enumerate(sorted(set().union(*words)))}
        self._shares: Any = self._shares_of(words, weights(self._row)) if topics else None

    def matches(self, items: Sequence[Item]) -> Mapping[int, list[Match]]:
        """By the number of the item the topics that it is about."""
        found: dict[int, list[Match]] = defaultdict(list)
        if self._vectors is None:
            return found
        weights = np.array([WEIGHTS[name] for name in FEATURES], dtype=np.float32)
        for first in range(0, len(items), _TOGETHER):
            odds = self.features(items[first : first + _TOGETHER]) @ weights + np.float32(BIAS)
            for n, k in zip(*np.nonzero(odds > THRESHOLD), strict=True):
                item = items[first + int(n)]
                near = int((item.vectors[:ARTICLE_SENTENCES] @ self._vectors[k]).argmax())
                found[first + int(n)].append(Match(self._ids[k], item, near, "", float(odds[n, k])))
        return found

    def features(self, items: Sequence[Item]) -> Matrix:
        """(items, topics, FEATURES)."""
        assert self._vectors is not None
        sentences = [item.vectors[:ARTICLE_SENTENCES] for item in items]
        said = [[distinct_terms(text) for text in texts_of(item)] for item in items]
        features = np.empty((len(items), len(self._ids), len(FEATURES)), dtype=np.float32)
        features[:, :, 0] = _highest(np.concatenate(sentences) @ self._vectors.T, sentences)
        features[:, :, 1] = np.stack([item.vector for item in items]) @ self._vectors.T
        shares = _highest((self._bags(list(chain.from_iterable(said))) @ self._shares).toarray(), said)
        features[:, :, 2] = np.minimum(features[:, :, 0], shares)
        return features

    def _shares_of(self, words: Sequence[Set[str]], idf: Mapping[str, float]) -> Any:
        """(terms, topics) the share of each word of a topic, by the square of its rarity; sparse."""
        totals = [sum(idf[term] ** 2 for term in found) or 1.0 for found in words]
        parts = [(idf[term] ** 2 / totals[n], self._row[term], n) for n, found in enumerate(words) for term in found]
        values, rows, topics = np.array(parts, dtype=np.float64).reshape(-1, 3).T
        places = rows.astype(np.int32), topics.astype(np.int32)
        return sparse((values, places), (max(len(self._row), 1), len(words)))

    def _bags(self, said: Sequence[Set[str]]) -> Any:
        """(texts, terms) 1.0 for each word of a topic that a text says; sparse."""
        known = [[self._row[term] for term in self._row.keys() & terms] for terms in said]
        ends = np.cumsum([0, *map(len, known)])
        columns = np.fromiter(chain.from_iterable(known), dtype=np.int32, count=ends[-1])
        ones = np.ones(ends[-1], dtype=np.float32)
        return sparse((ones, columns, ends), (len(said), self._shares.shape[0]))


def _highest(values: Matrix, parts: Sequence[Sized]) -> Matrix:
    """(parts, n) the highest of each column among the rows of each part; no part is empty."""
    highest: Matrix = np.maximum.reduceat(values, np.cumsum([0, *map(len, parts[:-1])]), axis=0)
    return highest


def texts_of(item: Item) -> list[str]:
    """What is looked at of an item: as much as may be quoted of it, and the title of an article with one subject."""
    own = [item.sentence(n) for n in range(len(item.sentences[:ARTICLE_SENTENCES]))]
    return [item.article.title, *own] if item.whole else own
