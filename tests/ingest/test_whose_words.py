"""A source changes its own articles and nobody else's: docs/security.md, "Whose words", a test for each pair.

A guild's feed (42) tries to change what another guild (7) reads. Both feeds name the same address.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from ingest.catalogue import Catalogue
from ingest.catalogue.visibility import visible_ids
from ingest.catalogue.whole_articles import whole_articles
from ingest.errors import FailureKind
from ingest.models import Article, View
from tests.ingest.reading_desk import ReadingDesk, reading
from tests.servers.web import Reply, WebServer, redirect

TRUE = " ".join(f"In its report of day {n} Nordlicht Labs told how it trains models of language." for n in range(12))
FALSE = TRUE.replace("told how it trains models of language", "admitted that it made all its figures up")
MAY, JUNE = "Fri, 01 May 2026 10:00:00 GMT", "Mon, 01 Jun 2026 10:00:00 GMT"
READER, OTHER = "7", "42"


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


@pytest.fixture
def elsewhere() -> Iterator[WebServer]:
    """A web server on a host of its own."""
    with WebServer("127.0.0.2") as server:
        yield server


@pytest.fixture
def news(catalogue: Catalogue, web: WebServer, elsewhere: WebServer) -> Iterator[ReadingDesk]:
    with reading(catalogue, allow_hosts=(web.host, elsewhere.host)) as opened:
        yield opened


def feed(link: str, text: str, *, title: str = "Report", publisher: str = "Nordlicht", date: str = MAY) -> Reply:
    """A feed of one entry, which has the same id and address in every feed."""
    author = f"<author>{publisher.lower()}@example.org ({publisher})</author>"
    item = f"<item><title>{title}</title><guid>{link}</guid><link>{link}</link><pubDate>{date}</pubDate>{author}"
    rss = f"<channel><title>{publisher}</title>{item}<description>{text}</description></item></channel>"
    return Reply(body=f'<rss version="2.0">{rss}</rss>', content_type="application/rss+xml")


def page(text: str, *, canonical: str = "") -> Reply:
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    return Reply(
        body=f"<html><head><title>Report</title>{link}</head><body><article><p>{text}</p></article></body></html>"
    )


def read_by(news: ReadingDesk, scope: str) -> list[Article]:
    """What a guild's digest and search are made from, every article whole."""
    view = View(news.now[0], (scope,))
    found = whole_articles(news.catalogue.database, view, "no model", 10)
    shown = [news.catalogue.articles.show(each.card.id) for each in found]
    return [article for article in shown if article is not None]


def the_reader_follows(news: ReadingDesk, web: WebServer, *, refused: bool = True) -> Article:
    """The reader's guild reads a feed whose page cannot be read, so that the feed's own text is the article."""
    web.on("/report", Reply(403) if refused else page(TRUE))
    web.on("/feed.xml", feed("/report", TRUE))
    news.add(web.url("/feed.xml"), scope=READER)
    news.read()
    (article,) = read_by(news, READER)
    return article


def the_other_adds(news: ReadingDesk, web: WebServer, reply: Reply) -> None:
    """The other guild adds a feed of its own, and everything is read twice."""
    web.on("/other.xml", reply)
    news.add(web.url("/other.xml"), scope=OTHER)
    news.read()
    news.read()


@pytest.mark.parametrize("refused", [True, False], ids=["page refused", "page read"])
@pytest.mark.parametrize(
    "change",
    [
        {"text": FALSE},
        {"title": "Nordlicht admits fraud"},
        {"publisher": "Evil Publisher"},
        {"date": JUNE},
        {"text": f"{TRUE} Buy now."},
    ],
    ids=["text", "title", "publisher and author", "date", "nearly the same text"],
)
def test_another_feed_cannot_change_what_a_guild_reads(
    news: ReadingDesk, web: WebServer, change: dict[str, str], refused: bool
) -> None:
    before = the_reader_follows(news, web, refused=refused)
    the_other_adds(news, web, feed("/report", **({"text": TRUE} | change)))
    assert read_by(news, READER) == [before]


