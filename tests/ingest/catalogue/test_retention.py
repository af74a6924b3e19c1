"""What nobody sees is deleted after thirty days, everywhere; until then it comes back with its source."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain, repeat
from pathlib import Path

import pytest
from sqlalchemy import Table, delete, func, insert, select, text, update

from ingest.catalogue import Catalogue, schema
from ingest.catalogue import retention as retention_module
from ingest.catalogue.pins import pin, unpin
from ingest.catalogue.retention import KEPT_REPLACED, KEPT_UNSEEN
from ingest.catalogue.schema import alarms, articles, sources, vectors, yields
from ingest.embedding.encoders import Encoder
from ingest.index.indexer import Indexer
from ingest.index.vector_index import VectorIndex
from ingest.models import SHARED_SCOPE, View
from ingest.sources.models import EntryNote, Source
from tests.full_text import check_full_text
from tests.ingest.examples import FEED, NOW, add_source, note, record

OTHER = "https://example.org/other.xml"
DAY = timedelta(days=1)
MONTH = KEPT_UNSEEN


def store(catalogue: Catalogue, source: Source, *names: str) -> None:
    """Articles of this source, with a note on each."""
    for name in names:
        url = f"https://example.org/{name}"
        article = record(url, f"The model {name} was released on a day that only {name} is known for.")
        catalogue.articles.store(article, source.id)
        note(catalogue, source, EntryNote(name, url, name, "new", "the page", article.id))


def link_without_owner(catalogue: Catalogue, name: str, *others: Source) -> None:
    """Make an article one that several sources gave, as catalogues before migration 0004 have them."""
    (article_id,) = catalogue.articles.named([f"https://example.org/{name}"])
    with catalogue.database.write() as connection:
        connection.execute(update(articles).where(articles.c.id == article_id).values(source_id=None))
        for source in others:
            connection.execute(insert(yields).values(article_id=article_id, source_id=source.id))


def tend_at(catalogue: Catalogue, day: timedelta) -> None:
    catalogue.retention.delete_expired(lambda: NOW + day)


def count(catalogue: Catalogue, table: Table) -> int:
    with catalogue.database.read() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def seen(catalogue: Catalogue, scope: str = SHARED_SCOPE) -> int:
    return catalogue.chunks.count_in(View(NOW + 99 * DAY, (scope,)))


def test_a_removed_source_hides_its_articles_at_once_and_they_are_gone_a_month_later(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    store(catalogue, source, "aurora", "borealis")
    catalogue.sources.unsubscribe(source, None)
    assert seen(catalogue) == 0
    for day in (DAY, MONTH):
        tend_at(catalogue, day)
        assert catalogue.articles.count() == 2
    tend_at(catalogue, DAY + MONTH)
    tables = schema.metadata.sorted_tables
    assert {table.name for table in tables if count(catalogue, table)} == {"stale_vectors", "terms"}
    check_full_text(catalogue)
    with catalogue.database.read() as connection:
        assert connection.execute(text("SELECT sum(chunks) FROM terms")).scalar() == 0


def test_added_again_in_time_a_source_brings_all_back_and_begins_a_new_month(catalogue: Catalogue) -> None:
    store(catalogue, add_source(catalogue), "aurora")
    catalogue.sources.unsubscribe(catalogue.sources.get(FEED), None)
    tend_at(catalogue, DAY)
    add_source(catalogue)
    assert seen(catalogue) == 1
    catalogue.sources.unsubscribe(catalogue.sources.get(FEED), None)
    for day in (2 * DAY, DAY + MONTH):
        tend_at(catalogue, day)
    assert catalogue.articles.count() == 1
    tend_at(catalogue, 2 * DAY + MONTH)
    assert catalogue.articles.count() == 0


def test_a_source_that_is_added_again_too_late_is_read_as_a_new_one(catalogue: Catalogue) -> None:
    first = add_source(catalogue)
    store(catalogue, first, "aurora")
    catalogue.sources.unsubscribe(first, None)
    tend_at(catalogue, DAY)
    tend_at(catalogue, DAY + MONTH)
    again = add_source(catalogue)
    assert again.id != first.id
    assert catalogue.sources.seen(again, NOW).digests == {}
    assert catalogue.alarms.newest_id() == count(catalogue, alarms) == 0


def test_an_article_that_several_sources_gave_stays_while_anybody_reads_any_of_them(catalogue: Catalogue) -> None:
    gone, kept = add_source(catalogue), add_source(catalogue, OTHER, scope="42")
    store(catalogue, gone, "aurora", "borealis")
    link_without_owner(catalogue, "borealis", kept)
    catalogue.sources.unsubscribe(gone, None)
    tend_at(catalogue, DAY)
    tend_at(catalogue, DAY + MONTH)
    assert catalogue.articles.named(["https://example.org/borealis"]) != []
    assert (catalogue.articles.count(), count(catalogue, yields), count(catalogue, sources)) == (1, 1, 1)
    assert seen(catalogue, "42") == 1


def test_an_article_that_no_source_has_any_more_is_deleted_unless_it_is_pinned(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    store(catalogue, source, "aurora", "borealis")
    (quoted,) = catalogue.articles.named(["https://example.org/aurora"])
    with catalogue.database.write() as connection:
        connection.execute(delete(yields))
        pin(connection, "an answer", [(quoted, 1)])
    tend_at(catalogue, MONTH)
    assert catalogue.articles.named([f"https://example.org/{name}" for name in ("aurora", "borealis")]) == [quoted]


def test_a_source_that_one_scope_left_stays_whole_for_the_other(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    add_source(catalogue, scope="42")
    store(catalogue, source, "aurora")
    catalogue.sources.unsubscribe(source, "42")
    for day in (DAY, DAY + MONTH):
        tend_at(catalogue, day)
    assert (seen(catalogue, "42"), seen(catalogue)) == (0, 1)


def test_a_deletion_that_was_interrupted_is_taken_back_by_reading_what_is_missing(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention_module, "ARTICLES_TOGETHER", 1)
    source = add_source(catalogue)
    store(catalogue, source, "aurora", "borealis")
    catalogue.sources.unsubscribe(source, None)
    tend_at(catalogue, DAY)
    catalogue.retention.delete_expired(lambda: NOW + DAY + MONTH, stop=chain([False], repeat(True)).__next__)
    again = add_source(catalogue)
    assert catalogue.articles.count() == len(catalogue.sources.seen(again, NOW).digests) == 1


def test_old_texts_go_in_time_but_not_those_that_are_pinned(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    texts = ["One text.", "Two texts.", "Three texts.", "Four texts.", "Five texts."]
    for day, words in enumerate(texts):
        catalogue.articles.store(record(text=words, fetched_at=NOW + day * DAY), source.id)
    article_id = record().id
    with catalogue.database.write() as connection:
        pin(connection, "an answer", [(article_id, 1), ("another", 3)])
        pin(connection, "a report", [(article_id, 2), (article_id, 1)])

    def left() -> list[int]:
        return [n for n in range(1, 6) if catalogue.articles.show(article_id, n) is not None]

    tend_at(catalogue, KEPT_REPLACED + 2 * DAY)
    assert left() == [1, 2, 3, 4, 5]
    tend_at(catalogue, KEPT_REPLACED + 3 * DAY)
    assert left() == [1, 2, 4, 5]
    tend_at(catalogue, 1000 * DAY)
    assert left() == [1, 2, 5]
    with catalogue.database.write() as connection:
        unpin(connection, ["a report"])
    tend_at(catalogue, 1000 * DAY)
    assert left() == [1, 5]


def test_the_index_forgets_the_vectors_too(tmp_path: Path, catalogue: Catalogue, encoder: Encoder) -> None:
    source = add_source(catalogue)
    store(catalogue, source, "aurora", "borealis")
    index = VectorIndex.open(data_dir=tmp_path, chroma_url="", collection=None, fingerprint=encoder.fingerprint)
    indexer = Indexer(catalogue, encoder, index)
    indexer.run()
    assert (index.count(), count(catalogue, vectors)) == (2, 2)
    catalogue.sources.unsubscribe(source, None)
    tend_at(catalogue, DAY)
    tend_at(catalogue, DAY + MONTH)
    indexer.run()
    assert (index.count(), count(catalogue, vectors)) == (0, 0)
    index.close()
