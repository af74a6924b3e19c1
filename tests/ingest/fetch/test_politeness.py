"""One request at a time a host; robots.txt is obeyed for pages and asked once."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from ingest.errors import FailureKind, FetchError
from ingest.fetch import Fetcher
from ingest.fetch.politeness import PoliteFetcher
from ingest.fetch.robots import KEPT_S, RETRIED_S
from tests.servers.web import Reply, Request, WebServer


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        server.on("/page", Reply(body=b"text"))
        server.on("/feed", Reply(body=b"feed"))
        yield server


@pytest.fixture
def fetcher(web: WebServer) -> Iterator[Fetcher]:
    with Fetcher(allow_hosts=[web.host]) as fetcher:
        yield fetcher


def rules(web: WebServer, text: str) -> None:
    web.on("/robots.txt", Reply(headers={"Content-Type": "text/plain"}, body=text.encode()))


def asked(web: WebServer) -> int:
    return web.paths().count("/robots.txt")


def test_a_page_that_robots_txt_forbids_is_not_requested(web: WebServer, fetcher: Fetcher) -> None:
    rules(web, "User-agent: Verbatim\nDisallow: /page")
    with pytest.raises(FetchError) as caught:
        PoliteFetcher(fetcher).fetch_page(web.url("/page"))
    assert caught.value.kind is FailureKind.ROBOTS
    assert web.paths() == ["/robots.txt"]


def test_a_feed_is_read_whatever_robots_txt_says(web: WebServer, fetcher: Fetcher) -> None:
    rules(web, "User-agent: *\nDisallow: /")
    assert PoliteFetcher(fetcher).fetch(web.url("/feed")).body == b"feed"
    assert asked(web) == 0


def test_rules_are_asked_for_once_and_again_when_they_are_old(web: WebServer, fetcher: Fetcher) -> None:
    rules(web, "User-agent: *\nAllow: /")
    now = [0.0]
    polite = PoliteFetcher(fetcher, clock=lambda: now[0])
    for _ in range(3):
        polite.fetch_page(web.url("/page"))
    assert asked(web) == 1
    now[0] = KEPT_S + 1
    polite.fetch_page(web.url("/page"))
    assert asked(web) == 2


def test_a_host_without_robots_txt_has_no_rules(web: WebServer, fetcher: Fetcher) -> None:
    web.on("/robots.txt", Reply(404))
    assert PoliteFetcher(fetcher).fetch_page(web.url("/page")).body == b"text"


def test_a_host_whose_robots_txt_fails_is_left_alone_for_a_while(web: WebServer, fetcher: Fetcher) -> None:
    web.on("/robots.txt", Reply(503))
    now = [0.0]
    polite = PoliteFetcher(fetcher, clock=lambda: now[0])
    with pytest.raises(FetchError):
        polite.fetch_page(web.url("/page"))
    rules(web, "")
    now[0] = RETRIED_S + 1
    assert polite.fetch_page(web.url("/page")).body == b"text"


def test_one_host_is_never_asked_two_things_at_once(web: WebServer, fetcher: Fetcher) -> None:
    inside, most, lock = [0], [0], threading.Lock()

    def slow(request: Request) -> Reply:
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        threading.Event().wait(0.02)
        with lock:
            inside[0] -= 1
        return Reply(body=b"x")

    web.on("/slow", slow)
    polite = PoliteFetcher(fetcher)
    threads = [threading.Thread(target=polite.fetch, args=(web.url("/slow"),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert web.paths().count("/slow") == 6
    assert most[0] == 1
