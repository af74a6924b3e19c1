"""Fits when an item is about a topic, and when a watch has told a story: `python bench/fit_watch.py --data FOLDER`.

FOLDER holds what bench/fit_stories.py takes, and `--work FILE` is the same. `--watched FOLDER` is a folder that
bench/watch.py has kept (its `--work`); without it what was labelled by hand is left out. Topics and items are those of
bench/topic_sets.py. The features of `bot.watch.matching` are weighed by logistic regression, in which every set weighs
the same, and in it what is about a topic as much as what is not. The threshold is the lowest at which all sets of
events have a precision of `AIM`: a false alarm annoys, and what is missed stands in the digest. Reported is each set
when it was left out of all of this. What was labelled by hand counts for the weights alone: it is what earlier models
took for right, and no threshold divides it.

A watch tells an item no more if the digest's log odds that it and an item before it are one story are above `SAME`.
For that every labelled set is played in the order of its dates, with a watch for each name in it. The threshold
is the one with the fewest doubles and stories that were wrongly kept back, a double counting `_DOUBLE` times: a reader
who is told twice loses trust. With --write the numbers are put into bot/watch/topic_weights.py. The last line is JSON.
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
from bench.topic_sets import Topical, events, in_order, sample
from bot.watch import topic_weights
from bot.watch.joining import likeness
from bot.watch.matching import FEATURES
from ingest.embedding.encoders import open_encoder
from ingest.settings import IngestSettings

AIM = 0.9
"""The precision of topics on every set that they are fitted on."""
SAMPLE = "sample"
"""The set that was labelled by hand."""
SAME = np.linspace(-4.0, 3.0, 29)
_DOUBLE = 10.0
"""What a double counts beside a story that is wrongly kept back."""
Numbers = npt.NDArray[np.float64]


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
    parser.add_argument("--watched", type=Path, help="folder that bench/watch.py has kept")
    parser.add_argument("--write", action="store_true", help="put the numbers into bot/watch/")
    arguments = parser.parse_args()
    encode = open_encoder(IngestSettings.load()).encode_query
    sets = {name: found for name, found in encoded_sets(arguments.data, arguments.work).items() if name in _several()}
    topics = {name: events(found, encode) for name, found in sets.items()}
    if arguments.watched:
        topics[SAMPLE] = sample(arguments.watched)
    odds = {name: _watches(found) for name, found in sets.items()}
    result: dict[str, Any] = {}
    for name, found in topics.items():
        result[name] = measured(found, fit({key: other for key, other in topics.items() if key != name}))
        print(f"{name}, left out: topics {result[name]}")
    for name in odds:
        same = best_same({other: found for other, found in odds.items() if other != name})
        told = told_once(odds[name], same)
        print(f"{name}, left out: stories at {same:.2f} {told}")
        result[name] |= {"doubles": told.doubles, "lost": told.lost, "stories": told.stories}
    model, same = fit(topics), best_same(odds)
    print(model, same, {name: measured(found, model) for name, found in topics.items()})
    print({f"{same:.2f}": {name: tuple(told_once(found, same)) for name, found in odds.items()} for same in SAME[::4]})
    if arguments.write:
        write(model, same)
    print(json.dumps(result))


def fit(sets: Mapping[str, Topical]) -> Model:
    """The weights, and the lowest threshold at which all sets of events have the precision that is aimed at."""
    features, about = (np.concatenate(parts) for parts in zip(*sets.values(), strict=True))
    scale = features.std(axis=0) + 1e-6
    regression = LogisticRegression(max_iter=3000)
    regression.fit(
        features / scale, about, sample_weight=np.concatenate([_worth(found.about) for found in sets.values()])
    )
    model = Model(regression.coef_[0] / scale, float(regression.intercept_[0]), 0.0)
    return model._replace(threshold=max(_threshold(found, model) for name, found in sets.items() if name != SAMPLE))


def _worth(about: npt.NDArray[np.bool_]) -> Numbers:
    """What each pair of a set weighs: 1,000 in all, half of it for those that are about the topic."""
    share: Numbers = np.where(about, 500.0 / about.sum(), 500.0 / (~about).sum())
    return share


def _threshold(found: Topical, model: Model) -> float:
    """The lowest log odds from which on a set has the precision `AIM`; where none has, those of its highest pair."""
    odds = found.features @ model.weights + model.bias
    order = np.argsort(-odds)
    precision = np.cumsum(found.about[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(precision >= AIM)
    return float(odds[order[int(enough[-1]) if len(enough) else 0]])


def measured(found: Topical, model: Model) -> dict[str, float]:
    """Precision and recall of a model on a set, and how many pairs it took for right."""
    told = found.features @ model.weights + model.bias >= model.threshold
    right = int((told & found.about).sum())
    precision, recall = right / max(int(told.sum()), 1), right / int(found.about.sum())
    return {"told": int(told.sum()), "precision": round(precision, 3), "recall": round(recall, 3)}


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
    for batch in found.batches:
        items, stories = in_order(batch)
        saying: dict[str, list[int]] = defaultdict(list)
        for k, item in enumerate(items):
            for name in sorted(item.names):
                saying[name].append(k)
        for members in saying.values():
            if len(members) > 1:
                watches.append((likeness([items[k] for k in members], found.weights), [stories[k] for k in members]))
    return watches


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
