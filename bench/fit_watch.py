"""Fits when an item is about a topic, and when a watch has told a story: `python bench/fit_watch.py --data FOLDER`.

FOLDER holds what bench/fit_stories.py takes, and `--work FILE` is the same. A topic is the title of the first article
of a labelled story, or where a roundup tells it first its first words there; the story's other items are about it, and
those of all other stories are not. The features of `bot.watch.matching` are weighed by logistic regression, and the
threshold is the one with the best F0.5 (precision counts double): a false alarm annoys, and what is missed stands in
the digest. Reported is each set when it was left out. How well that carries over to broader topics than one event is
for the hand-labelled sample of bench/watch.py to say.

A watch tells an item no more if the digest's log odds that it and an item before it are one story are above `SAME`.
For that every labelled set is played in the order of its dates, with a watch for each name in it. The threshold
is the one with the fewest doubles and stories that were wrongly kept back, a double counting three times: a reader who
is told twice loses trust. With --write the numbers are put into bot/watch/topic_weights.py. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from bench.fit_stories import encoded_sets
from bench.story_training import LABELLED, SETS, StorySet
from bot.digest.segmenting.items import Item
from bot.watch import topic_weights
from bot.watch.joining import likeness
from bot.watch.matching import FEATURES, Topics
from bot.watch.models import Kind, Wanted
from ingest.embedding.encoders import Encoder, open_encoder
from ingest.settings import IngestSettings

TOPIC_CHARS = 100
SAME = np.linspace(-4.0, 3.0, 29)
_BETA = 0.5
_DOUBLE = 3.0
"""What a double counts beside a story that is wrongly kept back."""
Numbers = npt.NDArray[np.float64]


class Topical(NamedTuple):
    """(pairs, FEATURES) of topics and items, and whether the item is about the topic."""

    features: Numbers
    about: npt.NDArray[np.bool_]


class Model(NamedTuple):
    """Weights in the order of `FEATURES`; `threshold` on the log odds."""

    weights: Numbers
    bias: float
    threshold: float


class Told(NamedTuple):
    """`doubles`: items told of a story that was told; `lost`: stories never told; of so many stories."""

    doubles: int
    lost: int
    stories: int


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit when watches match, and what they have told.")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds the sets")
    parser.add_argument("--work", type=Path, help="keeps the encoded sets in this file")
    parser.add_argument("--write", action="store_true", help="put the numbers into bot/watch/")
    arguments = parser.parse_args()
    encoder = open_encoder(IngestSettings.load())
    sets = {name: found for name, found in encoded_sets(arguments.data, arguments.work).items() if name in _several()}
    topics = {name: topical(found, encoder) for name, found in sets.items()}
    odds = {name: _watches(found) for name, found in sets.items()}
    result: dict[str, Any] = {}
    for name in sets:
        model = fit([found for other, found in topics.items() if other != name])
        same = best_same({other: found for other, found in odds.items() if other != name})
        told = told_once(odds[name], same)
        print(f"{name}, left out: topics {measured(topics[name], model)}; at {same:.2f} {told}")
        result[name] = measured(topics[name], model) | told._asdict()
    model, same = fit(list(topics.values())), best_same(odds)
    print(model, same, {name: told_once(found, same) for name, found in odds.items()})
    if arguments.write:
        write(model, same)
    print(json.dumps(result))


def topical(found: StorySet, encoder: Encoder) -> Topical:
    """The topics of a set, each with the labelled items of its batch."""
    rows, about = [], []
    for n in range(len(found.batches)):
        items, stories = _in_order(found, n)
        first = {story: item for item, story in reversed(list(zip(items, stories, strict=True)))}
        told = [story for story in first if stories.count(story) > 1]
        wanted = [Wanted(story, Kind.TOPIC, _topic(first[story])) for story in told]
        topics = Topics(wanted, encoder.encode_query, found.weights)
        features, _ = topics.features(items)
        for k, (item, story) in enumerate(zip(items, stories, strict=True)):
            others = [t for t, topic in enumerate(told) if first[topic] is not item]
            rows.append(features[k, others])
            about.append(np.array([told[t] == story for t in others], dtype=bool))
    return Topical(np.concatenate(rows).astype(np.float64), np.concatenate(about))


def _topic(item: Item) -> str:
    text = item.article.title if item.whole else " ".join(item.sentence(0).split())
    return text if len(text) <= TOPIC_CHARS else text[:TOPIC_CHARS].rsplit(" ", 1)[0]


def fit(found: Sequence[Topical]) -> Model:
    """The weights and the threshold with the best F0.5."""
    features, about = (np.concatenate(parts) for parts in zip(*found, strict=True))
    regression = LogisticRegression(max_iter=1000, class_weight="balanced")
    regression.fit(features, about)
    weights, bias = regression.coef_[0], float(regression.intercept_[0])
    odds = features @ weights + bias
    order = np.argsort(-odds)
    right = np.cumsum(about[order])
    precision, recall = right / np.arange(1, len(right) + 1), right / about.sum()
    f = (1 + _BETA**2) * precision * recall / np.maximum(_BETA**2 * precision + recall, 1e-9)
    return Model(weights, bias, float(odds[order[int(f.argmax())]]))


def measured(found: Topical, model: Model) -> dict[str, float]:
    """Precision and recall of a model on a corpus."""
    told = found.features @ model.weights + model.bias >= model.threshold
    right = int((told & found.about).sum())
    return {"precision": round(right / max(int(told.sum()), 1), 3), "recall": round(right / int(found.about.sum()), 3)}


def best_same(odds: Mapping[str, Sequence[tuple[Any, Any]]]) -> float:
    """The threshold at which the fewest are doubled or kept back, every set weighing the same."""
    return float(min(SAME, key=lambda same: sum(_cost(told_once(found, same)) for found in odds.values())))


def _cost(told: Told) -> float:
    return (_DOUBLE * told.doubles + told.lost) / told.stories


def told_once(batches: Sequence[tuple[Any, Any]], same: float) -> Told:
    """What the watches would tell of a set, together."""
    total = np.zeros(3, dtype=int)
    for alike, stories in batches:
        told: list[int] = []
        for n in range(len(stories)):
            if not n or alike[n, :n].max() < same:
                told.append(stories[n])
        total += len(told) - len(set(told)), len(set(stories) - set(told)), len(set(stories))
    return Told(*map(int, total))


def _watches(found: StorySet) -> list[tuple[Any, list[int]]]:
    """For each name that several labelled items of a batch say: the likeness of each two of them, by date, and the
    story of each."""
    watches = []
    for n in range(len(found.batches)):
        items, stories = _in_order(found, n)
        saying: dict[str, list[int]] = defaultdict(list)
        for k, item in enumerate(items):
            for name in sorted(item.names):
                saying[name].append(k)
        for members in saying.values():
            if len(members) > 1:
                watches.append((likeness([items[k] for k in members], found.weights), [stories[k] for k in members]))
    return watches


def _in_order(found: StorySet, n: int) -> tuple[list[Item], list[int]]:
    """The labelled items of a batch by date, and the story of each."""
    batch = found.batches[n]
    labels: dict[int, str] = {}
    for passage, at in zip(batch.passages, batch.place, strict=True):
        if at is not None:
            labels.setdefault(at, passage.story)
    order = sorted(labels, key=lambda at: (batch.items[at].effective_at, batch.items[at].id))
    number: dict[str, int] = {}
    return [batch.items[at] for at in order], [number.setdefault(labels[at], len(number)) for at in order]


def write(model: Model, same: float) -> None:
    """Put the numbers where the bot reads them."""
    path = Path(str(topic_weights.__file__))
    written = "".join(f'    "{n}": {w:.3f},\n' for n, w in zip(FEATURES, model.weights, strict=True))
    code = re.sub(r"(?ms)(^WEIGHTS: .*? = \{\n).*?(^\})", lambda m: m[1] + written + m[2], path.read_text("utf-8"))
    for name, value in (("BIAS", model.bias), ("THRESHOLD", model.threshold), ("SAME", same)):
        code = re.sub(rf"(?m)^({name}: Final = ).*$", rf"\g<1>{value:.3f}", code)
    path.write_text(code, "utf-8")


def _several() -> list[str]:
    return [name for name in LABELLED if SETS[name].several]


if __name__ == "__main__":
    main()
