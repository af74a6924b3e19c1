"""Answers after they were sent: further quotes, sources, and reports about them, also as cases for
`bench/reported.py`. Knows no Discord.

Only ids and offsets are stored, never a question; a report contains one, with the consent of its sender.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, select, update

from bot.answering.links import quote_link
from bot.answering.models import Answer, Quote
from bot.answering.quotes import in_context
from bot.services.records import Delivery, QuoteRef, Report, Verdict
from bot.services.schema import deliveries, reports
from ingest.catalogue import Catalogue
from ingest.catalogue.pins import pin, unpin
from ingest.catalogue.visibility import visible_ids
from ingest.clock import Clock, format_utc, utc_now
from ingest.models import Span, View

QUOTING = {deliveries: "delivery", reports: "report"}
"""Tables whose rows quote versions, and how such a row is named where it pins them (migration 0006 knows this too)."""
KEPT = timedelta(days=90)
"""How long the buttons under an answer work."""


class AnswerService:
    """Used by the buttons under answers."""

    def __init__(self, catalogue: Catalogue, clock: Clock = utc_now) -> None:
        self._catalogue, self._database, self._clock = catalogue, catalogue.database, clock

    def keep(self, answer: Answer, asker_id: str, follows: int | None = None) -> int:
        """Store an answer that is about to be sent; its id goes into the buttons.

        Args:
            follows: the id of the answer that this one follows up.
        """
        values = {
            "scope": answer.question.scopes[0],
            "asker_id": asker_id,
            "quotes": [list(_reference(quote)) for quote in (*answer.quotes, *answer.more)],
            "shown": len(answer.quotes),
            "at": self._clock(),
            "follows": follows,
        }
        with self._database.write(alone=False) as connection:
            return _add(connection, deliveries, values)

    def sent(self, delivery_id: int, message_ids: Sequence[int]) -> None:
        """Store the ids of the messages that hold the answer."""
        statement = update(deliveries).where(deliveries.c.id == delivery_id)
        with self._database.write(alone=False) as connection:
            connection.execute(statement.values(message_ids=list(message_ids)))

    def last_asked(self, scope: str, asker_id: str) -> datetime | None:
        """When a person was last answered in this scope; None if that is not stored (any more)."""
        theirs = (deliveries.c.scope == scope) & (deliveries.c.asker_id == asker_id)
        with self._database.read() as connection:
            return connection.execute(select(func.max(deliveries.c.at)).where(theirs)).scalar()

    def find(self, delivery_id: int) -> Delivery | None:
        """The answer as it was stored; None once it is deleted."""
        with self._database.read() as connection:
            row = connection.execute(select(deliveries).where(deliveries.c.id == delivery_id)).one_or_none()
        if row is None:
            return None
        quotes = tuple(QuoteRef(*quote) for quote in row.quotes)
        return Delivery(row.id, row.scope, row.asker_id, quotes, row.shown, tuple(row.message_ids), row.at, row.follows)

    def quotes(self, delivery: Delivery, scopes: tuple[str, ...]) -> Sequence[Quote]:
        """Its quotes with their original numbers, without those whose article is no longer visible in `scopes`."""
        view = View(self._clock(), scopes)
        seen = visible_ids(self._database, {quote.article_id for quote in delivery.quotes}, view)
        numbered = [(n, quote) for n, quote in enumerate(delivery.quotes, 1) if quote.article_id in seen]
        return [quote for n, reference in numbered if (quote := self._quote(n, reference)) is not None]

    def in_context(self, delivery: Delivery, n: int, scopes: tuple[str, ...]) -> Quote | None:
        """Its quote number `n` with the sentences around it; None if the article is no longer visible in `scopes`."""
        if not 1 <= n <= len(delivery.quotes):
            return None
        reference = delivery.quotes[n - 1]
        article = self._catalogue.articles.show(reference.article_id, reference.version)
        if article is None or not visible_ids(self._database, {reference.article_id}, View(self._clock(), scopes)):
            return None
        quoted = Span(reference.start, reference.end)
        start, end = in_context(article.text, quoted)
        text, link = article.text[start:end], quote_link(article.card.url, article.text[slice(*quoted)])
        return Quote(n, text, start, end, article.card, link, quoted)

    def report(
        self, delivery: Delivery, kind: Verdict, question: str = "", answer: str = "", comment: str = ""
    ) -> None:
        """Store what a person said about an answer."""
        shown = delivery.quotes[: delivery.shown]
        self.add_report(Report(kind, delivery.scope, self._clock(), question, answer, shown, comment))

    def add_report(self, report: Report) -> None:
        """Store a report."""
        values = {name: getattr(report, name) for name in ("scope", "at", "question", "answer", "comment")}
        values |= {"kind": report.kind.value, "quotes": [list(quote) for quote in report.quotes]}
        with self._database.write(alone=False) as connection:
            _add(connection, reports, values)

    def all_reports(self) -> Iterable[Report]:
        """Every report, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(reports).order_by(reports.c.id)).all()
        for row in rows:
            quotes = tuple(QuoteRef(*quote) for quote in row.quotes)
            yield Report(Verdict(row.kind), row.scope, row.at, row.question, row.answer, quotes, row.comment)

    def of_person(self, asker_id: str) -> tuple[int, datetime | None]:
        """How many stored answers name a person as the asker, on any server, and when the oldest was given."""
        wanted = select(func.count(), func.min(deliveries.c.at)).where(deliveries.c.asker_id == asker_id)
        with self._database.read() as connection:
            count, oldest = connection.execute(wanted).one()
        return count, oldest

    def forget_person(self, asker_id: str) -> int:
        """Delete all stored answers to a person; returns how many. The messages stay, their buttons stop working."""
        with self._database.write(alone=False) as connection:
            return delete_quoting(connection, deliveries, deliveries.c.asker_id == asker_id)

    def forget(self, delivery_id: int) -> None:
        """Delete a stored answer; its buttons stop working."""
        with self._database.write(alone=False) as connection:
            delete_quoting(connection, deliveries, deliveries.c.id == delivery_id)

    def forget_old(self, now: datetime) -> int:
        """Delete stored answers older than `KEPT`; returns how many."""
        with self._database.write(alone=False) as connection:
            return delete_quoting(connection, deliveries, deliveries.c.at < now - KEPT)

    def _quote(self, n: int, reference: QuoteRef) -> Quote | None:
        """The quote, copied out of the version it was taken from."""
        article = self._catalogue.articles.show(reference.article_id, reference.version)
        if article is None:
            return None
        text = article.text[reference.start : reference.end]
        return Quote(n, text, reference.start, reference.end, article.card, quote_link(article.card.url, text))


