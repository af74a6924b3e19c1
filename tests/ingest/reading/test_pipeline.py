"""Feeds and pages of a real loopback web into the catalogue: what is read, what is left, and what is told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ingest.catalogue import Catalogue
from ingest.errors import FailureKind, FetchError
from ingest.parse.detect import common_list_urls
from ingest.reading.pipeline import SourceReport
from ingest.sources.models import SourceKind
from tests.ingest.reading.feeds import FEED, SITE, body, conditional, entry, feed, page
from tests.ingest.reading_desk import ReadingDesk, reading
from tests.servers.web import Raw, Reply, Response, WebServer, redirect

HEAVY = {"aiohttp", "feedparser", "numpy", "onnxruntime", "protego", "pydantic", "trafilatura"}
POLL = f"""
import sys
from contextlib import closing
from datetime import timedelta
from ingest.catalogue import Catalogue
from ingest.sources.models import NO_OVERRIDES, SourceKind
from ingest.models import SHARED_SCOPE
from ingest.fetch import Fetcher, PoliteFetcher
from ingest.reading.pipeline import Pipeline
from ingest.reading.readers.web import FeedReader, PageReader
from ingest.sandbox import Sandbox
from ingest.clock import utc_now
from ingest.reading.worker import Worker
_, url, host, database = sys.argv
with Catalogue.open(database) as catalogue, Fetcher(allow_hosts=[host]) as fetcher, closing(Sandbox()) as documents:
    catalogue.sources.add(url, SourceKind.FEED, NO_OVERRIDES, SHARED_SCOPE, utc_now())
    polite = PoliteFetcher(fetcher)
    feeds, pages = FeedReader(polite, 20, documents), PageReader(polite, documents)
    pipeline = Pipeline(catalogue, feeds, pages, documents, timedelta(minutes=30), utc_now)
    Worker(catalogue, pipeline, None, 1).read_due()
    print(catalogue.articles.count(), sorted({HEAVY} & set(sys.modules)))
