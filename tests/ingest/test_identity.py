"""An article stays one article: whatever changes of its dates, addresses and ids, and however it was added."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.sources.models import FileOverrides
from tests.ingest.reading_desk import ReadingDesk, reading
from tests.servers.web import Reply, WebServer

FEED = "/feed.xml"
STORY = " ".join(f"On day {n} the researchers released a model that reads the news." for n in range(12))
MAY, JUNE = "Fri, 01 May 2026 10:00:00 GMT", "Mon, 01 Jun 2026 10:00:00 GMT"


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


@pytest.fixture
def news(catalogue: Catalogue, web: WebServer) -> Iterator[ReadingDesk]:
    with reading(catalogue, allow_hosts=(web.host,)) as opened:
        yield opened


def show(
    web: WebServer,
    *,
    guid: str = "1",
    path: str = "/aurora",
    date: str = MAY,
    summary: str = "Short.",
    text: str = STORY,
) -> None:
    """A feed of one entry, and the entry's page."""
    link = f"<guid isPermaLink='false'>{guid}</guid><link>{path}</link><pubDate>{date}</pubDate>"
    item = f"<item><title>Aurora</title>{link}<description>{summary}</description></item>"
    rss = f'<rss version="2.0"><channel><title>Weekly</title><link>/</link>{item}</channel></rss>'
    web.on(FEED, Reply(body=rss, content_type="application/rss+xml"))
    html = (
        f"<html><head><title>Aurora</title></head><body><article><h1>Aurora</h1><p>{text}</p></article></body></html>"
    )
    web.on(path, Reply(body=html))


def versions(news: ReadingDesk) -> int:
    """The version of the only article there is."""
    assert news.catalogue.articles.count() == 1
    (article,) = news.articles().values()
    return article.card.version


@pytest.mark.parametrize(
    "change",
    [{"date": JUNE}, {"path": "/moved"}, {"guid": "2"}, {"guid": "2", "date": JUNE}, {"path": "/b", "date": JUNE}],
)
def test_what_keeps_its_id_or_its_address_is_the_same_article(
    news: ReadingDesk, web: WebServer, change: dict[str, str]
) -> None:
    show(web)
    news.add(web.url(FEED))
    news.read()
    show(web, **change)
    news.read()
    assert news.catalogue.articles.count() == 1


def test_an_entry_that_its_feed_says_was_edited_is_read_again_as_a_new_version(
    news: ReadingDesk, web: WebServer
) -> None:
    show(web)
    news.add(web.url(FEED))
    news.read()
    show(web, summary="Short, and corrected.", text=STORY + " It was corrected later.")
    assert news.outcomes() == {"changed": 1}
    assert versions(news) == 2
    assert news.detail(web.url("/aurora"))[0] == "changed"


def test_an_edited_entry_whose_address_changed_is_a_new_version_at_its_new_address(
    news: ReadingDesk, web: WebServer
) -> None:
    show(web)
    news.add(web.url(FEED))
    news.read()
    show(web, path="/moved", summary="Short, and corrected.", text=STORY + " It was corrected later.")
    assert news.outcomes() == {"changed": 1}
    assert versions(news) == 2
    assert news.articles()["Aurora"].card.url == web.url("/moved")


def test_an_edited_entry_whose_page_is_away_stays_as_it_was_until_it_is_back(news: ReadingDesk, web: WebServer) -> None:
    show(web)
    news.add(web.url(FEED))
    news.read()
    show(web, summary="Short, and corrected.")
    web.on("/aurora", Reply(503))
    assert news.outcomes() == {}
    assert STORY in news.articles()["Aurora"].text
    show(web, summary="Short, and corrected.", text=STORY + " It was corrected later.")
    news.catalogue.sources.refresh(news.catalogue.sources.all()[0], news.now[0])
    news.read()
    assert "corrected" in news.articles()["Aurora"].text


def test_a_feed_that_says_something_else_of_every_entry_each_time_does_not_have_them_all_read_again(
    news: ReadingDesk, web: WebServer
) -> None:
    def say(word: str) -> None:
        items = "".join(
            f"<item><title>News {n}</title><guid isPermaLink='false'>{n}</guid><link>/{n}</link>"
            f"<description>{word}</description></item>"
            for n in range(20)
        )
        rss = f'<rss version="2.0"><channel><title>Weekly</title>{items}</channel></rss>'
        web.on(FEED, Reply(body=rss, content_type="application/rss+xml"))

    for n in range(20):
        web.on(
            f"/{n}", Reply(body=f"<html><body><article><p>{STORY.replace('model', f'model{n}')}</p></article></body>")
        )
    say("one")
    news.add(web.url(FEED))
    news.read()
    asked = len(web.paths())
    say("two")
    news.read()
    assert len(web.paths()) - asked <= 6


def test_a_file_that_is_given_its_address_later_stays_one_article(news: ReadingDesk, tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text(f"# Aurora\n\n{STORY}")
    news.add(note)
    assert news.outcomes() == {"new": 1}
    news.add(note, given=FileOverrides(url="https://example.org/aurora"))
    assert news.outcomes() == {"same": 1}
    assert versions(news) == 1
    assert news.articles()["Aurora"].card.url == "https://example.org/aurora"
