"""A site without a feed is read by its site map: each page once, those of other sites never."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ingest.catalogue import Catalogue
from ingest.errors import FailureKind, ParseError
from ingest.parse.feed import parse_feed
from ingest.sources.models import SourceKind
from tests.ingest.reading.feeds import SITE, page
from tests.ingest.reading_desk import ReadingDesk, reading
from tests.servers.web import Reply, WebServer

NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


@pytest.fixture
def desk(catalogue: Catalogue, web: WebServer) -> Iterator[ReadingDesk]:
    with reading(catalogue, allow_hosts=(web.host,)) as opened:
        yield opened


def entry(address: str, changed: str = "2026-06-10", news: str = "") -> str:
    return f"<url><loc>{address}</loc><lastmod>{changed}</lastmod>{news}</url>"


def news_of(title: str, date: str = "2026-06-11T08:00:00Z", paper: str = "The Weekly Model") -> str:
    publication = f"<n:publication><n:name>{paper}</n:name><n:language>en</n:language></n:publication>"
    return f"<n:news>{publication}<n:publication_date>{date}</n:publication_date><n:title>{title}</n:title></n:news>"


def sitemap(*entries: str) -> Reply:
    spaces = f'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="{NEWS}"'
    return Reply(body=f'<?xml version="1.0"?><urlset {spaces}>{"".join(entries)}</urlset>', content_type="text/xml")


def index(*addresses: str) -> Reply:
    parts = "".join(
        f"<sitemap><loc>{a}</loc><lastmod>2026-06-0{n}</lastmod></sitemap>" for n, a in enumerate(addresses, 1)
    )
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    return Reply(body=f"<sitemapindex {space}>{parts}</sitemapindex>", content_type="application/xml")


def test_a_site_without_a_feed_is_read_by_its_news_map(desk: ReadingDesk, web: WebServer) -> None:
    web.on(SITE, Reply(body="<html><head><title>Weekly</title></head><body><p>Welcome.</p></body></html>"))
    web.on("/sitemap.xml", sitemap(entry(web.url("/aurora"), news=news_of("Aurora is out"))))
    web.on("/aurora", page("aurora"))
    (registered,) = desk.add(web.url(SITE))
    assert (registered.address, registered.kind) == (web.url("/sitemap.xml"), SourceKind.SITEMAP)
    assert desk.outcomes() == {"new": 1}
    card = desk.articles()["Aurora is out"].card
    assert (card.source, card.published_at) == ("The Weekly Model", datetime(2026, 6, 11, 8, tzinfo=UTC))
    assert card.url == web.url("/aurora")


def test_a_plain_map_gives_addresses_and_the_pages_their_titles_and_dates(desk: ReadingDesk, web: WebServer) -> None:
    web.on("/sitemap.xml", sitemap(entry(web.url("/aurora")), entry("https://elsewhere.example/x")))
    web.on("/aurora", page("aurora"))
    desk.add(web.url("/sitemap.xml"))
    assert desk.outcomes() == {"new": 1}
    assert "https://elsewhere.example/x" not in [article.card.url for article in desk.articles().values()]


def test_of_a_map_of_maps_the_part_with_news_is_read_and_read_again_though_the_whole_stays_the_same(
    desk: ReadingDesk, web: WebServer
) -> None:
    web.on("/sitemap.xml", index(web.url("/news.xml"), web.url("/pages.xml")))
    web.on("/news.xml", sitemap(entry(web.url("/aurora"))))
    web.on("/aurora", page("aurora"))
    desk.add(web.url("/sitemap.xml"))
    assert desk.outcomes() == {"new": 1}
    web.on("/news.xml", sitemap(entry(web.url("/borealis")), entry(web.url("/aurora"))))
    web.on("/borealis", page("borealis"))
    assert desk.outcomes() == {"new": 1}
    assert "/pages.xml" not in web.paths()


def test_the_newest_pages_come_first_so_that_a_first_read_takes_them() -> None:
    body = str(sitemap(*(entry(f"https://a.example/{n}", f"2026-06-0{n}") for n in (2, 3, 1))).body).encode()
    items = parse_feed(body, url="https://a.example/sitemap.xml").items
    assert [item.url for item in items] == [f"https://a.example/{n}" for n in (3, 2, 1)]


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE x [<!ENTITY a "b">]><urlset><url><loc>&a;</loc></url></urlset>',
        b"<urlset><url><loc>https://a.example/1</loc>",
        b"<urlset>" + b"<a>" * 300 + b"</a>" * 300 + b"</urlset>",
    ],
)
def test_a_map_that_is_broken_or_dangerous_is_refused(body: bytes) -> None:
    with pytest.raises(ParseError) as refused:
        parse_feed(body, url="https://a.example/sitemap.xml")
    assert refused.value.kind is FailureKind.BAD_XML