"""


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


@pytest.fixture
def news(catalogue: Catalogue, web: WebServer) -> Iterator[ReadingDesk]:
    with reading(catalogue, allow_hosts=(web.host,)) as opened:
        yield opened


def test_each_entry_of_a_feed_becomes_an_article_of_its_page(news: ReadingDesk, web: WebServer) -> None:
    web.on(FEED, feed(entry("aurora", day=2, text="Short."), entry("borealis")))
    web.on("/aurora", page("aurora"))
    web.on("/borealis", page("borealis"))
    news.add(web.url(FEED))
    assert news.outcomes() == {"new": 2}
    article = news.articles()["aurora"]
    assert (article.card.url, article.card.source) == (web.url("/aurora"), "Weekly")
    assert article.card.published_at == datetime(2026, 6, 2, tzinfo=UTC)
    assert body("aurora") in article.text
    assert news.detail(web.url("/aurora")) == ("new", "the page")


def test_a_wrong_charset_is_read_past_and_noted_and_an_illegible_page_does_not_replace_anything(
    news: ReadingDesk, web: WebServer
) -> None:
    web.on(FEED, feed(entry("aurora"), entry("borealis", text=body("borealis"))))
    html = str(page("aurora").body).replace("released", "présenté")
    web.on("/aurora", Reply(body=html.encode("latin-1"), content_type="text/html; charset=klingon"))
    web.on("/borealis", Reply(body=("новости " * 90).encode("koi8-r"), content_type="text/html"))
    news.add(web.url(FEED))
    assert news.outcomes() == {"new": 2}
    assert "présenté" in news.articles()["aurora"].text
    assert news.detail(web.url("/aurora"))[1].startswith("the page; read as windows-1252, although it declares klingon")
    assert news.articles()["borealis"].text == body("borealis")
    assert "it declares no encoding" in news.detail(web.url("/borealis"))[1]


def test_when_the_feed_is_not_modified_nothing_else_is_asked_for(news: ReadingDesk, web: WebServer) -> None:
    web.on(FEED, conditional(feed(entry("aurora"))))
    web.on("/aurora", page("aurora"))
    news.add(web.url(FEED))
    news.read()
    asked = len(web.paths())
    assert news.outcomes() == {}
    assert web.paths()[asked:] == [FEED]
    (source,) = news.catalogue.sources.all()
    assert source.succeeded_at == news.now[0]


def test_a_feed_with_a_new_entry_has_only_that_page_read(news: ReadingDesk, web: WebServer) -> None:
    web.on("/aurora", page("aurora"))
    web.on("/borealis", page("borealis"))
    web.on(FEED, feed(entry("aurora")))
    news.add(web.url(FEED))
    news.read()
    web.on(FEED, feed(entry("borealis", day=3), entry("aurora")))
    asked = len(web.paths())
    assert news.outcomes() == {"new": 1}
    assert [path for path in web.paths()[asked:] if path not in (FEED, "/robots.txt")] == ["/borealis"]


@pytest.mark.parametrize("refusal", [Reply(403, "no"), Raw([b"nonsense\r\n\r\n"]), Reply(body="<p>Hi.</p>")])
def test_a_refused_page_leaves_the_feeds_own_text_and_says_so(
    news: ReadingDesk, web: WebServer, refusal: Response
) -> None:
    web.on(FEED, feed(entry("aurora", text=body("aurora"))))
    web.on("/aurora", refusal)
    news.add(web.url(FEED))
    assert news.outcomes() == {"new": 1}
    assert news.articles()["aurora"].text == body("aurora")
    outcome, detail = news.detail(web.url("/aurora"))
    assert outcome == "new"
    assert detail.startswith("the feed's own text, because")


def test_an_entry_with_text_and_no_address_is_an_article_without_a_link(news: ReadingDesk, web: WebServer) -> None:
    web.on(FEED, feed(entry("aurora", text=body("aurora"), link="")))
    news.add(web.url(FEED))
    assert news.outcomes() == {"new": 1}
    card = news.articles()["aurora"].card
    assert card.url is None
    assert news.detail(card.id)[1] == "the feed's own text, because the entry has no address"


def test_entries_of_different_feeds_are_never_taken_for_one_because_they_have_one_name(
    news: ReadingDesk, web: WebServer
) -> None:
    for name in ("aurora", "borealis"):
        nameless = entry(name, text=body(name), link="").replace(f"'false'>{name}", "'false'>1")
        web.on(f"/{name}.xml", feed(nameless))
        news.add(web.url(f"/{name}.xml"))
    news.read()
    assert set(news.articles()) == {"aurora", "borealis"}


def test_a_feed_that_makes_up_new_ids_each_time_has_its_pages_read_once(news: ReadingDesk, web: WebServer) -> None:
    web.on("/aurora", page("aurora"))
    for n in range(3):
        web.on(FEED, feed(entry("aurora").replace("'false'>aurora", f"'false'>aurora-{n}")))
        if n == 0:
            news.add(web.url(FEED))
        news.read()
    assert web.paths().count("/aurora") == 1
    web.on(FEED, feed(entry("aurora", text="With a teaser by now.").replace("'false'>aurora", "'false'>aurora-9")))
    news.read()
    assert web.paths().count("/aurora") == 2


def test_one_bad_entry_does_not_stop_the_others_and_is_tried_again(news: ReadingDesk, web: WebServer) -> None:
    entries = [entry(name) for name in ("aurora", "broken", "cumulus")]
    web.on(FEED, feed(*entries))
    web.on("/aurora", page("aurora"))
    web.on("/cumulus", page("cumulus"))
    news.add(web.url(FEED))
    report = news.read_one()
    assert report.counts == {"new": 2, "failed": 1}
    assert [error.kind for error in report.item_errors] == [FailureKind.NOT_FOUND]
    assert news.detail(web.url("/broken"))[0] == "failed"
    web.on("/broken", page("broken"))
    assert news.outcomes() == {"new": 1}
    assert set(news.articles()) == {"aurora", "broken", "cumulus"}


def test_one_dead_feed_does_not_stop_the_others(news: ReadingDesk, web: WebServer) -> None:
    for path in (FEED, "/dead.xml"):
        web.on(path, feed(entry("aurora", text=body("aurora"))))
        news.add(web.url(path))
    web.on("/dead.xml", Reply(503, headers={"Retry-After": "172800"}))
    alive, dead = news.read()
    assert (alive.error, alive.counts) == (None, {"new": 1})
    assert dead.error is not None
    assert dead.error.kind is FailureKind.SERVER_ERROR
    source = news.catalogue.sources.get(web.url("/dead.xml"))
    assert (source.failures, source.failure_kind) == (1, "server_error")
    assert source.due_at == news.now[0] + timedelta(days=2)


def test_a_first_read_takes_the_newest_and_marks_the_others_as_seen(catalogue: Catalogue, web: WebServer) -> None:
    entries = [entry(f"n{day}", day=day, text=body(f"n{day}")) for day in range(9, 0, -1)]
    web.on(FEED, feed(*entries))
    with reading(catalogue, allow_hosts=(web.host,), first_items=3) as news:
        news.add(web.url(FEED))
        assert news.outcomes() == {"new": 3, "left out": 6}
        assert set(news.articles()) == {"n9", "n8", "n7"}
        web.on(FEED, feed(entry("n10", day=10, text=body("n10")), *entries))
        assert news.outcomes() == {"new": 1}


def test_a_first_read_that_was_cut_short_does_not_let_the_old_entries_in(catalogue: Catalogue, web: WebServer) -> None:
    entries = [entry(f"n{day}", day=day, text=body(f"n{day}")) for day in range(9, 0, -1)]
    web.on(FEED, feed(*entries))
    with reading(catalogue, allow_hosts=(web.host,), first_items=3) as news:
        news.add(web.url(FEED))
        (source,) = catalogue.sources.all()
        taken: list[SourceReport] = []
        news.pipeline.run([source], 1, taken.append, stop=iter([False, True]).__next__)
        assert sum(taken[0].counts.values()) < len(entries)
        news.read()
        assert set(news.articles()) == {"n9", "n8", "n7"}


def test_a_feed_that_carries_its_articles_is_read_without_any_heavy_library(
    catalogue: Catalogue, web: WebServer, tmp_path: Path
) -> None:
    web.on(FEED, feed(entry("aurora", text=body("aurora"), link="")))
    words = [web.url(FEED), web.host, f"sqlite:///{tmp_path / 'catalogue.db'}"]
    done = subprocess.run([sys.executable, "-c", POLL, *words], capture_output=True, text=True, check=True)
    assert done.stdout == "1 []\n"


def test_a_feed_is_found_from_its_sites_address(news: ReadingDesk, web: WebServer) -> None:
    link = f'<link rel="alternate" type="application/rss+xml" href="{FEED}">'
    web.on(SITE, Reply(body=f"<html><head><title>Weekly</title>{link}</head><body><p>Welcome.</p></body></html>"))
    web.on(FEED, feed(entry("aurora", text=body("aurora"))))
    (registered,) = news.add(web.url(SITE))
    assert (registered.address, registered.kind) == (web.url(FEED), SourceKind.FEED)


def test_a_feed_that_its_site_does_not_declare_is_found_where_sites_commonly_have_it(
    news: ReadingDesk, web: WebServer
) -> None:
    web.on(SITE, Reply(body="<html><head><title>Weekly</title></head><body><p>Welcome.</p></body></html>"))
    web.on("/feed", Reply(body="<html><body>Our feed has moved.</body></html>"))
    web.on("/feed.xml", feed(entry("aurora", text=body("aurora"))))
    (registered,) = news.add(web.url(SITE))
    assert (registered.address, registered.kind) == (web.url("/feed.xml"), SourceKind.FEED)
    assert web.paths() == ["/", "/feed", "/rss", "/feed.xml"]


@pytest.mark.parametrize("refusal", [Reply(404, "no"), Reply(503, "later")])
def test_a_site_without_any_feed_is_a_page_and_one_that_refuses_is_not_pressed(
    news: ReadingDesk, web: WebServer, refusal: Reply
) -> None:
    web.on(SITE, Reply(body=str(page("aurora").body)))
    guesses = [urlsplit(address).path for address in common_list_urls(web.url(SITE))]
    for path in guesses:
        web.on(path, refusal)
    assert news.add(web.url(SITE))[0].kind is SourceKind.PAGE
    assert len(web.paths()) == (1 + len(guesses) if refusal.status == 404 else 2)


def test_a_single_page_is_read_once_and_again_when_it_changed(news: ReadingDesk, web: WebServer) -> None:
    web.on("/aurora", page("aurora"))
    assert news.add(web.url("/aurora"))[0].kind is SourceKind.PAGE
    assert news.outcomes() == {"new": 1}
    assert news.outcomes() == {"same": 1}
    web.on("/aurora", Reply(body=str(page("aurora").body).replace("On day 0", "On the first day")))
    assert news.outcomes() == {"changed": 1}


def test_the_same_page_in_two_feeds_is_an_article_of_each(news: ReadingDesk, web: WebServer) -> None:
    web.on("/aurora", page("aurora"))
    for path, scope in ((FEED, "shared"), ("/guild.xml", "42")):
        web.on(path, feed(entry("aurora")))
        news.add(web.url(path), scope=scope)
    assert [dict(report.counts) for report in news.read()] == [{"new": 1}, {"new": 1}]
    assert news.catalogue.articles.count() == 2
    assert news.visible("shared") == news.visible("42") > 0


def test_a_feed_that_moved_for_good_is_read_at_its_new_address(news: ReadingDesk, web: WebServer) -> None:
    web.on(FEED, feed(entry("aurora", text=body("aurora"))))
    news.add(web.url(FEED))
    news.read()
    web.on("/new.xml", feed(entry("aurora", text=body("aurora"))))
    web.on(FEED, redirect("/new.xml", 301))
    news.read()
    assert [source.address for source in news.catalogue.sources.all()] == [web.url("/new.xml")]


def test_a_private_address_is_refused_unless_a_setting_names_it(catalogue: Catalogue, web: WebServer) -> None:
    web.on(FEED, feed(entry("aurora")))
    with reading(catalogue) as strict, pytest.raises(FetchError) as refused:
        strict.add(web.url(FEED))
    assert refused.value.kind is FailureKind.ADDRESS_REFUSED
    assert web.requests == []
    assert catalogue.sources.all() == []
    with reading(catalogue, allow_hosts=(web.host,)) as allowed:
        assert allowed.add(web.url(FEED))[0].is_new
