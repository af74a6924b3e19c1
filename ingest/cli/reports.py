"""How sources, status and progress look on a terminal and as JSON."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from ingest.catalogue.alarms import Alarm
from ingest.catalogue.backlog import Stage
from ingest.catalogue.facts import COLLECTION_ID
from ingest.clock import format_utc, utc_now
from ingest.index.owner_lock import holder
from ingest.models import Article, View
from ingest.reading.pipeline import SourceReport
from ingest.settings import IngestSettings
from ingest.sources.health import advice_to, health_of, phrase
from ingest.sources.models import EntryEvent, Source
from ingest.wiring import open_catalogue

_WIDE = 200  # columns, if the terminal does not say how many it has


class SourceRow(NamedTuple):
    """A source, the scopes that see it, its number of articles, and its current alarm."""

    source: Source
    scopes: Sequence[str]
    articles: int
    alarm: Alarm | None


def source_json(row: SourceRow) -> dict[str, Any]:
    """One object of `sources --json`."""
    source, scopes, articles, alarm = row
    return {
        "address": source.address,
        "kind": source.kind.value,
        "title": source.title,
        "scopes": list(scopes),
        "enabled": source.enabled,
        "health": health_of(source, utc_now()).value,
        "articles": articles,
        "added_at": format_utc(source.added_at),
        "checked_at": _utc(source.checked_at),
        "succeeded_at": _utc(source.succeeded_at),
        "new_item_at": _utc(source.new_item_at),
        "due_at": format_utc(source.due_at),
        "usual_gap_s": source.usual_gap_s,
        "failures": source.failures,
        "failing_since": _utc(source.failing_since),
        "failure_kind": source.failure_kind,
        "failure_why": source.failure_why,
        "hint": advice_to(source, utc_now()),
        "alarm": None if alarm is None else alarm_json(alarm),
    }


def alarm_json(alarm: Alarm) -> dict[str, Any]:
    """A current alarm, as a part of `sources --json`."""
    return {"kind": alarm.kind.value, "since": format_utc(alarm.since), "raised_at": format_utc(alarm.raised_at)}


def source_table(rows: Sequence[SourceRow]) -> None:
    """Print the sources with their health."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Column, Table

    if not rows:
        Console().print("no sources yet; add one with: python -m ingest add URL (or: add starter)", markup=False)
        return
    table = Table(Column("source", overflow="fold"), "kind", "articles", "last success", "last new", "health")
    for source, _, articles, _ in rows:
        cells = (source.title, source.address) if source.title else (source.address,)
        table.add_row(
            escape("\n".join(cells)),
            source.kind.value,
            str(articles),
            _day(source.succeeded_at),
            _day(source.new_item_at),
            escape("\n".join(filter(None, (phrase(source, utc_now()), advice_to(source, utc_now()))))),
        )
    Console(width=None if sys.stdout.isatty() else _WIDE).print(table)


def source_line(report: SourceReport) -> str:
    """One line about a read of a source."""
    if report.error is not None:
        return f"failed: {report.error}"
    counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(report.counts.items()))
    return f"read: {report.source.address}: {counts or 'nothing changed'}"


def article_text(article: Article, further_urls: Sequence[str]) -> str:
    """An article as text: its data, its further addresses, then its text."""
    card = article.card
    dates = {"published": card.published_at, "updated": article.updated_at, "read": article.fetched_at}
    known = [card.source, card.author, *(f"{name} {format_utc(date)}" for name, date in dates.items() if date)]
    head = [card.title, " · ".join(filter(None, [*known, article.language])), card.url]
    head += [f"also at {url}" for url in further_urls]
    return "\n".join(filter(None, head)) + f"\n\n{article.text}"


def event_line(event: EntryEvent) -> str:
    """One line of `why`: the outcome of an entry."""
    details = [event.item.detail] if event.item.detail else []
    if event.item.attempts:
        again = f", next after {format_utc(event.item.retry_at)}" if event.item.retry_at else ", not tried any more"
        times = "once" if event.item.attempts == 1 else f"{event.item.attempts} times"
        details.append(f"tried {times}{again}")
    detail = f" ({'; '.join(details)})" if details else ""
    what = event.item.title or event.item.key
    return f"{format_utc(event.at)} {event.item.outcome}: {what}{detail}, from {event.address}"


def stage_line(stage: Stage) -> str:
    """One line of `why`: the indexing progress of the article."""
    found_by = "words and meaning" if stage.indexed == stage.chunks else "words only so far"
    indexed = f"{stage.indexed} of {stage.chunks} chunks indexed"
    return f"stored: article {stage.article_id} version {stage.version}, {indexed}: found by {found_by}"


def status_json(settings: IngestSettings) -> dict[str, Any]:
    """The object of `status --json`. Opens neither the index nor its lock file."""
    with open_catalogue(settings) as catalogue:
        sources = catalogue.sources.all()
        everyone = set(chain.from_iterable(catalogue.sources.subscribed_scopes().values()))
        everywhere = View(clock=utc_now(), scopes=tuple(everyone))
        newest = catalogue.articles.newest_at(everywhere)
        counts = {
            "sources": len(sources),
            "failing_sources": sum(source.failures > 0 for source in sources),
            "articles": catalogue.articles.count(),
            "chunks": catalogue.chunks.totals().chunks,
            "backlog": catalogue.backlog.count(catalogue.facts.get(COLLECTION_ID)),
        }
    owner = None if settings.chroma_url else holder(settings.data_dir)
    owner_json = (
        None
        if owner is None
        else {"host": owner.host, "pid": owner.pid, "command": owner.command, "since": owner.since}
    )
    return {**counts, "newest_article_at": _utc(newest), "index_owner": owner_json, "data_dir": str(settings.data_dir)}


def status_lines(report: dict[str, Any]) -> Iterator[str]:
    """The same as text."""
    owner = report["index_owner"]
    yield f"sources   {report['sources']} ({report['failing_sources']} failing)"
    yield f"articles  {report['articles']}, newest {report['newest_article_at'] or 'none'}"
    yield f"chunks    {report['chunks']} ({report['backlog']} wait to be indexed)"
    held = "nobody holds it" if owner is None else "held by {command}, process {pid} on {host}".format(**owner)
    yield f"index     {held}"


@contextmanager
def progress(task: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A progress bar on stderr, on a terminal only; yields the function that advances it."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        running = bar.add_task(task, total=total)
        yield lambda steps: bar.advance(running, steps)


def _utc(moment: datetime | None) -> str | None:
    return None if moment is None else format_utc(moment)


def _day(moment: datetime | None) -> str:
    return "never" if moment is None else f"{moment:%Y-%m-%d %H:%M}"
