"""Fits what merges articles into stories: `python bench/fit_stories.py --data FOLDER [--work FILE] [--write]`.

FOLDER holds news_qa/, news_qa2/, stories/, stories_news/ and feeds/. Pairs of items are scored by a logistic regression
over the features of `bot.digest.clustering.pairs`; every set weighs the same, and in it every story. The threshold of
average linkage is the one with the best mean B-cubed F1 over those of the training sets that tell stories more than
once; sets in which nearly every item is a story of its own would have nothing merged.

Reported is each labelled set when it was left out of all of this, beside plain TF-IDF at the threshold that suits the
set best. The weights that are printed, and with --write put into bot/digest/clustering/link_weights.py, are fitted on
all sets. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import pickle
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from bench.clustering import Score, b_cubed
from bench.story_baseline import baseline
from bench.story_items import Batch, numbered
from bench.story_training import LABELLED, SETS, StorySet, everything
from bot.digest.clustering import link_weights
from bot.digest.clustering.features import features_of
from bot.digest.clustering.linkage import clusters, for_this_week
from bot.digest.clustering.pairs import FEATURES, Pairs, pairs_of
from ingest.embedding.encoders import open_encoder
from ingest.settings import IngestSettings

THRESHOLDS = np.linspace(-1.0, 3.0, 33)
_APART = 3.0
"""All pairs of two stories weigh so many times as much as one story."""
_MADE = 0.5
"""What a made set's F1 counts beside a labelled one's."""
Numbers = npt.NDArray[np.float64]


class Model(NamedTuple):
    """Weights in the order of `FEATURES`, and the threshold on the mean log odds; `prior`: the share of pairs that is
    one story in training, for which the odds hold."""

    weights: Numbers
    bias: float
    prior: float
    threshold: float = 0.0


class Fitted(NamedTuple):
    """A batch with the features of its pairs; `story`: of each item, -1 where it has no label."""

    batch: Batch
    pairs: Pairs
    story: npt.NDArray[np.intp]


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit what merges articles into stories.")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds the sets")
    parser.add_argument("--work", type=Path, help="keeps the encoded sets in this file")
    parser.add_argument("--write", action="store_true", help="put the weights into bot/digest/clustering/")
    arguments = parser.parse_args()
    sets = encoded_sets(arguments.data, arguments.work)
    fitted = {name: _fitted(found) for name, found in sets.items()}
    result = {}
    print(f"{'left out':12}{'precision':>10}{'recall':>8}{'F1':>8}{'TF-IDF':>8}")
    for name in LABELLED:
        model = fit({other: found for other, found in fitted.items() if other != name})
        score, plain = scored(fitted[name], model), baseline(sets[name].batches, sets[name].weights)[1]
        print(f"{name:12}{score.precision:10.3f}{score.recall:8.3f}{score.f1:8.3f}{plain.f1:8.3f}")
        result[name] = {"b3_f1": round(score.f1, 4), "baseline_b3_f1": round(plain.f1, 4)}
    model = fit(fitted)
    print({name: round(float(w), 3) for name, w in zip(FEATURES, model.weights, strict=True)}, model[1:])
    if arguments.write:
        write(model)
    print(json.dumps(result))


def fit(sets: Mapping[str, Sequence[Fitted]]) -> Model:
    """The weights and the threshold for these sets."""
    rows, together, worth = zip(*(_pairs(found) for found in sets.values()), strict=True)
    every = np.concatenate(rows)
    scale = every.std(axis=0) + 1e-6
    regression = LogisticRegression(max_iter=1000)
    regression.fit(every / scale, np.concatenate(together), sample_weight=np.concatenate(worth))
    prior = float(np.average(np.concatenate(together), weights=np.concatenate(worth)))
    model = Model(regression.coef_[0] / scale, float(regression.intercept_[0]), prior)
    return model._replace(threshold=_best_threshold(sets, model))


def scored(found: Sequence[Fitted], model: Model) -> Score:
    """How well a model groups a set."""
    gold: list[tuple[int, object]] = []
    groups: list[tuple[int, object]] = []
    for n, one in enumerate(found):
        odds = for_this_week(one.pairs.features @ model.weights + model.bias, model.prior)
        members = clusters(len(one.story), one.pairs, odds, model.threshold)
        group_of = {member: g for g, group in enumerate(members) for member in group}
        gold += [(n, passage.story) for passage in one.batch.passages]
        groups += [(n, -1 - p if at is None else group_of[at]) for p, at in enumerate(one.batch.place)]
    return b_cubed(numbered(gold), numbered(groups))


def write(model: Model) -> None:
    """Put the weights where the bot reads them."""
    path = Path(str(link_weights.__file__))
    written = "".join(f'    "{n}": {w:.3f},\n' for n, w in zip(FEATURES, model.weights, strict=True))
    code = re.sub(r"(?ms)(^WEIGHTS: .*? = \{\n).*?(^\})", lambda m: m[1] + written + m[2], path.read_text("utf-8"))
    code = re.sub(r"(?m)^(BIAS: Final = ).*$", rf"\g<1>{model.bias:.3f}", code)
    code = re.sub(r"(?m)^(PRIOR: Final = ).*$", rf"\g<1>{model.prior:.4f}", code)
    path.write_text(re.sub(r"(?m)^(THRESHOLD: Final = ).*$", rf"\g<1>{model.threshold:.3f}", code), "utf-8")


def _best_threshold(sets: Mapping[str, Sequence[Fitted]], model: Model) -> float:
    several = {name: found for name, found in sets.items() if SETS[name].several}
    worth = [1.0 if SETS[name].labelled else _MADE for name in several]
    means = [
        float(np.average([scored(found, model._replace(threshold=t)).f1 for found in several.values()], weights=worth))
        for t in map(float, THRESHOLDS)
    ]
    return float(THRESHOLDS[int(np.argmax(means))])


def _pairs(found: Sequence[Fitted]) -> tuple[Numbers, npt.NDArray[np.bool_], Numbers]:
    """The features of a set's labelled pairs, whether each is one story, and what it weighs."""
    rows, together, worth = [], [], []
    for _, pairs, story in found:
        labelled = (story[pairs.one] >= 0) & (story[pairs.other] >= 0)
        one, other = story[pairs.one[labelled]], story[pairs.other[labelled]]
        sizes = np.bincount(story[story >= 0])
        rows.append(pairs.features[labelled].astype(np.float64))
        together.append(one == other)
        worth.append(np.where(one == other, 1.0 / sizes[one], _APART / sizes.sum()))
    weights = np.concatenate(worth)
    return np.concatenate(rows), np.concatenate(together), weights / weights.sum() * 1000.0


def _fitted(found: StorySet) -> list[Fitted]:
    result = []
    for batch in found.batches:
        number: dict[str, int] = {}
        story = np.full(len(batch.items), -1, dtype=np.intp)
        for passage, at in zip(batch.passages, batch.place, strict=True):
            label = number.setdefault(passage.story, len(number))
            if at is not None:
                story[at] = label
        result.append(Fitted(batch, pairs_of(features_of(batch.items, found.weights)), story))
    return result


def encoded_sets(data: Path, work: Path | None) -> dict[str, StorySet]:
    """The sets, encoded once where there is a file to keep them in."""
    kept: dict[str, Sequence[Batch]] = {}
    if work and work.exists():
        kept = pickle.loads(work.read_bytes())  # written below, by this program
    sets = everything(data, open_encoder(IngestSettings.load()), kept)
    if work and not kept:
        work.write_bytes(pickle.dumps({name: found.batches for name, found in sets.items()}))
    return sets


if __name__ == "__main__":
    main()
