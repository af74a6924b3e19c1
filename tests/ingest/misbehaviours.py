"""Some fifty ways in which a source misbehaves, or seems to, and what Verbatim makes of each."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from typing import Any

from ingest.errors import FailureKind
from ingest.sources.models import SourceKind
from tests.ingest.month import DAY, RSS, Answer, Entry, Misbehaviour, World, story
from tests.servers.web import Raw, Reply, Request, Response, WebServer, json_reply, redirect

MAX_BYTES = 2_000_000
"""What the month's fetcher takes at most."""
WAIT = 3 * DAY
WEEK = 7 * DAY
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: 90000\r\n\r\n<rss>"
CONSENT = (
    "<p>We value your privacy. Our partners use cookies and personalised ads.</p>"
    "<p>Accept all or reject all, or manage your preferences; see our cookie policy.</p>"
)


def says(reply: Response) -> Answer:
    return lambda world, request: reply


def xml(body: str) -> Answer:
    return says(Reply(body=body, content_type=RSS))


NOTHING = says(Reply())


@cache
def bomb() -> bytes:
    return gzip.compress(bytes(20 * MAX_BYTES), 1)


def endless(world: World, request: Request) -> Response:
    return redirect(f"/redirect_without_end?n={request.query}1")


def retry_after_date(world: World, request: Request) -> Response:
    return Reply(503, headers={"Retry-After": format_datetime(datetime.now(UTC) + WAIT)})


def bad_charset(world: World, request: Request) -> Response:
    feed = str(world.feed("bad_charset").body).replace("The bad", "The café, bad")
    return Reply(body=feed.encode("latin-1"), content_type=f"{RSS}; charset=klingon")


def garbled(world: World, request: Request) -> Response:
    feed = str(world.feed("garbled", []).body).replace("The garbled", "Модель читает новости")
    return Reply(body=feed.encode("koi8-r"), content_type=f"{RSS}; charset=utf-8")


def retold(name: str, tell: Callable[[World, Entry], Entry]) -> Answer:
    """A feed that tells its entries in another way each time."""

    def answer(world: World, request: Request) -> Response:
        entries = world.entries(name)
        world.offer(name, *entries)
        return world.feed(name, [tell(world, entry) for entry in entries])

    return answer


def huge_item(world: World, request: Request) -> Response:
    return world.feed("huge_item", [replace(story("huge_item", 0), text="word " * 2_000_000)])


def not_modified_without_etag(world: World, request: Request) -> Response:
    feed = world.feed("not_modified_without_etag")
    etag = f'"{world.age // (3 * DAY)}"'
    return Reply(304) if request.headers.get("if-none-match") == etag else replace(feed, headers={"ETag": etag})


def next_page(world: World, request: Request) -> Response:
    link = f"<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='next' href='?page={request.query}1'/>"
    world.offer("pages_without_end", *(entries := world.entries("pages_without_end")))
    return world.feed("pages_without_end", entries, head=link)


def as_json(name: str, **more: object) -> Answer:
    """A JSON Feed that says this, too."""

    def answer(world: World, request: Request) -> Response:
        world.offer(name, *(entries := world.entries(name)))
        items = [
            {"id": e.guid, "title": e.title, "content_text": e.text, "date_published": e.at.isoformat()}
            for e in entries
        ]
        feed = {"version": "https://jsonfeed.org/version/1.1", "title": name, "items": items}
        return replace(json_reply(feed | more), content_type="application/feed+json")

    return answer


def typed(content_type: str, name: str) -> Answer:
    return lambda world, request: replace(world.feed(name), content_type=content_type)


def silent(world: World, request: Request) -> Response:
    entries = world.entries("silent", until=4 * DAY)
    world.offer("silent", *entries)
    return world.feed("silent", entries)


