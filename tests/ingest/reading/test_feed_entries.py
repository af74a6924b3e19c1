"""An entry of a feed becomes one article, from its page or from the feed, whichever holds it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import escape

import pytest
from sqlalchemy import select

from ingest.catalogue import Catalogue
from ingest.catalogue.schema import articles
from tests.ingest.examples import NOW
from tests.ingest.reading_desk import ReadingDesk, reading
from tests.servers.web import Reply, WebServer

FULL = (
    "Kestrel Robotics has closed its Oslo factory, the company confirmed on Thursday. About 380 people worked there. "
    "The factory built the Tern arm, a warehouse robot that was shown in 2024. Chief executive Ida Lunde said that "
    "demand fell by 45 percent in the third quarter. Kestrel will move production to Gdansk, where it rents a hall. "
    "The first arms from Gdansk are due in March 2027. A union speaker called the decision hasty."
)
TEASER = "Kestrel Robotics closes its factory in Oslo, where about 380 people built the Tern arm for warehouses."
NOT_FOUND = "We looked everywhere. Perhaps a grue ate it. Our archive goes back to 2011 and grows every day. " * 3
METERED = (
    "You have read your last free story of this month. Subscribe for $1 a week to keep reading The Circuit. Our "
    "reporters cover robots, chips and models from Oslo, Gdansk and Taipei, and your money pays for it. Thank you."
)


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


@pytest.fixture
def elsewhere() -> Iterator[WebServer]:
    with WebServer("127.0.0.2") as server:
        yield server


@pytest.fixture
def news(catalogue: Catalogue, web: WebServer, elsewhere: WebServer) -> Iterator[ReadingDesk]:
    with reading(catalogue, allow_hosts=(web.host, elsewhere.host)) as opened:
        yield opened


def entry(title: str, link: str, text: str = "", *, date: str = "Thu, 26 Nov 2020 10:00:00 GMT", more: str = "") -> str:
    dated = f"<pubDate>{date}</pubDate>" if date else ""
    head = f"<title>{title}</title><link>{escape(link)}</link><guid isPermaLink='false'>{title}</guid>{dated}{more}"
    return f"<item>{head}<description>{escape(text)}</description></item>"


def feed(*entries: str, title: str = "The Circuit") -> Reply:
    rss = f"<channel><title>{title}</title><link>/</link>{''.join(entries)}</channel>"
    return Reply(body=f'<rss version="2.0">{rss}</rss>', content_type="application/rss+xml")


def page(text: str, title: str = "Kestrel closes its Oslo factory") -> Reply:
    head = f"<head><title>{title}</title></head>"
    return Reply(body=f"<html>{head}<body><article><h1>{title}</h1><p>{text}</p></article></body></html>")


def read(news: ReadingDesk, web: WebServer, *entries: str) -> None:
    web.on("/feed.xml", feed(*entries))
    news.add(web.url("/feed.xml"))
    news.read()


def effective(news: ReadingDesk) -> dict[str, datetime]:
    """When each article counts as published, by its title."""
    titles = {article.card.id: title for title, article in news.articles().items()}
    with news.catalogue.database.read() as connection:
        rows = connection.execute(select(articles.c.id, articles.c.effective_at)).all()
    return {titles[row.id]: row.effective_at for row in rows}


@pytest.mark.parametrize("anchors", [("#a", "#b", "#c"), ("", "", "")], ids=["anchors", "one page"])
def test_entries_that_share_a_page_are_articles_of_their_own(
    news: ReadingDesk, web: WebServer, anchors: tuple[str, ...]
) -> None:
    web.on("/changes", page(FULL + FULL))
    told = [f"The release number {n} of Harbor changes how jobs are counted and what they cost." for n in range(3)]
    read(news, web, *(entry(f"Release {n}", f"/changes{anchors[n]}", told[n]) for n in range(3)))
    assert {title: article.text for title, article in news.articles().items()} == {
        f"Release {n}": told[n] for n in range(3)
    }


def test_a_new_entry_at_the_address_of_one_that_left_the_feed_does_not_replace_it(
    news: ReadingDesk, web: WebServer
) -> None:
    read(news, web, entry("Episode 1", "/show", TEASER))
    web.on("/feed.xml", feed(entry("Episode 2", "/show", FULL)))
    news.read()
    assert set(news.articles()) == {"Episode 1", "Episode 2"}


@pytest.mark.parametrize("wall", [METERED, NOT_FOUND, FULL[:220]], ids=["paywall", "not found", "cut short"])
def test_a_page_that_lacks_the_feeds_words_does_not_replace_them(news: ReadingDesk, web: WebServer, wall: str) -> None:
    web.on("/kestrel", page(wall))
    read(news, web, entry("Kestrel closes its Oslo factory", "/kestrel", FULL))
    (article,) = news.articles().values()
    assert article.text == FULL
    assert "the feed's own text" in news.detail("Kestrel closes its Oslo factory")[1]


def test_a_page_that_holds_the_feeds_words_and_more_is_the_article(news: ReadingDesk, web: WebServer) -> None:
    more = "Talks with the union begin on Monday at the town hall of Oslo, the mayor said."
    web.on("/kestrel", page(f"{FULL} {more}"))
    read(news, web, entry("Kestrel closes its Oslo factory", "/kestrel", FULL))
    (article,) = news.articles().values()
    assert more in article.text


def test_a_page_is_the_article_where_the_feed_has_a_summary_of_it(news: ReadingDesk, web: WebServer) -> None:
    web.on("/kestrel", page(FULL))
    read(news, web, entry("Kestrel closes its Oslo factory", "/kestrel", TEASER))
    (article,) = news.articles().values()
    assert article.text == FULL


def test_a_short_page_about_something_else_than_its_entry_is_not_the_article(news: ReadingDesk, web: WebServer) -> None:
    web.on("/kestrel", page(NOT_FOUND, "The Circuit"))
    read(news, web, entry("Kestrel closes its Oslo factory", "/kestrel", TEASER))
    (article,) = news.articles().values()
    assert article.text == TEASER


def test_pages_that_all_say_the_same_are_a_wall(news: ReadingDesk, web: WebServer) -> None:
    same = "Kestrel, Harbor and Tarn are what our members read about today. " * 30
    for name in ("kestrel", "harbor", "tarn"):
        web.on(f"/{name}", page(same, name.title()))
    read(news, web, *(entry(name.title(), f"/{name}") for name in ("kestrel", "harbor", "tarn")))
    assert news.articles() == {}
    assert "another entry's page says the same" in news.detail("Kestrel")[1]


def test_an_edited_entry_whose_page_turned_into_a_wall_stays_as_it_was(news: ReadingDesk, web: WebServer) -> None:
    names = ("kestrel", "harbor")
    for name in names:
        web.on(f"/{name}", page(" ".join(f"On day {n} {name} sold {n} arms of kind {name}." for n in range(20)), name))
    read(news, web, *(entry(name.title(), f"/{name}", "") for name in names))
    for name in names:
        web.on(f"/{name}", page("What our members read about today. " * 60, name.title()))
    web.on("/feed.xml", feed(*(entry(name.title(), f"/{name}", f"About {name}.") for name in names)))
    news.read()
    assert all(f"{name} sold 7 arms" in news.articles()[name.title()].text for name in names)


def test_an_undated_entry_of_a_feed_that_is_read_for_the_first_time_is_no_news(
    news: ReadingDesk, web: WebServer
) -> None:
    read(news, web, entry("Old", "", FULL, date=""), entry("Unread", "", TEASER, date="last Tuesday"))
    web.on("/feed.xml", feed(entry("New", "", TEASER.replace("Oslo", "Bergen"), date="")))
    news.read()
    at = effective(news)
    assert max(at["Old"], at["Unread"]) <= news.now[0] - timedelta(days=28)
    assert at["New"] == news.now[0]
    assert "its date, 'last Tuesday', cannot be read" in news.detail("Unread")[1]
    assert all(article.card.published_at is None for article in news.articles().values())


def test_a_replaced_paper_is_an_update_of_an_older_one_and_its_abstract_is_its_text(
    news: ReadingDesk, web: WebServer
) -> None:
    announced = "arXiv:2311.01234v3 Announce Type: {}\nAbstract:We present a method for reading tables with models."
    today = "Sat, 13 Jun 2026 04:00:00 GMT"
    read(
        news,
        web,
        entry("Tables", "", announced.format("replace"), date=today),
        entry("Charts", "", announced.format("new").replace("tables", "charts"), date=today),
    )
    tables, charts = news.articles()["Tables"], news.articles()["Charts"]
    assert tables.text == "We present a method for reading tables with models."
    assert (tables.card.published_at, charts.card.published_at) == (None, datetime(2026, 6, 13, 4, tzinfo=UTC))
    assert effective(news)["Tables"] < NOW - timedelta(days=365)


def test_an_item_of_a_link_list_names_the_publisher_of_its_page(
    news: ReadingDesk, web: WebServer, elsewhere: WebServer
) -> None:
    elsewhere.on("/kestrel", page(FULL + FULL))
    points = "Article URL: https://a.example/\nComments URL: https://b.example/\nPoints: 12\n# Comments: 3"
    read(news, web, entry("Kestrel closes its Oslo factory", elsewhere.url("/kestrel"), points))
    (article,) = news.articles().values()
    assert article.card.source.startswith("127.0.0.2")


@pytest.mark.parametrize(
    "own",
    [
        "Article URL: https://a.example/\nComments URL: https://b.example/\nPoints: 12\n# Comments: 3",
        "Comments",
        'submitted by <a href="https://www.reddit.com/user/a">/u/a</a> <span><a href="/gone">[link]</a></span> '
        '<span><a href="/comments">[comments]</a></span>',
        'Kestrel closes its Oslo factory <font color="#6f6f6f">Fjord Times</font>',
    ],
    ids=["hacker news", "hacker news itself", "reddit", "google news"],
)
def test_what_an_aggregator_writes_around_a_link_is_no_article(news: ReadingDesk, web: WebServer, own: str) -> None:
    web.on("/gone", Reply(403))
    source = '<source url="https://fjord.example">Fjord Times</source>'
    read(news, web, entry("Kestrel closes its Oslo factory - Fjord Times", "/gone", own, more=source))
    assert news.articles() == {}


def test_a_link_list_is_read_at_the_address_that_it_links(
    news: ReadingDesk, web: WebServer, elsewhere: WebServer
) -> None:
    elsewhere.on("/kestrel", page(FULL + FULL))
    linked = f'submitted by /u/a <a href="{elsewhere.url("/kestrel")}">[link]</a> <a href="/c">[comments]</a>'
    read(news, web, entry("Kestrel closes its Oslo factory", "/comments/17", linked))
    (article,) = news.articles().values()
    assert article.card.url == elsewhere.url("/kestrel")


def test_the_publisher_that_an_item_names_is_its_publisher(news: ReadingDesk, web: WebServer) -> None:
    source = '<source url="https://fjord.example">Fjord Times</source>'
    read(news, web, entry("Kestrel closes its Oslo factory - Fjord Times", "", FULL, more=source))
    (article,) = news.articles().values()
    assert (article.card.title, article.card.source) == ("Kestrel closes its Oslo factory", "Fjord Times")
