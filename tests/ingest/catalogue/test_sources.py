"""Sources in the catalogue: one per address, subscribed by scopes, with their health and what they yielded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ingest.catalogue import Catalogue
from ingest.errors import FailureKind, FetchError, NotFoundError
from ingest.sources.models import NO_OVERRIDES, EntryNote, FileOverrides, SourceKind, Success
from tests.ingest.examples import FEED, NOW, add_source, note, record

LATER = NOW + timedelta(hours=1)
OTHER = "https://example.org/other.xml"


def success(**values: object) -> Success:
    return Success(at=NOW, due_at=LATER, **{"found_new": False, **values})  # type: ignore[arg-type]


def addresses(catalogue: Catalogue, **which: bool) -> list[str]:
    return [source.address for source in catalogue.sources.load(list(catalogue.sources.due(NOW, **which)))]


def test_an_address_is_one_source_whoever_subscribes_it(catalogue: Catalogue) -> None:
    add = catalogue.sources.add
    assert add(FEED, SourceKind.FEED, NO_OVERRIDES, "shared", NOW)
    assert not add(FEED, SourceKind.FEED, NO_OVERRIDES, "shared", NOW)
    assert add(FEED, SourceKind.FEED, NO_OVERRIDES, "42", NOW)
    (source,) = catalogue.sources.all()
    assert catalogue.sources.subscribed_scopes() == {source.id: ["42", "shared"]}
    assert [s.address for s in catalogue.sources.all(["42"])] == [FEED]
    assert catalogue.sources.all(["43"]) == []


def test_adding_a_known_source_again_changes_nothing(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    catalogue.sources.record_success(source, success(etag='"1"', title="Example"))
    catalogue.sources.set_enabled(source, False)
    before = catalogue.sources.get(FEED)
    catalogue.sources.add(FEED, SourceKind.FEED, NO_OVERRIDES, "42", LATER)
    assert catalogue.sources.get(FEED) == before


def test_new_words_about_a_known_file_have_it_read_again(catalogue: Catalogue) -> None:
    catalogue.sources.add("/a.md", SourceKind.FILE, FileOverrides(title="A"), "shared", NOW)
    catalogue.sources.record_success(catalogue.sources.get("/a.md"), success(content_sha256="0"))
    catalogue.sources.add("/a.md", SourceKind.FILE, FileOverrides(source="Us"), "shared", NOW)
    source = catalogue.sources.get("/a.md")
    assert (source.given, source.due_at, source.content_sha256) == (FileOverrides(title="A", source="Us"), NOW, None)


def test_a_removed_source_is_in_no_list_and_comes_back_as_new(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    catalogue.sources.record_success(source, success(etag='"1"'))
    catalogue.sources.set_enabled(source, False)
    catalogue.sources.unsubscribe(source, None)
    assert catalogue.sources.all() == []
    assert addresses(catalogue, everything=True) == []
    with pytest.raises(NotFoundError, match="no such source"):
        catalogue.sources.get(FEED)
    again = add_source(catalogue)
    assert (again.enabled, again.due_at, again.etag) == (True, NOW, None)


def test_taking_a_source_from_one_scope_leaves_it_to_the_others(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    add_source(catalogue, scope="42")
    catalogue.sources.unsubscribe(source, "42")
    assert catalogue.sources.subscribed_scopes() == {source.id: ["shared"]}


def test_sources_are_due_at_their_time_and_files_whenever_asked(catalogue: Catalogue) -> None:
    for address, kind in ((FEED, SourceKind.FEED), (OTHER, SourceKind.FEED), ("/a.md", SourceKind.FILE)):
        add_source(catalogue, address, kind=kind)
    for address in (OTHER, "/a.md"):
        catalogue.sources.record_success(catalogue.sources.get(address), success())
    assert addresses(catalogue) == [FEED]
    assert addresses(catalogue, local_too=True) == [FEED, "/a.md"]
    assert addresses(catalogue, everything=True) == [FEED, OTHER, "/a.md"]
    catalogue.sources.set_enabled(catalogue.sources.get(FEED), False)
    assert addresses(catalogue) == []


def test_failures_are_counted_and_shown_until_a_read_works(catalogue: Catalogue) -> None:
    add_source(catalogue)
    for _ in range(2):
        error = FetchError(FailureKind.TIMEOUT, "cannot fetch", FEED, "no answer")
        catalogue.sources.record_failure(catalogue.sources.get(FEED), error, NOW, LATER)
    source = catalogue.sources.get(FEED)
    assert (source.failures, source.failure_kind, source.due_at) == (2, "timeout", LATER)
    assert source.failure_why == "no answer"
    assert source.succeeded_at is None
    catalogue.sources.record_success(source, success(found_new=True))
    well = catalogue.sources.get(FEED)
    assert (well.failures, well.failure_kind, well.failure_why, well.new_item_at) == (0, None, None, NOW)


def test_a_source_that_was_switched_off_while_it_was_read_stays_off(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    catalogue.sources.set_enabled(source, False)
    error = FetchError(FailureKind.TIMEOUT, "cannot fetch", FEED, "no answer")
    catalogue.sources.record_failure(source, error, NOW, LATER)
    assert not catalogue.sources.get(FEED).enabled


def test_a_source_moves_with_its_site_but_never_onto_another_source(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    catalogue.sources.record_success(source, success(address=OTHER))
    assert [s.address for s in catalogue.sources.all()] == [OTHER]
    second = add_source(catalogue)
    catalogue.sources.record_success(second, success(address=OTHER))
    assert [s.address for s in catalogue.sources.all()] == [OTHER, FEED]
    assert catalogue.sources.get(FEED).succeeded_at == NOW


def test_the_outcome_of_an_entry_is_found_by_address_key_and_article(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    item = EntryNote("guid-1", "https://example.org/aurora", "Aurora", "new", "the page", record().id)
    note(catalogue, source, item)
    for name in (item.key, str(item.url), record().id):
        (event,) = catalogue.sources.history(["elsewhere", name])
        assert (event.at, event.address, event.item) == (NOW, FEED, item)
    assert catalogue.sources.history(["elsewhere"]) == []


def test_the_last_word_on_an_entry_replaces_the_one_before(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    for outcome in ("failed", "new"):
        note(catalogue, source, EntryNote("guid-1", None, "Aurora", outcome, digest="ab"))
    assert [event.item.outcome for event in catalogue.sources.history(["guid-1"])] == ["new"]
    assert catalogue.sources.seen(source, NOW).digests == {"guid-1": "ab"}


def test_a_forgotten_article_is_still_known_as_such_without_its_title(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    catalogue.articles.store(record(), source.id)
    note(catalogue, source, EntryNote("guid-1", record().url, "Aurora", "new", "", record().id))
    catalogue.articles.forget(record().id, LATER)
    (event,) = catalogue.sources.history([str(record().url)])
    assert (event.at, event.item.outcome, event.item.title) == (LATER, "forgotten", "")


def test_each_source_is_counted_with_the_articles_it_yielded(catalogue: Catalogue) -> None:
    one, two = add_source(catalogue), add_source(catalogue, OTHER)
    catalogue.articles.store(record(), one.id)
    catalogue.articles.store(record("https://example.org/a"), two.id)
    catalogue.articles.store(record("https://example.org/b"), two.id)
    assert catalogue.sources.article_counts() == {one.id: 1, two.id: 2}
