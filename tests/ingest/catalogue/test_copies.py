"""The same text at several addresses: one article of a source, twins of several; nothing lost, nothing shown twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from ingest.catalogue import Catalogue
from ingest.catalogue.read_batches import Entry, ReadBatch
from ingest.catalogue.records import Decision
from ingest.catalogue.schema import further_addresses, sketches
from ingest.catalogue.whole_articles import whole_articles
from ingest.models import View
from ingest.sources.models import EntryNote
from tests.ingest.examples import NOW, add_source, record

STORY = " ".join(f"Sentence {n} tells of the aurora over the bay." for n in range(40))
HERE = "https://one.example/aurora"
THERE = "https://two.example/news/17"
HOUR = timedelta(hours=1)


def shown(catalogue: Catalogue, view: View) -> list[str | None]:
    """Addresses of the articles that a digest of this view is made from."""
    return [whole.card.url for whole in whole_articles(catalogue.database, view, "no model", 10)]


def test_a_copy_is_kept_as_a_further_address(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    original = record(HERE, STORY)
    assert catalogue.articles.store(original, source.id) is Decision.NEW
    assert catalogue.articles.store(record(THERE, f"{STORY} From the agency."), source.id) is Decision.COPY
    assert catalogue.articles.count() == 1
    assert catalogue.articles.further_urls(original.id) == [THERE]
    assert catalogue.articles.named([THERE]) == [original.id]


def test_a_copy_of_the_same_batch_is_found_too(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    entries = [Entry(EntryNote(key, key, "Aurora", ""), record(key, STORY)) for key in (HERE, THERE)]
    (noted,) = catalogue.read_batches.keep([ReadBatch(source, entries)], NOW)
    assert [item.outcome for item in noted] == ["new", "copy"]
    assert {item.article_id for item in noted} == {record(HERE, STORY).id}


def test_a_copy_of_another_source_is_an_article_of_its_own(catalogue: Catalogue) -> None:
    one, two = add_source(catalogue), add_source(catalogue, "https://two.example/feed", scope="42")
    catalogue.articles.store(record(HERE, STORY), one.id)
    assert catalogue.articles.store(record(THERE, STORY), two.id) is Decision.NEW
    catalogue.sources.unsubscribe(one, None)
    assert catalogue.chunks.count_in(View(NOW, ("42",)))


def test_a_view_that_sees_twins_gets_one_and_a_view_that_sees_one_gets_that(catalogue: Catalogue) -> None:
    one, two = add_source(catalogue), add_source(catalogue, "https://two.example/feed", scope="42")
    catalogue.articles.store(record(HERE, STORY), one.id)
    catalogue.articles.store(record(THERE, f"{STORY} From the agency.", fetched_at=NOW + HOUR), two.id)
    clock = NOW + 2 * HOUR
    assert shown(catalogue, View(clock, ("shared", "42"))) == [HERE]
    assert shown(catalogue, View(clock)) == [HERE]
    assert shown(catalogue, View(clock, ("42",))) == [THERE]


def test_twins_part_when_one_says_something_else(catalogue: Catalogue) -> None:
    one, two = add_source(catalogue), add_source(catalogue, "https://two.example/feed")
    catalogue.articles.store(record(HERE, STORY), one.id)
    catalogue.articles.store(record(THERE, STORY), two.id)
    catalogue.articles.store(record(HERE, STORY.replace("bay", "sea")), one.id)
    assert set(shown(catalogue, View(NOW))) == {HERE, THERE}


def test_a_copy_that_goes_its_own_way_becomes_an_article(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    catalogue.articles.store(record(HERE, STORY), source.id)
    catalogue.articles.store(record(THERE, STORY), source.id)
    assert catalogue.articles.store(record(THERE, STORY.replace("bay", "sea")), source.id) is Decision.NEW
    assert catalogue.articles.further_urls(record(HERE).id) == []


def test_a_forgotten_article_does_not_come_back_under_a_copys_address(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    catalogue.articles.store(record(HERE, STORY), source.id)
    catalogue.articles.store(record(THERE, STORY), source.id)
    catalogue.articles.forget(record(HERE).id, NOW)
    assert catalogue.articles.store(record(THERE, STORY), source.id) is Decision.FORGOTTEN
    with catalogue.database.read() as connection:
        left = [connection.execute(select(func.count()).select_from(t)).scalar() for t in (sketches, further_addresses)]
    assert left == [0, 0]


def test_a_copy_is_compared_with_the_newest_version(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    catalogue.articles.store(record(HERE, STORY), source.id)
    rewritten = STORY.replace("aurora", "comet").replace("bay", "sea")
    catalogue.articles.store(record(HERE, rewritten), source.id)
    assert catalogue.articles.store(record(THERE, STORY), source.id) is Decision.NEW
    assert catalogue.articles.store(record("https://three.example/", rewritten), source.id) is Decision.COPY


def test_two_versions_in_one_batch_are_stored_one_after_the_other(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    entries = [Entry(EntryNote(text, HERE, "Aurora", ""), record(HERE, text)) for text in ("One text.", "Two texts.")]
    (noted,) = catalogue.read_batches.keep([ReadBatch(source, entries)], NOW)
    assert [item.outcome for item in noted] == ["new", "changed"]
    shown = catalogue.articles.show(record(HERE).id)
    assert shown is not None
    assert (shown.card.version, shown.text) == (2, "Two texts.")


def test_a_batch_that_fails_leaves_nothing(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    gone = replace(source, id=source.id + 1)
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        catalogue.read_batches.keep(
            [ReadBatch(gone, [Entry(EntryNote(HERE, HERE, "Aurora", ""), record(HERE, STORY))])], NOW
        )
    assert catalogue.articles.count() == 0
