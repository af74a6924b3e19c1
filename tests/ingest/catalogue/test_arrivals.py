"""What came in is told apart, on both engines: news, a source's first read, a copy, and what is not indexed yet."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from ingest.catalogue import Catalogue
from ingest.catalogue.arrivals import FIRST_READ, arrivals
from ingest.catalogue.backlog import Embedded
from tests.ingest.examples import NOW, add_source, record

DAY = timedelta(days=1)


def index(catalogue: Catalogue) -> None:
    unit = np.array([0.6, 0.8], dtype=np.float32)
    waiting = catalogue.backlog.next("c", "m", 50)
    made = [Embedded(chunk.row, unit, np.tile(unit, (len(chunk.sentences), 1))) for chunk in waiting]
    catalogue.backlog.keep_vectors("m", made)


def test_news_is_told_from_a_first_read_and_from_what_is_not_indexed(on_both_engines: Catalogue) -> None:
    catalogue = on_both_engines
    source = add_source(catalogue, scope="42")
    old, new = (
        record("https://example.org/1", "An old text."),
        record("https://example.org/2", "A new text.", fetched_at=NOW + DAY),
    )
    catalogue.articles.store(old, source.id)
    catalogue.articles.store(new, source.id)
    assert arrivals(catalogue.database, NOW - DAY, (), "m") == []
    index(catalogue)
    first, second = arrivals(catalogue.database, NOW - DAY, (), "m")
    assert (first.article_id, first.first_read) == (old.id, True)
    assert (second.article_id, second.first_read) == (new.id, False)
    assert second.first_fetched_at - first.first_fetched_at > FIRST_READ
    assert (second.scopes, second.sources, second.copied_from) == (frozenset({"42"}), frozenset({source.id}), None)
    assert [arrival.article_id for arrival in arrivals(catalogue.database, NOW - DAY, {old.id}, "m")] == [new.id]
    assert arrivals(catalogue.database, NOW + 2 * DAY, (), "m") == []
