"""The backlog: what waits for the open collection, and what a mark may touch."""

from __future__ import annotations

import numpy as np

from ingest.catalogue import Catalogue
from ingest.catalogue.backlog import Embedded, Pending, Stage
from tests.ingest.examples import NOW, TEXT, add_source, record

ONE, TWO = "collection-1", "collection-2"
MODEL = "model"
UNIT = np.array([0.6, 0.8], dtype=np.float32)


def store(catalogue: Catalogue, key: str = "https://example.org/aurora", text: str = TEXT) -> None:
    catalogue.articles.store(record(key, text), add_source(catalogue).id)


def waiting(catalogue: Catalogue, collection: str = ONE, model: str = MODEL) -> list[Pending]:
    return catalogue.backlog.next(collection, model, 100)


def keep(catalogue: Catalogue, chunks: list[Pending]) -> None:
    made = [Embedded(c.row, UNIT, np.tile(UNIT, (len(c.sentences), 1))) for c in chunks]
    catalogue.backlog.keep_vectors(MODEL, made)


def test_a_waiting_chunk_has_all_that_embedding_needs(catalogue: Catalogue) -> None:
    store(catalogue, text="🙂 came first.\n\n# Weather\n\nIt rains — often. It 🙂 snows.")
    chunk = waiting(catalogue)[-1]
    assert chunk.id == f"{record().id}:1:1"
    assert (chunk.title, chunk.heading, chunk.published_at) == ("Aurora", "Weather", None)
    told = [chunk.text[s.start - chunk.span.start : s.end - chunk.span.start] for s in chunk.sentences]
    assert told == ["Weather", "It rains — often.", "It 🙂 snows."]
    assert chunk.chunk_vector is None


def test_a_chunk_waits_until_it_is_marked_for_the_collection_that_is_open(catalogue: Catalogue) -> None:
    store(catalogue)
    assert catalogue.backlog.count(None) == catalogue.backlog.count(ONE) == 1
    catalogue.backlog.mark([c.row for c in waiting(catalogue)], ONE)
    assert catalogue.backlog.count(ONE) == 0
    assert waiting(catalogue, ONE) == []
    assert catalogue.backlog.count(TWO) == len(waiting(catalogue, TWO)) == 1
    assert catalogue.backlog.count(None) == 1


def test_what_waits_is_known_with_the_time_since_which(catalogue: Catalogue) -> None:
    assert catalogue.backlog.waiting_since(None) is None
    store(catalogue)
    assert catalogue.backlog.waiting_since(None) == catalogue.backlog.waiting_since(ONE) == NOW
    catalogue.backlog.mark([c.row for c in waiting(catalogue)], ONE)
    assert catalogue.backlog.waiting_since(ONE) is None
    assert catalogue.backlog.waiting_since(TWO) == NOW


def test_how_far_an_article_has_come_is_shown_for_its_current_version(catalogue: Catalogue) -> None:
    store(catalogue)
    assert catalogue.backlog.stage(record().id, ONE) == Stage(record().id, 1, 1, 0)
    catalogue.backlog.mark([c.row for c in waiting(catalogue)], ONE)
    assert catalogue.backlog.stage(record().id, ONE) == Stage(record().id, 1, 1, 1)
    assert catalogue.backlog.stage(record().id, TWO) == Stage(record().id, 1, 1, 0)
    store(catalogue, text="Other words.")
    assert catalogue.backlog.stage(record().id, ONE) == Stage(record().id, 2, 1, 0)


def test_stored_vectors_come_back_for_the_model_that_made_them_only(catalogue: Catalogue) -> None:
    store(catalogue)
    keep(catalogue, waiting(catalogue))
    (chunk,) = waiting(catalogue)
    assert chunk.chunk_vector is not None
    np.testing.assert_allclose(chunk.chunk_vector, UNIT, atol=1e-3)
    (other,) = waiting(catalogue, model="another model")
    assert other.chunk_vector is None


def test_a_chunk_replaced_while_it_was_embedded_leaves_its_successor_waiting(catalogue: Catalogue) -> None:
    store(catalogue)
    old = waiting(catalogue)
    store(catalogue, text="A second version, stored by another process meanwhile.")
    keep(catalogue, old)
    catalogue.backlog.mark([chunk.row for chunk in old], ONE)
    (new,) = waiting(catalogue)
    assert new.id == f"{record().id}:2:0"
    assert new.chunk_vector is None


def test_what_the_index_has_forgotten_is_not_stale_any_more(catalogue: Catalogue) -> None:
    store(catalogue)
    catalogue.articles.forget(record().id, NOW)
    stale = catalogue.backlog.stale(10)
    assert stale == [f"{record().id}:1:0"]
    catalogue.backlog.drop_stale(stale)
    assert catalogue.backlog.stale(10) == []
