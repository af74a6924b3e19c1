"""RETENTION_DAYS, RETENTION_MAX_ARTICLES: old articles go for good, and what an answer quotes stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.catalogue.pins import pin, unpin
from ingest.catalogue.read_batches import EXPIRED
from tests.full_text import check_full_text
from tests.ingest.examples import NOW
from tests.ingest.reading.feeds import FEED, body, entry, feed, page
from tests.ingest.reading_desk import ReadingDesk, reading
from tests.servers.web import WebServer

DAY = timedelta(days=1)
KEPT = 30 * DAY


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


@pytest.fixture
def news(catalogue: Catalogue, web: WebServer) -> Iterator[ReadingDesk]:
    """Articles are kept for 30 days; NOW is the 15th of June."""
    with reading(catalogue, allow_hosts=(web.host,)) as desk:
        desk.pipeline = replace(desk.pipeline, kept_for=KEPT)
        yield desk


def tend(news: ReadingDesk) -> None:
    news.catalogue.retention.delete_expired(lambda: news.now[0], kept_for=KEPT)


def lines(path: Path, **dates: str | None) -> None:
    path.write_text(
        "".join(
            json.dumps({"url": f"https://example.org/{name}", "title": name, "published_at": date, "text": body(name)})
            + "\n"
            for name, date in dates.items()
        )
    )


def test_an_old_article_goes_with_its_terms_and_vectors_and_its_feed_does_not_bring_it_back(
    news: ReadingDesk, web: WebServer
) -> None:
    web.on(FEED, feed(entry("aurora", day=1), entry("borealis", day=10)))
    for name in ("aurora", "borealis"):
        web.on(f"/{name}", page(name))
    news.add(web.url(FEED))
    news.read()
    assert set(news.articles()) == {"aurora", "borealis"}
    for later in (20 * DAY, DAY):
        web.on(FEED, feed(entry("aurora", day=1), entry("borealis", day=10), entry(f"cumulus{later.days}", day=14)))
        news.read(later=later)
        tend(news)
        assert set(news.articles()) == {"borealis"}
        assert news.detail(web.url("/aurora"))[0] == EXPIRED
    assert len(news.catalogue.backlog.stale(9)) == 1
    check_full_text(news.catalogue)


def test_a_file_that_changed_brings_no_old_line_back_with_a_date_or_without(news: ReadingDesk, tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    lines(path, dated="2026-06-10", undated=None)
    news.add(str(path))
    news.read()
    assert set(news.articles()) == {"dated", "undated"}
    news.now[0] = NOW + 40 * DAY
    tend(news)
    assert news.articles() == {}
    lines(path, dated="2026-06-10", undated=None, new="2026-07-20")
    news.read()
    assert set(news.articles()) == {"new"}


def test_what_an_answer_quotes_stays_until_nobody_needs_it(news: ReadingDesk, tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    lines(path, quoted="2026-06-10", other="2026-06-10")
    news.add(str(path))
    news.read()
    quoted = news.articles()["quoted"].card.id
    with news.catalogue.database.write() as connection:
        pin(connection, "an answer", [(quoted, 1)])
    news.now[0] = NOW + 40 * DAY
    tend(news)
    assert set(news.articles()) == {"quoted"}
    with news.catalogue.database.write() as connection:
        unpin(connection, ["an answer"])
    tend(news)
    assert news.articles() == {}


def test_without_the_setting_nothing_goes(news: ReadingDesk, tmp_path: Path) -> None:
    news.pipeline = replace(news.pipeline, kept_for=None)
    lines(tmp_path / "news.jsonl", old="1999-01-01")
    news.add(str(tmp_path / "news.jsonl"))
    news.read()
    news.catalogue.retention.delete_expired(lambda: NOW + 1000 * DAY)
    assert set(news.articles()) == {"old"}


def test_an_old_entry_of_a_new_feed_is_not_stored_and_why_says_so(news: ReadingDesk, web: WebServer) -> None:
    news.now[0] = NOW + 40 * DAY
    web.on(FEED, feed(entry("aurora", day=1)))
    web.on("/aurora", page("aurora"))
    news.add(web.url(FEED))
    news.read()
    assert news.articles() == {}
    assert news.detail(web.url("/aurora")) == (
        EXPIRED,
        "it is older than articles are kept (RETENTION_DAYS, RETENTION_MAX_ARTICLES)",
    )


def test_beyond_a_number_the_oldest_articles_go_and_their_source_does_not_bring_them_back(
    news: ReadingDesk, tmp_path: Path
) -> None:
    news.pipeline = replace(news.pipeline, kept_for=None)
    path = tmp_path / "news.jsonl"
    days = {f"day{n}": f"2026-06-{n:02}" for n in range(1, 10)}
    lines(path, **days)
    news.add(str(path))
    news.read()
    news.catalogue.retention.delete_expired(lambda: NOW, most_articles=10)
    assert set(news.articles()) == set(days)
    news.catalogue.retention.delete_expired(lambda: NOW, most_articles=4)
    assert set(news.articles()) == {"day6", "day7", "day8", "day9"}
    lines(path, **days, newest="2026-06-14")
    news.pipeline = replace(news.pipeline, most_articles=4)
    news.read(later=DAY)
    assert set(news.articles()) == {"day6", "day7", "day8", "day9", "newest"}
    check_full_text(news.catalogue)
