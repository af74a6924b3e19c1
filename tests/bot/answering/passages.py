"""Passages and articles for tests: what is written here is what stands in the article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from ingest.models import ArticleCard, Passage, Span

ASKED_AT = datetime(2026, 6, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Written:
    """An article's whole text and a passage of it."""

    text: str
    passage: Passage


def write(
    *sentences: str, before: str = "Earlier words.\n\n", gap: str = " ", article: str = "a1", title: str = "T"
) -> Written:
    """An article with `before`, then the sentences of the passage, then more words."""
    text, spans = before, []
    for sentence in sentences:
        spans.append(Span(len(text), len(text) + len(sentence)))
        text += sentence + gap
    span = Span(spans[0].start, spans[-1].end)
    published = datetime(2026, 5, 28, tzinfo=UTC)
    card = ArticleCard(article, f"https://news.example/{article}", title, "The Daily Model", None, published, 1)
    passage = Passage(
        f"{article}:1:0", card, "", span, text[span.start : span.end], tuple(spans), None, published, 1.0, None, 0.0
    )
    return Written(text + "Later words.", passage)


ANTHROPIC = write(
    "Anthropic said it raised $65B in Series H at a $965B valuation, led by Altimeter and Sequoia.",
    "The company reportedly plans to spend 40% of it on chips.",
    "It will not sell adverts.",
    article="a1",
    title="Anthropic raises again",
)
GOOGLE = write(
    "Google released Gemma 4 12B on May 26 under Apache 2.0.",
    "It needs roughly 16GB of memory.",
    article="g1",
    title="Gemma 4 is out",
)
