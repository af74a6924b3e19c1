"""A corpus with everything that reads into it, and a clock that only the test turns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from ingest.catalogue import Catalogue
from ingest.catalogue.schema import articles
from ingest.errors import FailureKind
from ingest.models import SHARED_SCOPE, Article, View
from ingest.parse.documents import ParsersHere
from ingest.reading.pipeline import Pipeline, SourceReport
from ingest.reading.registry import Registered, Registry
from ingest.settings import IngestSettings
from ingest.sources.models import NO_OVERRIDES, FileOverrides, SourceKind
from ingest.wiring import make_pipeline, open_fetcher
from tests.ingest.examples import NOW


@dataclass
class ReadingDesk:
    """What a test does with sources."""

    catalogue: Catalogue
    registry: Registry
    pipeline: Pipeline
    now: list[datetime]

    def add(
        self,
        address: str | Path,
        *,
        scope: str = SHARED_SCOPE,
        kind: SourceKind | None = None,
        given: FileOverrides = NO_OVERRIDES,
    ) -> list[Registered]:
        return self.registry.add(str(address), self.now[0], scope=scope, kind=kind, given=given)

    def read(self, *, later: timedelta = timedelta(days=2)) -> list[SourceReport]:
        """Let time pass, then read everything; the reports are in the order of the sources."""
        self.now[0] += later
        sources, reports = self.catalogue.sources, list[SourceReport]()
        self.pipeline.run(sources.load(list(sources.due(self.now[0], everything=True))), workers=4, done=reports.append)
        return sorted(reports, key=lambda report: report.source.id)

    def read_one(self) -> SourceReport:
        (report,) = self.read()
        return report

    def outcomes(self) -> dict[str, int]:
        """Read the only source, which must work, and count what was made of its entries."""
        report = self.read_one()
        assert report.error is None
        return dict(report.counts)

    def failure(self) -> FailureKind | None:
        report = self.read_one()
        return report.error.kind if report.error else None

    def articles(self) -> dict[str, Article]:
        """The newest version of every article by its title."""
        with self.catalogue.database.read() as connection:
            ids = list(connection.execute(select(articles.c.id)).scalars())
        shown = [self.catalogue.articles.show(article_id) for article_id in ids]
        return {article.card.title: article for article in shown if article}

    def detail(self, name: str) -> tuple[str, str]:
        """The outcome of an entry, and its detail."""
        (event,) = self.catalogue.sources.history([name])
        return event.item.outcome, event.item.detail

    def visible(self, *scopes: str) -> int:
        """How many chunks these scopes see."""
        return self.catalogue.chunks.count_in(View(self.now[0], scopes or (SHARED_SCOPE,)))


@contextmanager
def reading(catalogue: Catalogue, *, allow_hosts: tuple[str, ...] = (), first_items: int = 20) -> Iterator[ReadingDesk]:
    """Reads into a catalogue; reaches only `allow_hosts` beside the public web."""
    settings = IngestSettings.load(ingest_allow_hosts=allow_hosts, feed_first_items=first_items, fetch_timeout_s=10)
    now = [NOW]
    with open_fetcher(settings) as fetcher:
        pipeline = replace(make_pipeline(settings, catalogue, fetcher, ParsersHere()), now=lambda: now[0])
        yield ReadingDesk(catalogue, Registry(catalogue, fetcher, ParsersHere()), pipeline, now)
