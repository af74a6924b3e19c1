"""Merges small groups into the story they are a facet of. Pure, deterministic.

A group owns a rare name that most of its items say and no other group says more often: "GPT-5.6" belongs to the launch
of GPT-5.6. A smaller group joins a larger one as a facet of it (its price, a reaction)

- when it mostly says a name that the larger one owns, and means something near it; what is far from the owner
  (somebody's homelab that runs the model) stays apart;
- or when its lines are among those of the larger one, in an article that reports on it at length, and some of the
  lines of both say the same rare name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.digest.clustering.features import ItemFeatures, Matrix
from bot.digest.clustering.likeness import nearness_of_groups

Groups = list[list[int]]

_RARE = 2.5
"""Idf below which nobody owns a name: the large companies. Measured, as the others are (bench/stories.py)."""
_MANY = 3
_MOST = 0.6
_HALF = 0.5
_NEAR = 0.66
"""Cosine of the centres above which a facet joins the owner of its name."""
_AT_LENGTH = 8
"""Lines from which on an article reports on a story at length."""
_AMID = 0.6
"""Share of a group's lines that must have lines of the larger group around them."""
_SOME = 0.15
_NOT_FAR = 0.30
_ROUNDS = 3


def with_facets_joined(signs: ItemFeatures, groups: Groups, articles: Sequence[str]) -> Groups:
    """The groups, with facets joined to what they are facets of.

    Args:
        articles: the article id of each item; items are grouped by article.
    """
    for _ in range(_ROUNDS):
        state = _State.of(signs, groups, articles)
        joins = {facet: owner for facet in range(len(groups)) if (owner := state.owner(facet)) is not None}
        groups = state.groups
        if not joins:
            break
        groups = _merged(groups, joins)
    return sorted(groups, key=lambda group: group[0])


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """The groups of one round, largest first."""

    signs: ItemFeatures
    groups: Groups
    articles: Sequence[str]
    counts: Sequence[Counter[str]]
    near: Matrix
    owners: dict[str, int]
    group_of: dict[int, int]

    @classmethod
    def of(cls, signs: ItemFeatures, groups: Groups, articles: Sequence[str]) -> _State:
        ordered = sorted(groups, key=lambda group: (-len(group), group[0]))
        counts = [Counter(name for n in group for name in signs.names[n]) for group in ordered]
        group_of = {n: g for g, group in enumerate(ordered) for n in group}
        near = nearness_of_groups(signs, ordered)
        return cls(signs, ordered, articles, counts, near, _owners(signs, ordered, counts), group_of)

    def owner(self, facet: int) -> int | None:
        """The nearest larger group that this one is a facet of."""
        found = {g for g in (*self._by_name(facet), *self._by_place(facet)) if g < facet}
        return max(found, key=lambda g: (float(self.near[facet, g]), -g), default=None)

    def _by_name(self, facet: int) -> Iterator[int]:
        for name in self.counts[facet]:
            owner = self.owners.get(name)
            if owner is None or not self._is_subject(name, facet) or self._is_another_version(name, facet, owner):
                continue
            if self.near[facet, owner] >= _NEAR:
                yield owner

    def _is_subject(self, name: str, facet: int) -> bool:
        group = self.groups[facet]
        return sum(name in self.signs.subjects[n] for n in group) >= _HALF * len(group)

    def _is_another_version(self, name: str, facet: int, owner: int) -> bool:
        """Whether the group uses the name with a number ("OCR 4") that the owner never uses."""
        versions = (said for said in self.counts[facet] if said.startswith(name) and said[len(name) :][:1].isdigit())
        return any(version not in self.counts[owner] for version in versions)

    def _by_place(self, facet: int) -> Iterator[int]:
        group = self.groups[facet]
        article = self.articles[group[0]]
        if any(self.articles[n] != article for n in group):
            return
        beside: Counter[int] = Counter()
        for n in group:
            beside.update({self.group_of[m] for m in self.signs.around[n]})
        for other, lines in beside.items():
            at_length = sum(self.articles[n] == article for n in self.groups[other]) >= _AT_LENGTH
            if at_length and lines >= _AMID * len(group) and self._share_a_name(facet, other):
                yield other

    def _share_a_name(self, facet: int, other: int) -> bool:
        """Whether their meanings are close and some lines of both use the same rare name."""
        if self.near[facet, other] < _NOT_FAR:
            return False
        return any(
            self.signs.name_idf[name] >= _RARE
            and times >= _SOME * len(self.groups[facet])
            and self.counts[other][name] >= _SOME * len(self.groups[other])
            for name, times in self.counts[facet].items()
        )


def _owners(signs: ItemFeatures, groups: Groups, counts: Sequence[Counter[str]]) -> dict[str, int]:
    """Each owned name with the group that owns it."""
    users: dict[str, list[tuple[int, int]]] = {}
    for n, count in enumerate(counts):
        for name, times in count.items():
            users.setdefault(name, []).append((times, n))
    owned = {}
    for name, uses in users.items():
        most, owner = min(uses, key=lambda use: (-use[0], use[1]))
        if most >= max(_MANY, _MOST * len(groups[owner])) and signs.name_idf[name] >= _RARE:
            owned[name] = owner
    return owned


def _merged(groups: Groups, joins: dict[int, int]) -> Groups:
    """Facets go to their owners, and with them to the owners' owners; an owner precedes its facets."""
    found = [list(group) for group in groups]
    for facet in sorted(joins, reverse=True):
        found[joins[facet]] += found[facet]
        found[facet] = []
    return [sorted(group) for group in found if group]
