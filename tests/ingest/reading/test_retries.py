"""Entries whose pages cannot be read: tried again a few times, later and later, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from ingest.catalogue import Catalogue
from ingest.cli.reports import event_line
from ingest.sources.schedule import ENTRY_WAITS, retry_of_entry
from tests.ingest.examples import NOW
from tests.ingest.reading.feeds import FEED, body, conditional, entry, feed, page
from tests.ingest.reading_desk import ReadingDesk, reading
from tests.servers.web import Reply, WebServer

HOUR = timedelta(hours=1)
WEEK = timedelta(days=7)


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


@pytest.fixture
def news(catalogue: Catalogue, web: WebServer) -> Iterator[ReadingDesk]:
    """A feed with a page that is missing; the feed tells when nothing has changed."""
    with reading(catalogue, allow_hosts=(web.host,)) as opened:
        web.on(FEED, conditional(feed(entry("aurora"))))
        opened.add(web.url(FEED))
        yield opened


def why(news: ReadingDesk, web: WebServer, name: str = "/aurora") -> str:
    (event,) = news.catalogue.sources.history([web.url(name)])
    return event_line(event)


def test_tries_come_later_and_later_and_end(news: ReadingDesk) -> None:
    waits = [retry_of_entry(NOW, attempts) for attempts in range(1, 7)]
    assert [later and later - NOW for later in waits] == [*ENTRY_WAITS, None, None]
    assert list(ENTRY_WAITS) == sorted(ENTRY_WAITS)


def test_a_page_that_is_missing_is_asked_for_five_times_although_the_feed_does_not_change(
    news: ReadingDesk, web: WebServer
) -> None:
    for _ in range(12):
        news.read(later=WEEK)
    assert web.paths().count("/aurora") == len(ENTRY_WAITS) + 1
    assert news.detail(web.url("/aurora"))[0] == "given up"
    assert "given up: aurora (cannot read: " in why(news, web)
    assert why(news, web).endswith(f"; tried 5 times, not tried any more), from {web.url(FEED)}")


def test_before_its_time_comes_it_is_left_alone_and_the_feed_is_asked_whether_it_changed(
    news: ReadingDesk, web: WebServer
) -> None:
    news.read()
    assert "failed: aurora" in why(news, web)
    assert "tried once, next after 2026-06-17T13:00:00Z" in why(news, web)
    asked = len(web.requests)
    assert news.read(later=HOUR / 2)[0].counts == {}
    (again,) = web.requests[asked:]
    assert "if-none-match" in again.headers
    assert news.read(later=HOUR)[0].counts == {"failed": 1}


def test_a_page_that_comes_in_the_end_is_read_and_nothing_waits_any_more(news: ReadingDesk, web: WebServer) -> None:
    news.read()
    web.on("/aurora", page("aurora"))
    assert news.outcomes() == {"new": 1}
    assert "tried" not in why(news, web)
    (source,) = news.catalogue.sources.all()
    assert (source.retry_at, source.etag is not None) == (None, True)


def test_the_feeds_text_is_used_until_a_page_that_was_away_comes(news: ReadingDesk, web: WebServer) -> None:
    web.on(FEED, conditional(feed(entry("aurora", text="The teaser of aurora."))))
    web.on("/aurora", Reply(503))
    assert news.outcomes() == {"new": 1}
    assert news.articles()["aurora"].text == "The teaser of aurora."
    web.on("/aurora", page("aurora"))
    assert news.outcomes() == {"changed": 1}
    assert body("aurora") in news.articles()["aurora"].text
    assert news.outcomes() == {}


def test_the_feeds_text_stays_when_the_page_does_not_come(news: ReadingDesk, web: WebServer) -> None:
    web.on(FEED, conditional(feed(entry("aurora", text="The teaser of aurora."))))
    web.on("/aurora", Reply(503))
    for _ in range(8):
        news.read(later=WEEK)
    assert web.paths().count("/aurora") == len(ENTRY_WAITS) + 1
    assert news.detail(web.url("/aurora"))[0] == "same"
    assert news.articles()["aurora"].card.version == 1


def test_a_refused_page_is_not_asked_for_again_where_the_feed_has_text(news: ReadingDesk, web: WebServer) -> None:
    web.on(FEED, conditional(feed(entry("aurora", text="The teaser of aurora."))))
    web.on("/aurora", Reply(403))
    for _ in range(3):
        news.read(later=WEEK)
    assert web.paths().count("/aurora") == 1


def test_whoever_refreshes_a_source_has_its_given_up_entries_tried_anew(news: ReadingDesk, web: WebServer) -> None:
    for _ in range(8):
        news.read(later=WEEK)
    web.on("/aurora", page("aurora"))
    assert news.outcomes() == {}
    news.catalogue.sources.refresh(news.catalogue.sources.all()[0], news.now[0])
    assert news.outcomes() == {"new": 1}
