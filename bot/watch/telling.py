"""A finding as a story in its short form: a headline, and the sentence that says what the watch waits for. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from bot.answering.models import Quote
from bot.answering.quotes import Evidence, make_quote
from bot.digest.clustering.events import Event
from bot.digest.clustering.features import Weights
from bot.digest.models import Label, Story
from bot.digest.segmenting.items import Item
from bot.digest.writing.corrections import correction
from bot.digest.writing.headline import headline
from bot.digest.writing.quoting import best_quotes, holds
from bot.watch.models import Finding, Match

NEW = "New: "
"""Opens the headline of what takes back, corrects or counts anew a story that was told."""


def story_of(finding: Finding, weights: Weights) -> Story:
    """The story with one quote; every article that tells it is named."""
    items = tuple(dict.fromkeys(match.item for match in _all(finding)))
    event = Event(items)
    corrected = correction(event)
    item, n = corrected or (finding.first.item, finding.first.n)
    head = headline(Event((item,)), weights).text
    quote = _quote(item, n, head)
    title = f"{NEW}{head}" if finding.corrects else head
    return Story(title, Label.NEW, quote.text, (quote,), event.articles, finding.first.score)


def article_of(item: Item) -> Story:
    """An article that is posted because of its source: its title, and the sentence that says best what it is about."""
    event, title = Event((item,)), item.article.title
    quotes = best_quotes(event, 1, headline=title)
    quote = quotes[0] if quotes else make_quote(1, Evidence(item.passage(), 0, 0))
    return Story(title, Label.NEW, quote.text, (quote,), event.articles, 0.0)


def _all(finding: Finding) -> Iterator[Match]:
    yield finding.first
    yield from finding.others


def _quote(item: Item, n: int, head: str) -> Quote:
    """The sentence, with the one before it where it lacks what the headline names."""
    passage = item.passage()
    alone = Evidence(passage, n, n)
    quote = make_quote(1, alone)
    if n == 0 or holds(quote, head):
        return quote
    both = Evidence(passage, n - 1, n)
    return make_quote(1, both) if both.quotable and "\n" not in both.text else quote
