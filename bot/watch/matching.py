"""Which watches an item is for. Pure; the cost of an article hardly grows with the number of watches.

Words and names are looked up in an index from tokens to the watches that have them. Topics are one matrix: what its
rows have in common with an item by meaning and by words is three numbers, from which a logistic model tells whether the
item is about the topic (`topic_weights.py`, fitted by bench/fit_watch.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from bot.digest.clustering.features import Weights
from bot.digest.segmenting.cutting import ARTICLE_SENTENCES
from bot.digest.segmenting.items import Item
from bot.watch.models import Kind, Match, Wanted
from bot.watch.phrases import Phrase, phrases_of, tokens_of
from bot.watch.topic_weights import BIAS, THRESHOLD, WEIGHTS
from ingest.text.words import STOP_WORDS, terms

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
        by_topic = self._topics.matches(items)
        return [match for n, item in enumerate(items) for match in (*self._by_words(item), *by_topic.get(n, ()))]

    def _add(self, watch: Wanted) -> None:
        for phrase in phrases_of(watch.text):
            if phrase.stems:
                self._words[phrase.stems[phrase.key]].append((watch.id, phrase))
            else:
                self._unspaced.append((watch.id, phrase))

    def _by_words(self, item: Item) -> Iterator[Match]:
        """For each watch the first sentence that has one of its words."""
        if not (self._words or self._unspaced):
            return
        told: set[int] = set()
        for n in range(len(item.sentences[:ARTICLE_SENTENCES])):
            for watch, phrase in self._in(item.sentence(n)):
                if watch not in told:
                    told.add(watch)
                    yield Match(watch, item, n, phrase.written)

    def _in(self, text: str) -> Iterator[tuple[int, Phrase]]:
        tokens = tokens_of(text)
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
        self._said: dict[str, list[tuple[int, float]]] = defaultdict(list)
        words = [telling_terms(topic.text) for topic in topics]
        idf = weights(sorted(set().union(*words)))
        for n, found in enumerate(words):
            total = sum(idf[term] for term in found) or 1.0
            for term in found:
                self._said[term].append((n, idf[term] / total))

    def matches(self, items: Sequence[Item]) -> Mapping[int, list[Match]]:
        """By the number of the item the topics that it is about."""
        found: dict[int, list[Match]] = defaultdict(list)
        for n, item in enumerate(items):
            scores, best = self.scores(item)
            for k in np.flatnonzero(scores > THRESHOLD):
                found[n].append(Match(self._ids[k], item, int(best[k]), "", float(scores[k])))
        return found

    def scores(self, item: Item) -> tuple[Matrix, npt.NDArray[np.intp]]:
        """(topics,) log odds that the item is about each, and the number of the sentence that says so."""
        features, best = self.features(item)
        return features @ np.array([WEIGHTS[name] for name in FEATURES], dtype=np.float32) + np.float32(BIAS), best

    def features(self, item: Item) -> tuple[Matrix, npt.NDArray[np.intp]]:
        """(topics, FEATURES) and the number of the nearest sentence for each."""
        if self._vectors is None:
            return np.zeros((0, len(FEATURES)), dtype=np.float32), np.zeros(0, dtype=np.intp)
        near = self._vectors @ item.vectors[:ARTICLE_SENTENCES].T
        whole = self._vectors @ item.vector
        columns = (near.max(axis=1), whole, self._shares(item))
        return np.stack(columns, axis=1).astype(np.float32), near.argmax(axis=1)

    def _shares(self, item: Item) -> Matrix:
        """(topics,) how much of each topic's words the item has, 0.0 to 1.0."""
        shares = np.zeros(len(self._ids), dtype=np.float32)
        for term in telling_terms(f"{item.heading} {text_of(item)}"):
            for n, share in self._said.get(term, ()):
                shares[n] += share
        return shares


def telling_terms(text: str) -> set[str]:
    """Its terms without stop words."""
    return {term for term in terms(text) if term not in STOP_WORDS}


def text_of(item: Item) -> str:
    """What is looked at of an item: as much as may be quoted of it, and the title of an article with one subject."""
    own = " ".join(item.sentence(n) for n in range(len(item.sentences[:ARTICLE_SENTENCES])))
    return f"{item.article.title}. {own}" if item.whole else own