def delete_quoting(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    """Delete rows of a table of `QUOTING`, and unpin the versions that they quote; returns how many rows."""
    ids = connection.execute(delete(table).where(which).returning(table.c.id)).scalars().all()
    unpin(connection, [f"{QUOTING[table]} {id_}" for id_ in ids])
    return len(ids)


def _add(connection: Connection, table: Table, values: dict[str, Any]) -> int:
    """Add a row to a table of `QUOTING`, and pin the versions that it quotes; returns its id."""
    id_ = int(connection.execute(insert(table).values(values).returning(table.c.id)).scalar_one())
    pin(connection, f"{QUOTING[table]} {id_}", ((article_id, version) for article_id, version, *_ in values["quotes"]))
    return id_


def _reference(quote: Quote) -> QuoteRef:
    return QuoteRef(quote.article.id, quote.article.version, quote.start, quote.end)


def cases(reports: Iterable[Report], catalogue: Catalogue) -> Iterator[dict[str, Any]]:
    """Every report of a wrong or missing quote, oldest first.

    `gold` is empty until it is filled in by hand: a report says what is wrong, not what would be right. What was shown
    is in `reported`, with the version of each article; a quote whose article was forgotten is left out.
    """
    wrong = (report for report in reports if report.kind is Verdict.WRONG)
    for n, report in enumerate(wrong, 1):
        yield {
            "id": f"report-{n}",
            "question": report.question,
            "type": "report",
            "asked_at": format_utc(report.at),
            "answerable": True,
            "gold": [],
            "answer_strings": [],
            "note": report.comment,
            "scope": report.scope,
            "reported": {
                "answer": report.answer,
                "quotes": [shown for ref in report.quotes if (shown := _quote(ref, catalogue))],
            },
        }


def _quote(ref: QuoteRef, catalogue: Catalogue) -> dict[str, Any] | None:
    article = catalogue.articles.show(ref.article_id, ref.version)
    if article is None:
        return None
    card = article.card
    return {
        "text": article.text[ref.start : ref.end],
        "start": ref.start,
        "end": ref.end,
        "article": {"id": card.id, "url": card.url, "title": card.title, "version": card.version},
    }
