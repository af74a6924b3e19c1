"""From an event to a story: headline, quotes, and a summary that is checked or is itself a quote."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.answering.composing.compose_model import compose
from bot.answering.models import Quote, Window
from bot.digest.clustering.events import Event
from bot.digest.models import Order, Story
from bot.digest.writing.corrections import correction
from bot.digest.writing.headline import Headline
from bot.digest.writing.memory import PriorCoverage
from bot.digest.writing.quoting import best_quotes, correcting, with_support
from bot.llm.budget import Budget
from bot.llm.language_model import LanguageModel

MODEL_STORIES = 8
"""At most this many stories get a summary by the language model, of one request each: with `REPLY_TOKENS` and `ITEMS`
it bounds the cost."""
SENTENCES = 3
REPLY_TOKENS = 600
ITEMS = 6


@dataclass(slots=True)
class Writer:
    """Writes the stories of one digest, one after the other; quotes are numbered through.

    Attributes:
        model: writes the summaries; without one (None) the best quote serves as summary.
        timeout_s: longest time for all the model's summaries together, in seconds.
        budget: what the model may cost the guild that the digest is for; None for no limit and no count.
    """

    model: LanguageModel | None
    order: Order
    timeout_s: float
    budget: Budget | None = None
    clock: Callable[[], float] = time.monotonic
    _quotes: int = 0
    _written: int = 0
    _deadline: float = 0.0

    def __post_init__(self) -> None:
        self._deadline = self.clock() + self.timeout_s

    def write(self, event: Event, head: Headline, known: PriorCoverage, score: float) -> Story | None:
        """The story, or None if no sentence can be quoted for it."""
        told = Event(known.news) if known.news else event
        window = Window(self.order.since, self.order.until)
        quotes = best_quotes(told, self._quotes + 1, known.sentences, head.text, window)
        if not quotes:
            return None
        corrected = correction(told)
        first = self._quotes + 1
        quotes = correcting(quotes, corrected, first) if corrected else with_support(quotes, head)
        summary = quotes[0].text
        written = self._summary(told, head.text)
        if written is not None:
            summary, quotes = written[0], with_support(written[1], head)
        self._quotes += len(quotes)
        return Story(head.text, known.label, summary, quotes, event.articles, score, known.told_at, event.vector)

    def _summary(self, event: Event, title: str) -> tuple[str, tuple[Quote, ...]] | None:
        """A short paragraph of checked sentences with their quotes; None if none of the model's passes the checks."""
        left = self._deadline - self.clock()
        used_up = self.budget is not None and self.budget.is_used_up(self.order.scopes, self.order.until)
        if self.model is None or self._written >= MODEL_STORIES or left <= 0 or used_up:
            return None
        self._written += 1
        composed = compose(
            self.model,
            f"What is the news about this, in one to three short sentences: {title}",
            [item.passage() for item in event.items[:ITEMS]],
            asked_at=self.order.until,
            timeout_s=left,
            max_tokens=REPLY_TOKENS,
            asks_again=False,
        )
        if self.budget is not None:
            self.budget.spend(self.order.scopes, self.order.until, composed.usage)
        if not composed.statements:
            return None
        statements = composed.statements[:SENTENCES]
        used = {number for statement in statements for number in statement.quotes}
        quotes = [quote for quote in composed.quotes if quote.n in used]
        numbered = tuple(replace(quote, n=self._quotes + n) for n, quote in enumerate(quotes, 1))
        return " ".join(statement.text for statement in statements), numbered
