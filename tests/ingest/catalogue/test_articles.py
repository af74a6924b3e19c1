"""Articles in the catalogue: versions, full text, visibility. Whatever happens, the counts are those of a recount."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from ingest.catalogue import Catalogue
from ingest.catalogue.records import Decision
from ingest.catalogue.schema import chunks, terms
from ingest.models import View
from tests.engines import NewUrl
from tests.full_text import check_full_text, found_by
from tests.ingest.examples import NOW, TEXT, add_source, record

LATER = NOW + timedelta(days=1)
EVERYTHING = View(clock=NOW + timedelta(days=365))
WORDS = ("Aurora", "GLM-5.3", "naïve", "2.3%", "$4.5 million", "人工智能", "🙂", "e-mail", "AT&T", '"quoted"', "O(n*k)")


def stored_terms(catalogue: Catalogue) -> dict[str, set[str]]:
    """The current chunks and the terms of each."""
    with catalogue.database.read() as connection:
        return {row.id: set(row.terms.split()) for row in connection.execute(select(chunks.c.id, chunks.c.terms))}


def counted_terms(catalogue: Catalogue) -> Counter[str]:
    with catalogue.database.read() as connection:
        return Counter({row.term: row.chunks for row in connection.execute(select(terms)) if row.chunks})


def test_what_was_done_is_returned(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    assert catalogue.articles.store(record(), source.id) is Decision.NEW
    assert catalogue.articles.store(record(), source.id) is Decision.SAME
    assert catalogue.articles.store(record(text="Another text."), source.id) is Decision.CHANGED
    assert catalogue.articles.store(record(text="Another text."), source.id) is Decision.SAME
    assert catalogue.articles.count() == 1


@pytest.mark.parametrize("change", [{"title": "Aurora 2"}, {"published_at": NOW}, {"text": TEXT + " More."}])
def test_whatever_a_reader_would_see_change_makes_a_new_version(
    catalogue: Catalogue, change: dict[str, object]
) -> None:
    source = add_source(catalogue)
    catalogue.articles.store(record(), source.id)
    assert catalogue.articles.store(record(**change), source.id) is Decision.CHANGED  # type: ignore[arg-type]


def test_an_old_version_stays_readable_and_only_the_new_one_is_found(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    article_id = record().id
    catalogue.articles.store(record(text="Halcyon came first."), source.id)
    catalogue.articles.store(record(text="Zephyr came second.", fetched_at=LATER), source.id)
    first, second = catalogue.articles.show(article_id, 1), catalogue.articles.show(article_id)
    assert first is not None
    assert second is not None
    assert (first.text, first.fetched_at, first.card.version) == ("Halcyon came first.", NOW, 1)
    assert (second.text, second.fetched_at, second.card.version) == ("Zephyr came second.", LATER, 2)
    assert found_by(catalogue, "halcyon") == set()
    assert found_by(catalogue, "zephyr") == {f"{article_id}:2:0"}
    assert catalogue.articles.show(article_id, 3) is None
    assert catalogue.articles.show("nobody") is None


def test_chunks_that_were_replaced_are_for_the_index_to_forget(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    catalogue.articles.store(record(text="One."), source.id)
    assert catalogue.backlog.stale(10) == []
    catalogue.articles.store(record(text="Two."), source.id)
    assert catalogue.backlog.stale(10) == [f"{record().id}:1:0"]


def test_a_forgotten_article_is_gone_with_all_versions_and_does_not_come_back(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    article_id = record().id
    catalogue.articles.store(record(text="One."), source.id)
    catalogue.articles.store(record(text="Two."), source.id)
    catalogue.articles.forget(article_id, NOW)
    assert catalogue.articles.show(article_id, 1) is None
    assert catalogue.articles.show(article_id) is None
    assert stored_terms(catalogue) == {}
    assert set(catalogue.backlog.stale(10)) == {f"{article_id}:1:0", f"{article_id}:2:0"}
    assert catalogue.articles.store(record(text="Three."), source.id) is Decision.FORGOTTEN
    assert catalogue.articles.count() == 0


def test_an_article_has_the_same_id_in_every_corpus(new_catalogue_url: NewUrl) -> None:
    ids = []
    for name in ("one", "two"):
        with Catalogue.open(new_catalogue_url()) as catalogue:
            catalogue.articles.store(record(key=f"https://example.org/{name}"), add_source(catalogue).id)
            catalogue.articles.store(record(), add_source(catalogue).id)
            ids.append(catalogue.articles.named([record().key]))
    assert ids == [[record().id]] * 2


def test_an_article_is_named_by_its_address_or_its_id(catalogue: Catalogue) -> None:
    catalogue.articles.store(record(), add_source(catalogue).id)
    for name in (record().url, record().id):
        assert catalogue.articles.named([str(name), "https://example.org/other"]) == [record().id]
    assert catalogue.articles.named(["https://example.org/other"]) == []


edits = st.lists(
    st.tuples(st.sampled_from("abc"), st.one_of(st.none(), st.lists(st.sampled_from(WORDS), min_size=1, max_size=30))),
    max_size=8,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits)
def test_terms_and_full_text_are_exact_after_any_edits(
    new_catalogue_url: NewUrl, changes: list[tuple[str, list[str] | None]]
) -> None:
    with Catalogue.open(new_catalogue_url()) as catalogue:
        source = add_source(catalogue)
        for key, words in changes:
            if words is not None:
                catalogue.articles.store(record(key, ". ".join(words) + "."), source.id)
            elif catalogue.articles.named([key]):
                catalogue.articles.forget(record(key).id, NOW)
        held = stored_terms(catalogue)
        assert counted_terms(catalogue) == Counter(term for found in held.values() for term in found)
        for term in set().union(*held.values()):
            assert found_by(catalogue, term) == {chunk for chunk, found in held.items() if term in found}
        check_full_text(catalogue)


def seen(catalogue: Catalogue, view: View) -> set[str]:
    with catalogue.database.read() as connection:
        every = list(connection.execute(select(chunks.c.id)).scalars())
    return {chunk.id.partition(":")[0] for chunk in catalogue.chunks.candidates(every, view, "")}


def test_an_article_is_seen_by_every_scope_that_subscribes_its_source(catalogue: Catalogue) -> None:
    shared = add_source(catalogue)
    both = add_source(catalogue, "https://example.org/both.xml")
    add_source(catalogue, "https://example.org/both.xml", scope="42")
    guild = add_source(catalogue, "https://example.org/guild.xml", scope="42")
    one, two, own = (record(f"https://example.org/{name}") for name in ("one", "two", "own"))
    for article, source in ((one, shared), (two, both), (own, guild)):
        catalogue.articles.store(article, source.id)
    clock = EVERYTHING.clock
    assert seen(catalogue, View(clock)) == {one.id, two.id}
    assert seen(catalogue, View(clock, ("42",))) == {two.id, own.id}
    assert seen(catalogue, View(clock, ("42", "shared"))) == {one.id, two.id, own.id}
    assert seen(catalogue, View(clock, ("43",))) == set()
    catalogue.sources.unsubscribe(shared, None)
    assert seen(catalogue, View(clock, ("42", "shared"))) == {two.id, own.id}


def test_no_source_can_store_a_version_of_anothers_article(catalogue: Catalogue) -> None:
    one, two = add_source(catalogue), add_source(catalogue, "https://example.org/guild.xml", scope="42")
    catalogue.articles.store(record(), one.id)
    with pytest.raises(ValueError, match="is an article of source"):
        catalogue.articles.store(record(text="Something else."), two.id)


def test_the_clock_includes_its_moment_and_a_window_its_beginning_only(catalogue: Catalogue) -> None:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    instant = timedelta(microseconds=1)
    catalogue.articles.store(record(published_at=at), add_source(catalogue).id)
    found = {record().id}
    assert seen(catalogue, View(clock=at)) == found
    assert seen(catalogue, View(clock=at - instant)) == set()
    assert seen(catalogue, View(clock=NOW, since=at, until=at + instant)) == found
    assert seen(catalogue, View(clock=NOW, since=at + instant)) == set()
    assert seen(catalogue, View(clock=NOW, until=at)) == set()


def test_an_undated_article_counts_from_when_it_was_first_fetched(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    catalogue.articles.store(record(text="One.", fetched_at=NOW), source.id)
    catalogue.articles.store(record(text="Two.", fetched_at=LATER), source.id)
    assert seen(catalogue, View(clock=NOW)) == {record().id}
    assert seen(catalogue, View(clock=NOW - timedelta(seconds=1))) == set()
    shown = catalogue.articles.show(record().id)
    assert shown is not None
    assert shown.card.published_at is None
    assert catalogue.articles.newest_at(EVERYTHING) == NOW


def test_the_newest_date_is_that_of_what_the_view_may_see(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    for day in (1, 9):
        published = datetime(2026, 6, day, tzinfo=UTC)
        catalogue.articles.store(record(f"https://example.org/{day}", published_at=published), source.id)
    assert catalogue.articles.newest_at(View(clock=NOW)) == datetime(2026, 6, 9, tzinfo=UTC)
    assert catalogue.articles.newest_at(View(clock=datetime(2026, 6, 8, tzinfo=UTC))) == datetime(
        2026, 6, 1, tzinfo=UTC
    )
    assert catalogue.articles.newest_at(View(clock=NOW, scopes=("42",))) is None
