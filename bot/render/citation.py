"""The citation of an article: publisher, title and date, in plain words. Pure.

Plain dates instead of Discord's `<t:...>`, so that a phone's notification and a screen reader can read them.
"""

from __future__ import annotations

from bot.answering.models import Answer, Quote
from bot.lexicon.dates import day
from bot.render.markdown import fold
from bot.translation import _, ngettext
from ingest.models import ArticleCard

_TITLE_CHARS = 160
_SOURCE_CHARS = 60


def citation(card: ArticleCard, *, titled: bool = True) -> str:
    """`Publisher, “Title”, 28 June 2026`, without what the article lacks; plain text, not escaped.

    The title can be left out if it was just shown; it stays if there is no publisher to name instead.
    """
    source, title = shortened(card.source, _SOURCE_CHARS), shortened(card.title, _TITLE_CHARS)
    parts = [
        source,
        f"“{title}”" if title and (titled or not source) else "",
        day(card.published_at) if card.published_at else _("no date"),
    ]
    return ", ".join(part for part in parts if part)


def age(quote: Quote, answer: Answer) -> str:
    """`, 120 days old` if the answer marks the quote as old, else ""."""
    published_at = quote.article.published_at
    if quote.n not in answer.old or published_at is None:
        return ""
    days = (answer.question.asked_at - published_at).days
    return ", " + ngettext("{days} day old", "{days} days old", days).format(days=days)


def shortened(text: str, chars: int) -> str:
    """The text folded and, if longer, cut to `chars` code points with an ellipsis."""
    text = fold(text)
    return text if len(text) <= chars else text[: chars - 1].rstrip() + "…"
