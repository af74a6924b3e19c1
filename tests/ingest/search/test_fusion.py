"""How candidates are ranked, over vectors that can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from ingest.catalogue.chunks import Candidate, HalfMatrix
from ingest.search.fusion import Fusion, Query, bm25, idf, rank, without_repeats

NOW = datetime(2026, 6, 1, tzinfo=UTC)
EAST, NORTH = (1.0, 0.0), (0.0, 1.0)


def half(*rows: tuple[float, float]) -> HalfMatrix:
    return np.array(rows, dtype=np.float16)


def candidate(
    name: str,
    terms: str = "other",
    vector: tuple[float, float] | None = NORTH,
    sentences: tuple[tuple[float, float], ...] = (NORTH,),
    age: timedelta = timedelta(),
) -> Candidate:
    own = None if vector is None else half(vector)[0]
    return Candidate(name, terms.split(), NOW - age, own, None if vector is None else half(*sentences))


def query(**weights: float) -> Query:
    return Query("", np.array(EAST, dtype=np.float32), weights, list(weights), mean_terms=1.0)


def names(*candidates: Candidate, asked: Query | None = None, fusion: Fusion | None = None) -> list[str]:
    return [hit.candidate.id for hit in rank(candidates, asked or query(rust=1.0), fusion or Fusion())]


def test_the_right_words_win_where_the_meaning_is_the_same() -> None:
    assert names(candidate("a"), candidate("b", "rust")) == ["b", "a"]


def test_the_right_meaning_wins_where_the_words_are_the_same() -> None:
    assert names(candidate("a"), candidate("b", vector=EAST)) == ["b", "a"]


def test_one_sentence_that_answers_is_worth_more_than_a_chunk_that_is_near() -> None:
    near = candidate("near", vector=(0.8, 0.6), sentences=((0.8, 0.6), (0.8, 0.6)))
    answers = candidate("answers", vector=(0.6, 0.8), sentences=(NORTH, EAST))
    assert names(near, answers) == ["answers", "near"]


def test_a_chunk_without_a_vector_is_found_by_its_words() -> None:
    hits = rank([candidate("a"), candidate("waiting", "rust", vector=None)], query(rust=1.0), Fusion())
    assert [hit.candidate.id for hit in hits] == ["waiting", "a"]
    assert hits[0].cosine is None


def test_all_without_vectors_are_ranked_by_words_alone() -> None:
    assert names(candidate("a", vector=None), candidate("b", "rust", vector=None)) == ["b", "a"]


def test_equal_scores_stand_in_the_order_of_their_ids() -> None:
    assert names(candidate("c"), candidate("a"), candidate("b")) == ["a", "b", "c"]
    assert rank([], query(rust=1.0), Fusion()) == []


def test_a_prior_moves_what_is_otherwise_equal_and_not_what_is_far_better() -> None:
    def newest(date: datetime) -> float:
        return 0.4 if date == NOW else 0.0

    asked = query(rust=1.0)
    newer = replace(asked, prior=newest)
    old = timedelta(days=90)
    assert names(candidate("a", age=old), candidate("b"), asked=newer) == ["b", "a"]
    assert names(candidate("a", "rust", EAST, (EAST,), old), candidate("b"), asked=newer) == ["a", "b"]


def test_scores_do_not_depend_on_the_order_of_the_candidates() -> None:
    pool = [candidate("a", "rust"), candidate("b", vector=EAST), candidate("c", "rust", EAST)]
    assert rank(pool, query(rust=1.0), Fusion()) == rank(pool[::-1], query(rust=1.0), Fusion())


def test_a_story_that_was_copied_is_without_repeats() -> None:
    pool = [
        candidate("a", "rust", EAST),
        candidate("b", "rust", (0.999, 0.04)),
        candidate("c"),
        candidate("d", vector=None),
    ]
    hits = without_repeats(rank(pool, query(rust=1.0), Fusion()), 10)
    assert sorted(hit.candidate.id for hit in hits) == ["a", "c", "d"]
    assert len(without_repeats(rank(pool, query(rust=1.0), Fusion()), 2)) == 2


def test_two_releases_in_the_same_words_are_two_stories() -> None:
    pool = [candidate("a", "aurora 2", EAST), candidate("b", "aurora 3", EAST)]
    assert len(without_repeats(rank(pool, query(aurora=1.0), Fusion()), 10)) == 2


def test_bm25_is_what_the_formula_says() -> None:
    # one term of weight 2 that stands once in a chunk of mean length: 2 * 1 * 2.2 / (1 + 1.2)
    assert bm25(["rust", "is"], {"rust": 2.0}, 2.0) == pytest.approx(2.0)
    assert bm25(["rust", "rust"], {"rust": 2.0}, 2.0) == pytest.approx(2.0 * 2 * 2.2 / (2 + 1.2))
    assert bm25(["go"], {"rust": 2.0}, 2.0) == 0.0
    assert bm25(["rust"], {"rust": 1.0}, 2.0) > bm25(["rust", *["a"] * 9], {"rust": 1.0}, 2.0)


def test_idf_is_never_negative_and_falls_with_every_chunk() -> None:
    values = [idf(count, 10) for count in range(11)]
    assert values == sorted(values, reverse=True)
    assert values[-1] >= 0.0
