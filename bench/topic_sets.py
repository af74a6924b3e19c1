"""Topics with items that are about them and items that are not, for bench/fit_watch.py.

- *events*: a topic is the title of the first article of a labelled story, or where a roundup tells it first its first
  words there; the story's other items are about it, and those of all other stories are not.
- *sample*: bench/data/watch_sample.jsonl, what bench/watch.py told, labelled by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bench.story_items import Batch
from bench.story_sets import lines
from bench.story_training import StorySet
from bench.watch import BEGIN, END
from bench.watch_told import SAMPLE
from bot.digest.segmenting.items import Item, items_of
from bot.settings import BotSettings
from bot.watch.matching import Encode, Topics
from bot.watch.models import Kind, Wanted
from ingest.catalogue.whole_articles import whole_articles
from ingest.models import SHARED_SCOPE, View
from ingest.wiring import open_corpus

TOPIC_CHARS = 100
Numbers = npt.NDArray[np.float64]


class Topical(NamedTuple):
    """(pairs, FEATURES) of topics and items, and whether the item is about the topic."""

    features: Numbers
    about: npt.NDArray[np.bool_]


def in_order(batch: Batch) -> tuple[list[Item], list[int]]:
    """The labelled items of a batch by date, and the story of each."""
    labels: dict[int, str] = {}
    for passage, at in zip(batch.passages, batch.place, strict=True):
        if at is not None:
            labels.setdefault(at, passage.story)
    order = sorted(labels, key=lambda at: (batch.items[at].effective_at, batch.items[at].id))
    number: dict[str, int] = {}
    return [batch.items[at] for at in order], [number.setdefault(labels[at], len(number)) for at in order]


def events(found: StorySet, encode: Encode) -> Topical:
    """The stories of a set that are told more than once."""
    parts = []
    for batch in found.batches:
        items, stories = in_order(batch)
        first = {story: item for item, story in reversed(list(zip(items, stories, strict=True)))}
        told = [story for story in first if stories.count(story) > 1]
        features = _features([_topic(first[story]) for story in told], items, found, encode)
        for t, story in enumerate(told):
            others = [k for k, item in enumerate(items) if item is not first[story]]
            parts.append(
                Topical(
                    features[others, t].astype(np.float64), np.array([stories[k] == story for k in others], dtype=bool)
                )
            )
    return together(parts)


def sample(folder: Path) -> Topical:
    """What was labelled by hand; `folder`: where bench/watch.py keeps the ingested articles."""
    with open_corpus(BotSettings.load(data_dir=folder), "bench") as corpus:
        search = corpus.search
        found = whole_articles(corpus.catalogue.database, View(END, (SHARED_SCOPE,)), search.model, 10_000)
        items = items_of([article for article in found if BEGIN < article.effective_at <= END])
        labelled = [(*row["key"].rsplit("|", 2), row["right"]) for row in lines(SAMPLE) if row["kind"] == "topic"]
        at = [_item_at(items, url, int(start)) for _, url, start, _ in labelled]
        wanted = [Wanted(n, Kind.TOPIC, text) for n, (text, *_) in enumerate(labelled)]
        features = Topics(wanted, search.encode, search.weights).features([items[k] for k in at])
        pairs = np.arange(len(labelled))
        about = np.array([right for *_, right in labelled], dtype=bool)
        return Topical(features[pairs, pairs].astype(np.float64), about)


def together(parts: Sequence[Topical]) -> Topical:
    """All of their pairs."""
    features, about = zip(*parts, strict=True)
    return Topical(np.concatenate(features).astype(np.float64), np.concatenate(about))


def _features(topics: Sequence[str], items: Sequence[Item], found: StorySet, encode: Encode) -> npt.NDArray[np.float32]:
    wanted = [Wanted(n, Kind.TOPIC, text) for n, text in enumerate(topics)]
    return Topics(wanted, encode, found.weights).features(items)


def _topic(item: Item) -> str:
    return _short(item.article.title if item.whole else " ".join(item.sentence(0).split()))


def _short(text: str) -> str:
    return text if len(text) <= TOPIC_CHARS else text[:TOPIC_CHARS].rsplit(" ", 1)[0]


def _item_at(items: Sequence[Item], url: str, start: int) -> int:
    """The number of the item of an article in which a quote begins."""
    return next(
        n for n, i in enumerate(items) if i.article.url == url and i.sentences[0].start <= start < i.sentences[-1].end
    )
