"""Which articles are in no story of a digest, and why. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.digest.clustering.events import Event
from bot.digest.models import LeftOut
from ingest.catalogue.whole_articles import WholeArticle

_PAID = re.compile(
    r"\b(?:sponsored (?:post|content|article|by)|paid (?:post|content|partnership)|partner content|advertorial|"
    r"advertisement feature|promoted (?:post|content)|this (?:post|article|issue) is (?:sponsored|presented) by)\b"
    r"|^\W*(?:sponsored|advertisement|ad)\b\s*[:|\]-]",
    re.IGNORECASE,
)
_OPENING = 2
"""Sentences at the top in which an article says that somebody paid for it."""


def is_advertisement(article: WholeArticle) -> bool:
    """Whether the whole article says of itself that it was paid for."""
    opening = [article.text[slice(*span)] for span in article.sentences[:_OPENING]]
    return any(_PAID.search(line) for line in (article.card.title, *opening))


def left_out(
    articles: Sequence[WholeArticle], wanted: Sequence[Event], all_events: Iterable[Event], told: Iterable[str]
) -> LeftOut:
    """Counts of the articles that no story tells.

    Args:
        articles: all that were read.
        wanted: the events of the topic.
        all_events: those of every topic.
        told: ids of the articles that the stories name.
    """
    paid = {article.card.id for article in articles if is_advertisement(article)}
    cut = {item.article.id for event in all_events for item in event.items}
    on_topic = {item.article.id for event in wanted for item in event.items}
    untold = {article.card.id for article in articles} - set(told)
    return LeftOut(
        advertisement=len(untold & paid),
        housekeeping=len(untold - paid - cut),
        off_topic=len((untold & cut) - paid - on_topic),
        beyond=len((untold & on_topic) - paid),
    )
