"""A month of the real ingest on a web that misbehaves: nothing is lost, nothing is there twice, each fault is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from ingest.catalogue import Catalogue
from ingest.catalogue.schema import article_versions, yields
from ingest.cli.reports import SourceRow, source_json
from ingest.errors import FailureKind
from ingest.models import SHARED_SCOPE
from ingest.reading.worker import Worker
from ingest.settings import IngestSettings
from ingest.sources.advice import ADVICE
from ingest.sources.models import NO_OVERRIDES, Source
from ingest.wiring import make_pipeline, open_documents, open_fetcher
from tests.ingest.examples import NOW
from tests.ingest.misbehaviours import MAX_BYTES, WAIT, misbehaviours, nobody_listening
from tests.ingest.month import MONTH, SHOWN, Misbehaviour, World
from tests.servers.web import Reply, WebServer

TICK = timedelta(hours=12)
INTERVAL = timedelta(hours=10)
SETTINGS = IngestSettings.load(
    ingest_allow_hosts=("127.0.0.0/8",),
    fetch_timeout_s=2,
    fetch_max_bytes=MAX_BYTES,
    fetch_workers=12,
    fetch_per_host=12,
    parse_workers=1,
    poll_interval_s=INTERVAL.total_seconds(),
)


VERSIONS = {"proper_page": {5}, "pages_late": {1, 2}}
"""A page that changes every week, and pages that come after their feed's text."""


@dataclass
class Month:
    """What happened.

    Attributes:
        ways: the sources by their names.
        states: each source at each tick, as `sources --json` tells it, by name.
    """

    world: World
    catalogue: Catalogue
    ways: dict[str, Misbehaviour]
    addresses: dict[str, str]
    states: dict[str, list[dict[str, object]]]

    def titles(self, name: str) -> Counter[str]:
        """The titles of all stored versions of a source's articles."""
        statement = (
            select(article_versions.c.title)
            .join(yields, yields.c.article_id == article_versions.c.article_id)
            .where(yields.c.source_id == self.source(name).id)
        )
        with self.catalogue.database.read() as connection:
            return Counter(connection.execute(statement).scalars())

    def source(self, name: str) -> Source:
        ids = dict(zip(self.ways, range(1, len(self.ways) + 1), strict=True))
        return next(source for source in self.catalogue.sources.all() if source.id == ids[name])


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    """A month has passed."""
    folder = tmp_path_factory.mktemp("month")
    with (
        WebServer() as web,
        WebServer() as elsewhere,
        WebServer(tls=True) as tls,
        nobody_listening() as refused,
        Catalogue.open(f"sqlite:///{folder / 'catalogue.db'}") as catalogue,
    ):
        world = World(web, elsewhere)
        elsewhere.on("/robots.txt", Reply(body="User-agent: *\nDisallow: /", content_type="text/plain"))
        world.on("/moved_here", lambda _: world.feed("moved"))
        ways = {way.name: way for way in misbehaviours(refused, tls)}
        addresses = {name: way.install(world) for name, way in ways.items()}
        for name, way in ways.items():
            catalogue.sources.add(addresses[name], way.source_kind, NO_OVERRIDES, SHARED_SCOPE, NOW)
        lived = Month(world, catalogue, ways, addresses, {name: [] for name in ways})
        live(lived)
        yield lived


def live(month: Month) -> None:
    """Let the month pass, with the schedule at work."""
    world, catalogue = month.world, month.catalogue
    with open_fetcher(SETTINGS) as fetcher, open_documents(SETTINGS) as documents:
        pipeline = replace(make_pipeline(SETTINGS, catalogue, fetcher, documents), now=lambda: world.now)
        worker = Worker(catalogue, pipeline, None, SETTINGS.fetch_workers)
        while world.age < MONTH:
            worker.read_due()
            alarms = catalogue.alarms.lasting()
            for name, source in zip(month.ways, catalogue.sources.all(), strict=True):
                month.states[name].append(source_json(SourceRow(source, (), 0, alarms.get(source.id))))
            world.now += TICK


def test_each_fault_has_its_own_kind_and_advice(month: Month) -> None:
    assert len([way for way in month.ways.values() if way.kind]) >= 24
    for name, way in month.ways.items():
        for state in month.states[name]:
            expected = way.fails_at(datetime.fromisoformat(str(state["checked_at"])))
            assert (name, state["failure_kind"]) == (name, expected and expected.value)
            assert (state["failures"] != 0) == (expected is not None)
            if expected:
                assert state["hint"] == ADVICE[FailureKind(expected)].operator


def test_nothing_that_was_offered_is_lost_and_nothing_is_stored_twice(month: Month) -> None:
    for name in month.ways:
        offered = month.world.offered.get(name, set())
        stored = month.titles(name)
        assert (name, set(stored)) == (name, offered)
        if name not in VERSIONS:
            assert (name, set(stored.values())) == (name, {1} if offered else set())
    for name, versions in VERSIONS.items():
        assert (name, set(month.titles(name).values())) == (name, versions)
    recovered = [name for name, way in month.ways.items() if way.lasts < MONTH and way.kind]
    assert len(recovered) >= 10
    assert all(len(month.titles(name)) >= SHOWN for name in recovered)


def test_who_fails_is_asked_less_and_less_and_never_before_the_time_it_named(month: Month) -> None:
    for name, way in month.ways.items():
        asked = month.world.asked.get(f"/{name}", [])
        assert (name, len(asked) <= way.most) == (name, True)
    for name in ("rate_limited", "away_until"):
        times = month.world.asked[f"/{name}"]
        assert all(later - earlier >= WAIT for earlier, later in pairwise(times))
    for name in ("refused_port", "tls", "unknown_host", "robots"):
        assert month.source(name).failures <= 33


def test_a_page_is_asked_for_once_and_one_that_is_away_a_few_times(month: Month) -> None:
    pages = {path: len(times) for path, times in month.world.asked.items() if path.count("/") == 2}
    for name, most in (
        ("proper_pages", 1),
        ("pages_refused", 1),
        ("pages_behind_consent", 1),
        ("pages_missing", 5),
        ("pages_away", 5),
    ):
        asked = [times for path, times in pages.items() if path.startswith(f"/{name}/")]
        assert len(asked) > SHOWN
        assert max(asked) <= most


def test_alarms_are_raised_once_each(month: Month) -> None:
    told: dict[str, tuple[str, ...]] = {name: () for name in month.ways}
    names = {month.source(name).id: name for name in month.ways}
    for alarm in month.catalogue.alarms.after(0, SHARED_SCOPE):
        told[names[alarm.source_id]] += (alarm.kind.value,)
    assert told == {name: way.alarms for name, way in month.ways.items()}
    for name, way in month.ways.items():
        lasting = month.states[name][-1]["alarm"]
        assert (name, lasting is not None) == (name, bool(way.alarms) and way.alarms[-1] != "recovered")


def test_what_moved_is_read_where_it_is_now_and_what_is_gone_is_read_no_more(month: Month) -> None:
    assert month.source("moved").address == month.world.web.url("/moved_here")
    assert not month.source("gone").enabled
    assert month.states["gone"][-1]["health"] == "ended"
