"""Whether an item tells a story that a watch has told: by the digest's own model of what is one story. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations

from bot.digest.clustering.features import Matrix, Weights, features_of
from bot.digest.clustering.linkage import MOST, log_odds, matrix_of
from bot.digest.clustering.pairs import pairs_of
from bot.digest.segmenting.items import Item
from bot.watch.models import Finding, Match
from bot.watch.topic_weights import SAME
from bot.watch.updates import is_update

_ONE_SUBJECT = 0.5
"""Cosine above which two lines of one section are about one subject (`bot.digest.writing.rank`)."""


def likeness(items: Sequence[Item], weights: Weights) -> Matrix:
    """(n, n) log odds that two items tell one story; lines about one subject in a roundup's section do."""
    pairs = pairs_of(features_of(items, weights))
    alike = matrix_of(len(items), pairs, log_odds(pairs))
    sections: dict[tuple[str, str], list[int]] = defaultdict(list)
    for n, item in enumerate(items):
        if item.heading:
            sections[item.article.id, item.heading].append(n)
    for members in sections.values():
        for one, other in combinations(members, 2):
            if _of_one_subject(items[one], items[other]):
                alike[one, other] = alike[other, one] = MOST
    return alike


def _of_one_subject(one: Item, other: Item) -> bool:
    return float(one.vector @ other.vector) >= _ONE_SUBJECT and not one.names.isdisjoint(other.names)


def findings(matches: Sequence[Match], known: Sequence[Item], weights: Weights) -> list[Finding]:
    """What one watch should tell of new matches: each story once, and what changes a known one.

    Args:
        matches: in the order in which they came.
        known: items of the stories that it has told.
    """
    items = [*known, *(match.item for match in matches)]
    if not matches:
        return []
    alike = likeness(items, weights)
    story = list(range(len(items)))  # by the number of its first item
    told: dict[int, Finding] = {}
    for n, match in enumerate(matches, len(known)):
        nearest = int(alike[n, :n].argmax()) if n else 0
        if not n or alike[n, nearest] < SAME:
            told[n] = Finding(match)
            continue
        story[n] = story[nearest]
        if story[n] in told:
            own = told[story[n]]
            told[story[n]] = Finding(own.first, (*own.others, match), own.corrects)
        elif is_update(match.item, [items[m] for m in range(n) if story[m] == story[n]]):
            told[n] = Finding(match, (), corrects=True)
    return list(told.values())
