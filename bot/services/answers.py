"""What becomes of an answer after it was sent: its further quotes, its sources, reports about it. Knows no Discord."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.answering.links import quote_link
from bot.answering.models import Answer, Quote
from bot.services.records import Delivery, QuoteRef, Report, Verdict
from bot.store import Store
from ingest.corpus.catalogue import Catalogue
from ingest.corpus.catalogue.lookup import visible_ids
from ingest.corpus.models import View
from ingest.wiring import utc_now

KEPT = timedelta(days=90)
"""How long the buttons under an answer know it."""


@dataclass(frozen=True, slots=True)
class AnswerKeeper:
    """Implements `bot.services.AnswerKeeping`."""

    store: Store
    catalogue: Catalogue

    def keep(self, answer: Answer, asker_id: str, follows: int | None = None) -> int:
        quotes = [_reference(quote) for quote in (*answer.quotes, *answer.more)]
        scope = answer.question.scopes[0]
        return self.store.deliveries.add(scope, asker_id, quotes, len(answer.quotes), utc_now(), follows)

    def sent(self, delivery_id: int, message_ids: Sequence[int]) -> None:
        self.store.deliveries.sent(delivery_id, message_ids)

    def find(self, delivery_id: int) -> Delivery | None:
        return self.store.deliveries.get(delivery_id)

    def quotes(self, delivery: Delivery, scopes: tuple[str, ...]) -> list[Quote]:
        view = View(utc_now(), scopes)
        seen = visible_ids(self.catalogue.database, {quote.article_id for quote in delivery.quotes}, view)
        numbered = [(n, quote) for n, quote in enumerate(delivery.quotes, 1) if quote.article_id in seen]
        return [quote for n, reference in numbered if (quote := self._quote(n, reference)) is not None]

    def report(
        self, delivery: Delivery, kind: Verdict, question: str = "", answer: str = "", comment: str = ""
    ) -> None:
        shown = delivery.quotes[: delivery.shown]
        self.store.reports.add(Report(kind, delivery.scope, utc_now(), question, answer, shown, comment))

    def forget(self, delivery_id: int) -> None:
        self.store.deliveries.forget(delivery_id)

    def forget_old(self, now: datetime) -> int:
        """Forget what is older than `KEPT`; gives back how many answers that were."""
        return self.store.deliveries.forget_before(now - KEPT)

    def _quote(self, n: int, reference: QuoteRef) -> Quote | None:
        """The quote, copied out of the version it was taken from."""
        article = self.catalogue.articles.show(reference.article_id, reference.version)
        if article is None:
            return None
        text = article.text[reference.start : reference.end]
        return Quote(n, text, reference.start, reference.end, article.card, quote_link(article.card.url, text))


def _reference(quote: Quote) -> QuoteRef:
    return QuoteRef(quote.article.id, quote.article.version, quote.start, quote.end)
