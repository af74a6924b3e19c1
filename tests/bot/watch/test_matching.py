"""Which watches an item is for: the index finds what looking at each watch alone finds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from random import Random

import numpy as np
import pytest

from bot.digest.clustering.features import distinct_terms
from bot.digest.segmenting.items import Item
from bot.watch.matching import FEATURES, Topics, WatchIndex, texts_of
from bot.watch.models import Kind, Wanted
from bot.watch.phrases import phrases_of, words_of
from ingest.embedding.encoders import Encoder
from ingest.models import ArticleCard, Span

NOW = datetime(2026, 6, 1, tzinfo=UTC)
LONG = "x" * 70
WORDS = "Harbor harbor AI ai Meta meta GLM 5 5.3 GLM-5 open weights weight layoffs layoff of the 東京 o3 . ,".split()


def text(chance: Random, words: int) -> str:
    return "".join(
        chance.choice((*WORDS, LONG)) + chance.choice((" ", " ", " ", "-", ". ")) for _ in range(words)
    ).strip()


def item(n: int, chance: Random, encoder: Encoder) -> Item:
    sentences = [text(chance, 8) + "." for _ in range(chance.randint(1, 4))]
    whole = "\n".join(sentences)
    ends = np.cumsum([len(sentence) + 1 for sentence in sentences])
    spans = tuple(Span(int(end) - len(s) - 1, int(end) - 1) for end, s in zip(ends, sentences, strict=True))
    card = ArticleCard(f"a{n}", None, text(chance, 3), "Wire", None, NOW, 1)
    vectors = encoder.encode(sentences)
    return Item(f"a{n}:0", card, NOW, "", whole, spans, vectors, vectors[0], 1, 0.0, whole=n % 2 == 0)


def rarity(terms: Iterable[str]) -> dict[str, float]:
    return {term: 1.0 + len(term) for term in terms}


def told(watch: Wanted, one: Item) -> tuple[int, str] | None:
    """The first sentence that has a phrase of the watch, and the phrase, by looking at every word of it."""
    phrases = phrases_of(watch.text)
    for n in range(len(one.sentences)):
        sentence = one.sentence(n)
        words = words_of(sentence)
        for at in range(len(words)):
            for phrase in phrases:
                if phrase.stems and phrase.stands(sentence, words, at):
                    return n, phrase.written
        for phrase in phrases:
            if not phrase.stems and phrase.written in sentence:
                return n, phrase.written
    return None


@pytest.mark.parametrize("seed", range(20))
def test_many_watches_together_find_what_each_finds_alone(seed: int, encoder: Encoder) -> None:
    chance = Random(seed)
    items = [item(n, chance, encoder) for n in range(6)]
    watches = [Wanted(n, Kind.WORDS, ",".join(text(chance, chance.randint(1, 3)) for _ in range(3))) for n in range(40)]
    found = {
        (m.watch, m.item.id): (m.n, m.why) for m in WatchIndex(watches, encoder.encode_query, rarity).matches(items)
    }
    alone = {(w.id, one.id): told(w, one) for w in watches for one in items}
    assert found == {key: value for key, value in alone.items() if value is not None}


def test_topics_together_have_the_features_that_each_has_alone(encoder: Encoder) -> None:
    chance = Random(18)
    items = [item(n, chance, encoder) for n in range(60)]
    watches = [Wanted(n, Kind.TOPIC, text(chance, 4)) for n in range(20)]
    features = Topics(watches, encoder.encode_query, rarity).features(items)
    assert features.shape == (60, 20, len(FEATURES))
    for n, one in enumerate(items):
        for k, watch in enumerate(watches):
            vector, terms = encoder.encode_query(watch.text), distinct_terms(watch.text)
            weights = rarity(terms)
            squares = sum(w**2 for w in weights.values()) or 1.0
            texts = [distinct_terms(text) & terms for text in texts_of(one)]
            near = (one.vectors @ vector).max()
            share = max(sum(weights[term] ** 2 for term in said) for said in texts) / squares
            expected = near, one.vector @ vector, min(near, share)
            assert features[n, k] == pytest.approx(expected, abs=1e-4)


def test_no_watches_and_watches_without_words_find_nothing(encoder: Encoder) -> None:
    items = [item(n, Random(1), encoder) for n in range(3)]
    assert WatchIndex((), encoder.encode_query, rarity).matches(items) == []
    assert WatchIndex([Wanted(1, Kind.WORDS, LONG)], encoder.encode_query, rarity).matches(items) == []
    assert WatchIndex([Wanted(1, Kind.TOPIC, "of the")], encoder.encode_query, rarity).matches([]) == []
