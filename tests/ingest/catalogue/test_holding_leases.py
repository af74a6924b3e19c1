"""Several processes at work on one catalogue: real ones, and one of them is killed."""

from __future__ import annotations

import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue, leases
from ingest.catalogue.leases import LASTS, Leaseholder
from ingest.index.owner_lock import own_index
from ingest.models import SHARED_SCOPE
from ingest.reading.worker import AT_ONCE, DueSources
from ingest.sources.models import NO_OVERRIDES, SourceKind, Success
from tests.ingest.examples import NOW, add_source
from tests.servers.web import Reply, Request, WebServer
from tests.terminal import Terminal

GENEROUS_S = 40  # only ends a test that would hang
FEEDS = 6
TEXT = "Aurora released model number {n} on Monday, and nobody had expected that it would be so small."


@contextmanager
def run_once(terminal: Terminal, web: WebServer) -> Iterator[subprocess.Popen[str]]:
    """A run in a process of its own, at work while the test does something else."""
    with subprocess.Popen(
        terminal.command(["ingest", "run", "--once"]),
        cwd=terminal.folder,
        env=terminal.environment({"INGEST_ALLOW_HOSTS": web.host}),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as popen:
        try:
            yield popen
        finally:
            popen.kill()


class Feeds:
    """A loopback web of feeds that answer only when they are let."""

    def __init__(self, web: WebServer) -> None:
        self.asked, self.let = threading.Semaphore(0), threading.Event()
        self.times: Counter[str] = Counter()
        self.urls = [web.url(f"/{n}.xml") for n in range(FEEDS)]
        for n in range(FEEDS):
            web.on(f"/{n}.xml", self._answer)

    def _answer(self, request: Request) -> Reply:
        self.times[request.path] += 1
        self.asked.release()
        assert self.let.wait(GENEROUS_S)
        item = f"<item><title>{request.path}</title><description>{TEXT.format(n=request.path[1])}</description></item>"
        rss = f"<rss version='2.0'><channel><title>Weekly</title>{item}</channel></rss>"
        return Reply(body=rss, content_type="application/rss+xml")


@pytest.fixture
def web() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


@pytest.fixture
def feeds(web: WebServer) -> Feeds:
    return Feeds(web)


@pytest.fixture
def terminal(tmp_path: Path, feeds: Feeds) -> Iterator[Terminal]:
    """Somebody whose feeds are due. Another process owns the index, so that these need not open it."""
    opened = Terminal(tmp_path, tmp_path / "data")
    with opened.catalogue() as catalogue:
        for url in feeds.urls:
            catalogue.sources.add(url, SourceKind.FEED, NO_OVERRIDES, SHARED_SCOPE, NOW)
    with own_index(opened.data, "bot"):
        yield opened


def test_a_run_waits_for_the_one_before_and_finishes_its_work_when_that_is_killed(
    terminal: Terminal, web: WebServer, feeds: Feeds
) -> None:
    with run_once(terminal, web) as first:
        assert feeds.asked.acquire(timeout=GENEROUS_S)
        with run_once(terminal, web) as second:
            assert second.stderr is not None
            told = next(line for line in second.stderr if line.startswith("waiting"))
            assert f"ingest run (process {first.pid} on " in told
            assert f"which is reading {feeds.urls[0]} and {FEEDS - 1} more" in told
            assert set(feeds.times.values()) == {1}
            first.kill()
            first.wait()
            feeds.let.set()
            second.communicate(timeout=GENEROUS_S)
            assert second.returncode == 0
    with terminal.catalogue() as catalogue:
        assert catalogue.articles.count() == FEEDS
        assert catalogue.leases.holders(NOW) == {}


def test_two_runs_at_once_read_no_source_twice(terminal: Terminal, web: WebServer, feeds: Feeds) -> None:
    with run_once(terminal, web) as one, run_once(terminal, web) as two:
        assert feeds.asked.acquire(timeout=GENEROUS_S)
        feeds.let.set()
        for popen in (one, two):
            popen.communicate(timeout=GENEROUS_S)
            assert popen.returncode == 0
    assert feeds.times == {f"/{n}.xml": 1 for n in range(FEEDS)}


def test_what_was_read_by_a_wrong_clock_is_read_again_and_only_once(catalogue: Catalogue) -> None:
    source = add_source(catalogue)
    future = NOW + timedelta(days=2000)
    catalogue.sources.record_success(source, Success(future, future, found_new=False))
    turn = DueSources(catalogue.sources, NOW, local_too=False, everything=False)
    assert list(turn.remaining()) == [source.id]
    catalogue.sources.record_success(source, Success(NOW, NOW + timedelta(hours=1), found_new=False))
    assert turn.remaining() == {}


def test_what_others_read_or_switch_off_between_look_up_and_lease_is_left_alone(catalogue: Catalogue) -> None:
    read, switched_off, due = (add_source(catalogue, f"https://example.org/{n}.xml") for n in range(3))
    looked_up = DueSources(catalogue.sources, NOW, local_too=False, everything=False)
    found = looked_up.remaining()
    moment = NOW - timedelta(seconds=1)  # ended before this run began, and was stored after its look
    catalogue.sources.record_success(read, Success(moment, NOW + timedelta(hours=1), found_new=False))
    catalogue.sources.set_enabled(switched_off, False)
    assert list(found) == [read.id, switched_off.id, due.id]
    assert [source.id for source in looked_up.unread(found)] == [due.id]


def test_more_sources_than_are_looked_at_in_one_go_come_in_their_order(catalogue: Catalogue) -> None:
    number = 2 * AT_ONCE + 1
    for n in range(number):
        add_source(catalogue, f"https://example.org/{n}.xml")
    turn = DueSources(catalogue.sources, NOW, local_too=False, everything=False)
    addresses = [source.address for source in turn.unread(turn.remaining())]
    assert addresses == [f"https://example.org/{n}.xml" for n in range(number)]


def test_a_lease_lasts_as_long_as_the_work_however_long_that_is(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "PROLONGED_EVERY_S", 0.01)
    now, prolonged = [NOW], threading.Event()

    def clock() -> datetime:
        if now[0] > NOW:
            prolonged.set()
        return now[0]

    with Leaseholder(catalogue.leases, "one", clock).holding(["a"]) as held:
        assert held == {"a"}
        for _ in range(3):
            now[0] += LASTS - timedelta(seconds=1)
            prolonged.clear()
            assert prolonged.wait(GENEROUS_S)
            prolonged.clear()
            assert prolonged.wait(GENEROUS_S)  # the one before is written by now
            assert set(catalogue.leases.holders(now[0])) == {"a"}
    assert catalogue.leases.holders(now[0]) == {}
