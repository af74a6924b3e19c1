"""What a server's people see of sources: their own and the shared ones, and nothing of the operator's machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.discord.messages import source_messages
from bot.errors import AskersError
from bot.services.guilds import personal_scope
from bot.services.sources import SourceService
from ingest.catalogue import Catalogue
from ingest.catalogue.quotas import Limits
from ingest.clock import utc_now
from ingest.errors import FailureKind, FetchError
from ingest.fetch import Fetcher
from ingest.parse.documents import ParsersHere
from ingest.reading.registry import Registry
from ingest.reading.worker import Worker
from ingest.settings import IngestSettings
from ingest.sources.models import SourceKind
from ingest.wiring import make_pipeline, open_fetcher
from tests.ingest.examples import add_source

GUILD = "7"
SCOPES = (GUILD, "shared")
OPML = b'<opml version="2.0"><body><outline xmlUrl="https://a.example/feed"/></body></opml>'

MORE = b'<opml version="2.0"><body><outline xmlUrl="https://b.example/feed"/></body></opml>'


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with open_fetcher(IngestSettings.load()) as opened:
        yield opened


@pytest.fixture
def keeper(catalogue: Catalogue, fetcher: Fetcher) -> SourceService:
    return SourceService(Registry(catalogue, fetcher, ParsersHere()))


def test_the_operators_files_are_seen_and_their_paths_are_not(
    keeper: SourceService, catalogue: Catalogue, fetcher: Fetcher, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "notes.md").write_text("---\ntitle: Aurora\nurl: https://a.example/aurora\n---\n\nAurora is a model.")
    keeper.registry.add(str(secret), utc_now())
    pipeline = make_pipeline(IngestSettings.load(), catalogue, fetcher, ParsersHere())
    Worker(catalogue, pipeline, None, 1).read_due(once=True)
    (listed,) = keeper.list(SCOPES)
    why = source_messages.article_history(keeper.why("https://a.example/aurora", SCOPES))
    assert "Aurora" in why[0]
    source = catalogue.sources.get(str(secret))
    error = FetchError(FailureKind.FILE_MISSING, "cannot read", str(secret / "notes.md"), f"no {secret} any more")
    catalogue.sources.record_failure(source, error, utc_now(), utc_now())
    told = [*why, *source_messages.listed([listed]), *source_messages.listed(keeper.list(SCOPES))]
    told += source_messages.health_report(keeper.list(SCOPES))
    assert not any("secret" in text for text in told)
    assert "could not be read last time: its files cannot be read" in told[-1]


def test_who_may_not_mend_a_shared_source_gets_no_advice_on_it(keeper: SourceService, catalogue: Catalogue) -> None:
    for address, scope in (("https://a.example/", GUILD), ("https://b.example/", "shared")):
        source = add_source(catalogue, address, scope=scope, kind=SourceKind.PAGE)
        error = FetchError(FailureKind.NOT_FOUND, "cannot read", address, "there is nothing at this address")
        catalogue.sources.record_failure(source, error, utc_now(), utc_now())
    own, shared = sorted(keeper.list(SCOPES), key=lambda listed: listed.address)
    assert (own.shared, own.advice) == (False, "Check the address, or look for the site's feed.")
    assert (shared.shared, shared.advice) == (True, "")


def test_a_list_of_feeds_is_taken_in_and_what_is_none_is_refused_with_a_hint(
    keeper: SourceService,
) -> None:
    (registered,) = keeper.import_list(OPML, GUILD)
    assert (registered.address, registered.is_new) == ("https://a.example/feed", True)
    for body in (b"no XML", b"<opml><body/></opml>", OPML.replace(b"https", b"file")):
        with pytest.raises(AskersError, match="cannot import: the file"):
            keeper.import_list(body, GUILD)
    assert "https://a.example/feed" in keeper.export_list(GUILD)


def test_another_servers_sources_are_not_there(keeper: SourceService) -> None:
    keeper.import_list(OPML, GUILD)
    assert keeper.list(("8", "shared")) == []
    with pytest.raises(AskersError, match="this server does not read it"):
        keeper.find("https://a.example/feed", "8")


def test_a_server_cannot_add_more_sources_than_it_may_have(catalogue: Catalogue, fetcher: Fetcher) -> None:
    bounded = SourceService(Registry(catalogue, fetcher, ParsersHere()), Limits(sources=1))
    bounded.import_list(OPML, GUILD)
    bounded.import_list(OPML, GUILD)
    with pytest.raises(AskersError, match="may have 1 of its own"):
        bounded.add("https://b.example/feed", GUILD)
    with pytest.raises(AskersError, match="may have 1 of its own"):
        bounded.import_list(MORE, GUILD)
    assert [source.address for source in bounded.list((GUILD,))] == ["https://a.example/feed"]


def test_a_server_is_told_what_its_sources_take(catalogue: Catalogue, fetcher: Fetcher) -> None:
    bounded = SourceService(Registry(catalogue, fetcher, ParsersHere()), Limits(sources=9, articles_a_day=50))
    bounded.import_list(OPML, GUILD)
    told = source_messages.allowance_line(bounded.allowance(GUILD))
    assert told == "This server's own: 1 of 9 sources, 0 of 50 new articles in 24 hours."
    assert told in source_messages.listed(bounded.list(SCOPES), told)[-1]


def test_a_person_has_few_sources_of_their_own(catalogue: Catalogue, fetcher: Fetcher) -> None:
    registry = Registry(catalogue, fetcher, ParsersHere())
    keeper = SourceService(registry, Limits(sources=100), of_a_person=2)
    mine, other = personal_scope(1), personal_scope(2)
    keeper.add_feeds(["https://a.example/feed", "https://b.example/feed"], mine)
    keeper.add_feeds(["https://a.example/feed"], mine)
    with pytest.raises(AskersError, match="a person may have 2"):
        keeper.add_feeds(["https://c.example/feed"], mine)
    keeper.add_feeds(["https://c.example/feed"], other)
    assert keeper.allowance(mine).limits.sources == 2
    assert keeper.forget_person(mine) == 2
    assert keeper.list((mine,)) == []
    assert [source.address for source in keeper.list((other,))] == ["https://c.example/feed"]
    with pytest.raises(AskersError):
        SourceService(registry, of_a_person=0).add_feeds(["https://d.example/feed"], mine)
