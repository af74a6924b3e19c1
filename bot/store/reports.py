"""Reports of wrong and missing quotes, kept with the consent of who pressed the button."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import insert, select

from bot.services.records import QuoteRef, Report, Verdict
from ingest.corpus.bot_schema import reports
from ingest.corpus.database import Database


class Reports:
    """The table of reports."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, report: Report) -> None:
        values = {name: getattr(report, name) for name in ("scope", "at", "question", "answer", "comment")}
        values |= {"kind": report.kind.value, "quotes": [list(quote) for quote in report.quotes]}
        with self._database.write() as connection:
            connection.execute(insert(reports).values(values))

    def all(self) -> Iterable[Report]:
        """Every report, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(reports).order_by(reports.c.id)).all()
        for row in rows:
            quotes = tuple(QuoteRef(*quote) for quote in row.quotes)
            yield Report(Verdict(row.kind), row.scope, row.at, row.question, row.answer, quotes, row.comment)
