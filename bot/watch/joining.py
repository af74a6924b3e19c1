"""Whether an item tells a story that a watch has told: by the digest's own model of what is one story. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.digest.clustering.events import Event
from bot.digest.clustering.features import Weights, features_of
from bot.digest.clustering.linkage import log_odds, matrix_of
from bot.digest.clustering.pairs import pairs_of
from bot.digest.segmenting.items import Item
from bot.digest.writing.corrections import correction
from bot.watch.models import Finding, Match
from bot.watch.topic_weights import SAME


def findings(matches: Sequence[Match], known: Sequence[Item], weights: Weights) -> list[Finding]:
    """What one watch should tell of new matches: each story once, and what takes back a known one.

    Args:
        matches: in the order in which they came.
        known: items of the stories that it has told.
    """
    items = [*known, *(match.item for match in matches)]
    if not matches:
        return []
    pairs = pairs_of(features_of(items, weights))
    alike = matrix_of(len(items), pairs, log_odds(pairs))
    story = list(range(len(items)))  # by the number of its first item
    told: dict[int, Finding] = {}
    for n, match in enumerate(matches, len(known)):
        nearest = int(alike[n, :n].argmax()) if n else 0
        joins = n > 0 and (alike[n, nearest] >= SAME or _of_one_article(items, n, story) is not None)
        if not joins:
            told[n] = Finding(match)
            continue
        within = _of_one_article(items, n, story)
        story[n] = story[nearest] if within is None else within
        told = _joined(told, story[n], n, match)
    return list(told.values())


def _joined(told: dict[int, Finding], first: int, n: int, match: Match) -> dict[int, Finding]:
    """With a further match of a story: beside its first one, or as news where it corrects what was told."""
    if first in told:
        own = told[first]
        return told | {first: Finding(own.first, (*own.others, match), own.corrects)}
    if correction(Event((match.item,))) is not None:
        return told | {n: Finding(match, (), corrects=True)}
    return told


def _of_one_article(items: Sequence[Item], n: int, story: Sequence[int]) -> int | None:
    """The story of an earlier version of the same item; None if there is none."""
    return next((story[k] for k in range(n) if items[k].id == items[n].id), None)