def with_pages(name: str, page: Response | None, *, lasts: timedelta = 60 * DAY, text: bool) -> Answer:
    """A feed whose entries have pages that say `page` while it lasts, and are proper ones afterwards.

    Args:
        page: None for proper pages from the beginning.
        text: whether the feed has the first sentence; then each entry counts as offered.
    """

    def linked(world: World) -> Iterator[Entry]:
        for entry in world.entries(name):

            def answer(_: Request, entry: Entry = entry) -> Response:
                return world.page(name, entry) if page is None or world.age >= lasts else page

            path = f"/{name}/{entry.guid}"
            world.on(path, answer)
            if text:
                world.offer(name, entry)
            yield replace(entry, link=path, text=f"{entry.text.split('.')[0]}." if text else "")

    return lambda world, request: world.feed(name, list(linked(world)))


def changing_page(world: World, request: Request) -> Response:
    return world.page("proper_page", replace(story("proper_page", 0), text=story("page", world.age // WEEK).text))


@contextmanager
def nobody_listening() -> Iterator[str]:
    """The address of a port at which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/feed"


FAULTY_XML = "<?xml version='1.0'?><feed <<>> &&& ]]>"
ENTITIES = "<!DOCTYPE rss [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;'>]><rss><channel><title>&b;</title></channel></rss>"
DRIP: list[bytes | float] = [HEAD, *(part for _ in range(90) for part in (0.1, b"<"))]
BOMB = {"Content-Encoding": "gzip"}


def misbehaviours(refused: str, tls: WebServer) -> list[Misbehaviour]:
    """All of them. `refused` is an address at which nobody listens, `tls` a server that nobody trusts."""
    return [*_of_the_network(refused, tls), *_of_servers(), *_of_feeds(), *_of_pages()]


def for_a_week(name: str, kind: FailureKind, answer: Answer) -> Misbehaviour:
    """A source that fails for a week, and is well again afterwards."""
    return Misbehaviour(name, kind, answer, lasts=7 * DAY, alarms=("failing", "recovered"))


def for_good(
    name: str,
    kind: FailureKind,
    answer: Answer = NOTHING,
    *,
    address: Callable[[World], str] | None = None,
    source_kind: SourceKind = SourceKind.FEED,
    requests: int = 1,
) -> Misbehaviour:
    """A source that fails all month: read after half a day, then once a day, with so many `requests` each."""
    most = 33 * requests
    return Misbehaviour(name, kind, answer, alarms=("failing",), most=most, source_kind=source_kind, address=address)


def harmless(name: str, answer: Answer, **more: Any) -> Misbehaviour:
    """A source that is read well, whatever it does."""
    return Misbehaviour(name, None, answer, **more)


def _of_the_network(refused: str, tls: WebServer) -> Iterator[Misbehaviour]:
    kind = FailureKind
    yield Misbehaviour("slow_drip", kind.TIMEOUT, says(Raw(DRIP)), lasts=DAY / 2)
    yield for_a_week("wrong_length", kind.RESET, says(Raw([HEAD])))
    yield for_a_week("connection_reset", kind.RESET, says(Raw([HEAD], reset=True)))
    yield for_good("refused_port", kind.CONNECT, address=lambda _: refused)
    yield for_good("tls", kind.TLS, address=lambda _: tls.url("/feed"))
    yield for_good("unknown_host", kind.DNS, address=lambda _: f"http://{'x' * 64}.example/feed")


def _of_servers() -> Iterator[Misbehaviour]:
    kind, wait = FailureKind, {"Retry-After": str(int(WAIT.total_seconds()))}
    yield for_good("redirect_loop", kind.TOO_MANY_REDIRECTS, says(redirect("/redirect_loop")))
    yield for_good("redirect_without_end", kind.TOO_MANY_REDIRECTS, endless, requests=11)
    yield for_good("redirect_to_private", kind.ADDRESS_REFUSED, says(redirect("http://10.0.0.1/")))
    yield for_good("redirect_to_nowhere", kind.BAD_REDIRECT, says(redirect("ftp://example.org/")))
    yield harmless("moved", says(redirect("/moved_here", 301)), most=1)
    yield for_good("forbidden", kind.FORBIDDEN, says(Reply(403)))
    yield for_a_week("not_found", kind.NOT_FOUND, says(Reply(404)))
    yield Misbehaviour("gone", kind.GONE, says(Reply(410)), alarms=("ended",), most=1)
    yield for_good("teapot", kind.CLIENT_ERROR, says(Reply(418)))
    yield for_good("rate_limited", kind.RATE_LIMITED, says(Reply(429, headers=wait)))
    yield for_a_week("server_error", kind.SERVER_ERROR, says(Reply(500)))
    yield for_good("away_until", kind.SERVER_ERROR, retry_after_date)
    yield for_a_week("not_modified_unasked", kind.BAD_RESPONSE, says(Reply(304)))
    yield harmless("not_modified_without_etag", not_modified_without_etag)


def _of_feeds() -> Iterator[Misbehaviour]:
    kind = FailureKind
    yield for_good("gzip_bomb", kind.TOO_LARGE, lambda *_: Reply(body=bomb(), content_type=RSS, headers=BOMB))
    yield for_a_week("huge_item", kind.TOO_LARGE, huge_item)
    yield for_a_week("faulty_xml", kind.BAD_XML, xml(FAULTY_XML))
    yield for_good("entities", kind.BAD_XML, xml(ENTITIES))
    yield for_good("deep_nesting", kind.BAD_XML, xml("<rss><channel>" + "<a>" * 5_000))
    yield for_a_week("page_for_feed", kind.NOT_A_FEED, says(Reply(body="<html><body><h1>Welcome</h1></body></html>")))
    yield for_a_week("empty_body", kind.NOT_A_FEED, xml(""))
    yield for_good("picture", kind.WRONG_TYPE, says(Reply(body=b"\x89PNG", content_type="image/png")))
    yield harmless("empty_feed", lambda world, _: world.feed("empty_feed", []), alarms=("silent",))
    yield harmless("silent", silent, lasts=25 * DAY, alarms=("silent", "recovered"))
    yield harmless("bad_charset", bad_charset)
    yield for_a_week("garbled", kind.BAD_CHARSET, garbled)
    yield harmless("typed_as_page", typed("text/html", "typed_as_page"))
    yield harmless("typed_as_bytes", typed("application/octet-stream", "typed_as_bytes"))
    yield harmless("one_guid", retold("one_guid", lambda world, entry: replace(entry, guid="1")))
    yield harmless("new_guids", retold("new_guids", lambda world, e: replace(e, guid=f"{e.guid} {world.now}")))
    yield harmless("new_dates", retold("new_dates", lambda world, entry: replace(entry, at=world.now)))
    yield harmless("future_dates", retold("future_dates", lambda world, e: replace(e, at=e.at + 400 * DAY)))
    yield harmless("pages_without_end", next_page)
    yield harmless("json_without_end", as_json("json_without_end", next_url="/json_without_end"))
    yield Misbehaviour("expired", kind.GONE, as_json("expired", expired=True), alarms=("ended",), most=1)
    yield for_a_week("json_of_another_kind", kind.NOT_A_FEED, says(json_reply({"items": [{"title": "An API"}]})))


def _of_pages() -> Iterator[Misbehaviour]:
    yield harmless("proper_pages", with_pages("proper_pages", None, text=False))
    yield harmless("pages_refused", with_pages("pages_refused", Reply(403), text=True))
    yield harmless("pages_behind_consent", with_pages("pages_behind_consent", Reply(body=CONSENT), text=True))
    yield harmless("pages_away", with_pages("pages_away", Reply(503), lasts=4 * DAY, text=False))
    yield harmless("pages_late", with_pages("pages_late", Reply(503), lasts=4 * DAY, text=True))
    yield harmless("pages_missing", with_pages("pages_missing", Reply(404), text=False), alarms=("silent",))
    yield harmless("proper_page", changing_page, source_kind=SourceKind.PAGE)
    yield for_good("consent_page", FailureKind.CONSENT_WALL, says(Reply(body=CONSENT)), source_kind=SourceKind.PAGE)
    at_robots = for_good("robots", FailureKind.ROBOTS, source_kind=SourceKind.PAGE)
    yield replace(at_robots, address=lambda world: world.elsewhere.url("/robots"))
