"""What the watches of bench/watch.py told: how much of it again, and how much of it rightly."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bench.story_sets import LABELS, lines
from bot.watch.models import Kind
from bot.watch.telling import NEW

HERE = Path(__file__).parent / "data"
SAMPLE, UNSEEN, TOPICS = HERE / "watch_sample.jsonl", HERE / "watch_unseen.jsonl", HERE / "watch_topics.txt"
_SAMPLED = 30
"""So many of each kind are drawn for labelling."""


class Told(NamedTuple):
    """A story that a watch told: the watch's text, the item, its headline and quote, and when it was found."""

    kind: str
    watch: str
    url: str
    start: int
    title: str
    quote: str
    week: tuple[int, int]

    @property
    def key(self) -> str:
        return f"{self.watch}|{self.url}|{self.start}"


def doubles(told: Sequence[Told]) -> dict[str, int]:
    """How often a watch told a labelled story again in one week (the labels' own bound), of so many that it told."""
    tellings = _tellings(told).values()
    return {
        "told": len(told),
        "told_as_new": sum(one.title.startswith(NEW) for one in told),
        "of_labelled_stories": len(tellings),
        "doubles": sum(len(again) - 1 for again in tellings),
    }


def _tellings(told: Sequence[Told]) -> dict[tuple[str, tuple[int, int], str], list[Told]]:
    """By watch, week and labelled story how it was told, but as new."""
    labels: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for label in lines(LABELS):
        labels[label["url"]].append((label["start"], label["end"], label["story"]))
    found: dict[tuple[str, tuple[int, int], str], list[Told]] = defaultdict(list)
    for one in told:
        for start, end, story in labels[one.url]:
            if start <= one.start < end and not one.title.startswith(NEW):
                found[one.watch, one.week, story].append(one)
    return found


def print_doubles(told: Sequence[Told]) -> None:
    """A line for each telling of what was told again."""
    for (watch, _, story), again in sorted(_tellings(told).items(), key=lambda pair: pair[0][2]):
        for one in again if len(again) > 1 else ():
            print(f"{story} | {watch} | {one.url} {one.start} | {one.title[:100]}")


def precision(told: Sequence[Told], sample: Path, name: str) -> dict[str, float]:
    """The share of what was labelled by hand that is rightly told: of all, of words, of topics as people write them and
    of titles for topics."""
    labels = {row["key"]: row["right"] for row in lines(sample)} if sample.exists() else {}
    written = set(TOPICS.read_text("utf-8").splitlines())
    found: dict[str, list[bool]] = defaultdict(list)
    for one in told:
        if one.key in labels:
            found[one.kind].append(labels[one.key])
            if one.kind == Kind.TOPIC:
                found["written" if one.watch in written else "title"].append(labels[one.key])
    both = [right for kind in Kind for right in found[kind.value]]
    every = {f"{name}labelled": len(both), f"{name}precision": round(sum(both) / max(len(both), 1), 3)}
    for kind, rights in sorted((kind, rights) for kind, rights in found.items() if rights):
        every |= {f"{name}labelled_{kind}": len(rights), f"{name}precision_{kind}": round(sum(rights) / len(rights), 3)}
    return every


def write_sample(told: Sequence[Told], path: Path, seed: int) -> None:
    """A sample for labelling, drawn by chance: at most one of a watch, half of each kind, nothing that is labelled."""
    labelled = {row["key"] for file in (SAMPLE, UNSEEN) if file.exists() for row in lines(file)}
    chosen: dict[str, Told] = {}
    for one in random.Random(seed).sample(list(told), len(told)):
        if one.key not in labelled:
            chosen.setdefault(one.watch, one)
    kinds = (kind.value for kind in Kind)
    rows = [one for kind in kinds for one in [c for c in chosen.values() if c.kind == kind][:_SAMPLED]]
    path.write_text("".join(json.dumps(one._asdict() | {"key": one.key}) + "\n" for one in rows), "utf-8")