def test_each_guild_reads_what_its_own_feed_says(news: ReadingDesk, web: WebServer) -> None:
    the_reader_follows(news, web)
    the_other_adds(news, web, feed("/report", FALSE, publisher="Evil Publisher"))
    (own,) = read_by(news, OTHER)
    assert (own.card.source, "made all its figures up" in own.text) == ("Evil Publisher", True)


def test_an_edit_of_another_feed_is_no_version_of_a_guilds_article(news: ReadingDesk, web: WebServer) -> None:
    before = the_reader_follows(news, web)
    the_other_adds(news, web, feed("/report", TRUE))
    web.on("/other.xml", feed("/report", FALSE))
    news.read()
    assert read_by(news, READER) == [before]
    assert news.catalogue.articles.show(before.card.id, 2) is None


def test_a_page_cannot_take_the_address_of_another_site(
    news: ReadingDesk, web: WebServer, elsewhere: WebServer
) -> None:
    before = the_reader_follows(news, web)
    elsewhere.on("/copy", page(FALSE, canonical=web.url("/report")))
    news.add(elsewhere.url("/copy"), scope=OTHER)
    news.read()
    assert read_by(news, READER) == [before]
    (own,) = read_by(news, OTHER)
    assert own.card.url == elsewhere.url("/copy")


def test_a_source_that_moves_cannot_bring_its_articles_to_another_site(
    news: ReadingDesk, web: WebServer, elsewhere: WebServer
) -> None:
    elsewhere.on("/evil.xml", feed("/report", FALSE))
    news.add(elsewhere.url("/evil.xml"), scope=OTHER)
    news.read()
    web.on("/feed.xml", feed("/report", TRUE))
    elsewhere.on("/evil.xml", redirect(web.url("/feed.xml"), 301))
    news.read()
    news.add(web.url("/feed.xml"), scope=READER)
    news.read()
    (article,) = read_by(news, READER)
    assert "made all its figures up" not in article.text


def test_a_source_cannot_move_to_the_address_of_another(news: ReadingDesk, web: WebServer) -> None:
    before = the_reader_follows(news, web)
    web.on("/moving.xml", feed("/report", FALSE))
    news.add(web.url("/moving.xml"), scope=OTHER)
    news.read()
    web.on("/moving.xml", redirect("/feed.xml", 301))
    news.read()
    assert read_by(news, READER) == [before]


@pytest.mark.parametrize("end", [Reply(410), Reply(404)], ids=["410", "404"])
def test_a_feed_that_ends_takes_no_article_of_another_along(news: ReadingDesk, web: WebServer, end: Reply) -> None:
    before = the_reader_follows(news, web)
    the_other_adds(news, web, feed("/report", TRUE))
    web.on("/other.xml", end)
    assert [report.error.kind if report.error else None for report in news.read()][1] in (
        FailureKind.GONE,
        FailureKind.NOT_FOUND,
    )
    assert read_by(news, READER) == [before]
    assert news.catalogue.sources.get(web.url("/feed.xml")).enabled


def test_who_removes_a_source_takes_no_article_of_another_away(news: ReadingDesk, web: WebServer) -> None:
    before = the_reader_follows(news, web)
    the_other_adds(news, web, feed("/report", TRUE))
    news.registry.remove(web.url("/other.xml"), OTHER)
    news.registry.remove(web.url("/feed.xml"), OTHER)
    assert read_by(news, READER) == [before]


def test_an_article_that_the_operator_forgets_by_its_id_leaves_the_others_alone(
    news: ReadingDesk, web: WebServer
) -> None:
    before = the_reader_follows(news, web)
    the_other_adds(news, web, feed("/report", FALSE))
    (evil,) = read_by(news, OTHER)
    news.catalogue.articles.forget(evil.card.id, news.now[0])
    web.on("/feed.xml", feed("/report", f"{TRUE} It was corrected later."))
    news.read(later=timedelta(days=3))
    (after,) = read_by(news, READER)
    assert (after.card.id, "corrected" in after.text) == (before.card.id, True)
    assert read_by(news, OTHER) == []


def test_a_guild_sees_no_article_of_another(news: ReadingDesk, web: WebServer) -> None:
    article = the_reader_follows(news, web)
    the_other_adds(news, web, feed("/report", TRUE))
    view = View(news.now[0], (OTHER,))
    assert visible_ids(news.catalogue.database, [article.card.id], view) == set()
