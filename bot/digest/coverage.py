"""What a digest was made from and what it left out: the figures of its footer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from datetime import datetime

from bot.digest.clustering.events import Event
from bot.digest.models import Coverage, LeftOut
from ingest.catalogue import Catalogue
from ingest.catalogue.whole_articles import WholeArticle
from ingest.sources.health import Health, health_of

_PAID = re.compile(
    r"\b(?:sponsored (?:post|content|article|by)|paid (?:post|content|partnership)|partner content|advertorial|"
    r"advertisement feature|promoted (?:post|content)|this (?:post|article|issue) is (?:sponsored|presented) by)\b"
    r"|^\W*(?:sponsored|advertisement|ad)\b\s*[:|\]-]",
    re.IGNORECASE,
)
_OPENING = 2
"""How many sentences at the top may say that the article was paid for."""


def is_advertisement(article: WholeArticle) -> bool:
    """Whether the article declares that it was paid for."""
    opening = [article.text[slice(*span)] for span in article.sentences[:_OPENING]]
    return any(_PAID.search(line) for line in (article.card.title, *opening))


def left_out(
    articles: Sequence[WholeArticle],
    paid: Set[str],
    wanted: Sequence[Event],
    all_events: Iterable[Event],
    told: Iterable[str],
) -> LeftOut:
    """Counts of the articles that are in no story, by reason.

    Args:
        articles: all that were read.
        paid: ids of those that are advertisements.
        wanted: the events of the topic.
        all_events: those of every topic.
        told: ids of the articles that the stories name.
    """
    cut = {item.article.id for event in all_events for item in event.items}
    on_topic = {item.article.id for event in wanted for item in event.items}
    untold = {article.card.id for article in articles} - set(told)
    return LeftOut(
        advertisement=len(untold & paid),
        housekeeping=len(untold - paid - cut),
        off_topic=len((untold & cut) - paid - on_topic),
        beyond=len((untold & on_topic) - paid),
    )


def coverage(catalogue: Catalogue, scopes: tuple[str, ...], articles: int, until: datetime) -> Coverage:
    """The health of the sources that any of `scopes` sees.

    Args:
        articles: how many articles were read for the digest.
        until: the end of the digest's window; a source added later was not silent in it.
    """
    sources = [source for source in catalogue.sources.all(scopes) if source.enabled]
    failed = [source for source in sources if source.failure_kind]
    silent = [source for source in sources if health_of(source, until) is Health.SILENT]
    checked = [source for source in sources if source.checked_at]
    return Coverage(len(sources), len(checked), len(failed), len(silent), articles)
