"""Fits when an item is about a topic, and when a watch has told a story: `python bench/fit_watch.py --data FOLDER`.

FOLDER holds what bench/fit_stories.py takes. Topics are the questions of news_qa and news_qa2: an item is about one if
it holds the evidence that answers it; a question without an answer is a topic that no item is about. The features of
`bot.watch.matching` are weighed by logistic regression, and the threshold is the one with the best F0.5 (precision
counts double): a false alarm annoys, and what is missed stands in the digest. Reported is each corpus when it was left
out.

A watch tells an item no more if the digest's log odds that it and an item before it are one story are above `SAME`.
For that every labelled set is played in the order of its dates, as one watch that waits for everything. The threshold
is the lowest number of doubles and of stories that were wrongly kept back, a double counting three times: a reader who
is told twice loses trust. With --write the numbers are put into bot/watch/topic_weights.py. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import pickle
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from bench.news import overlaps
from bench.story_items import idf, whole_article
from bench.story_sets import lines
from bench.story_training import LABELLED, SETS, StorySet, everything
from bot.digest.clustering.features import features_of
from bot.digest.clustering.linkage import log_odds, matrix_of
from bot.digest.clustering.pairs import pairs_of
from bot.digest.segmenting.items import Item, items_of
from bot.watch import topic_weights
from bot.watch.matching import FEATURES, Topics, text_of
from bot.watch.models import Kind, Wanted
from ingest.embedding.encoders import Encoder, open_encoder
from ingest.settings import IngestSettings

CORPORA = {"news_qa": ("questions.jsonl",), "news_qa2": ("questions-0.jsonl", "questions-1.jsonl", "questions-2.jsonl")}
SAME = np.linspace(-4.0, 3.0, 29)
_DOUBLE = 3.0
"""What a double counts beside a story that is wrongly kept back."""
_BETA = 0.5
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
    parser.add_argument("--work", type=Path, help="keeps what was encoded in this folder")
    parser.add_argument("--write", action="store_true", help="put the numbers into bot/watch/")
    arguments = parser.parse_args()
    encoder = open_encoder(IngestSettings.load())
    topics = _kept(arguments.work, "topics", lambda: {n: topical(arguments.data, n, encoder) for n in CORPORA})
    result: dict[str, Any] = {}
    for name in CORPORA:
        model = fit([found for other, found in topics.items() if other != name])
        result[name] = measured(topics[name], model)
        print(f"topics of {name}, left out: {result[name]}")
    sets = _kept(arguments.work, "stories", lambda: everything(arguments.data, encoder, {}), batches=True)
    odds = {name: [_odds(sets[name], n) for n in range(len(sets[name].batches))] for name in _several()}
    for name in odds:
        same = best_same({other: found for other, found in odds.items() if other != name})
        told = told_once(odds[name], same)
        result[f"told once, {name}"] = told._asdict()
        print(f"told once, {name} left out, at {same:.2f}: {told}")
    model, same = fit(list(topics.values())), best_same(odds)
    print(model, same, {name: told_once(found, same) for name, found in odds.items()})
    if arguments.write:
        write(model, same)
    print(json.dumps(result))


def topical(data: Path, name: str, encoder: Encoder) -> Topical:
    """The topics of a corpus, each with all its items."""
    corpus = lines(data / name / "corpus.jsonl")
    items = items_of([whole_article(line, encoder) for line in corpus])
    weights = idf(s for line in corpus for s in line["text"].splitlines() if s.strip())
    asked = [line for file in CORPORA[name] for line in lines(data / name / file) if not line.get("history")]
    topics = Topics(
        [Wanted(n, Kind.TOPIC, line["question"]) for n, line in enumerate(asked)], encoder.encode_query, weights
    )
    rows = np.stack([topics.features(item)[0] for item in items])
    texts = [text_of(item) for item in items]
    about = np.array([[_answers(line, item, text) for line in asked] for item, text in zip(items, texts, strict=True)])
    return Topical(rows.reshape(-1, len(FEATURES)).astype(np.float64), about.ravel())


def _answers(question: Mapping[str, Any], item: Item, text: str) -> bool:
    return any(gold["url"] == item.article.url and overlaps(text, gold["evidence"]) for gold in question["gold"])


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
    """What one watch that waits for everything would tell of a set."""
    total = np.zeros(3, dtype=int)
    for alike, stories in batches:
        told: list[int] = []
        for n in range(len(stories)):
            if not n or alike[n, :n].max() < same:
                told.append(stories[n])
        total += len(told) - len(set(told)), len(set(stories) - set(told)), len(set(stories))
    return Told(*map(int, total))


def _odds(found: StorySet, n: int) -> tuple[Any, list[int]]:
    """The labelled items of a batch by date: the log odds of each two, and the story of each."""
    batch = found.batches[n]
    labels: dict[int, str] = {}
    for passage, at in zip(batch.passages, batch.place, strict=True):
        if at is not None:
            labels.setdefault(at, passage.story)
    order = sorted(labels, key=lambda at: (batch.items[at].effective_at, batch.items[at].id))
    chosen = [batch.items[at] for at in order]
    pairs = pairs_of(features_of(chosen, found.weights))
    number: dict[str, int] = {}
    stories = [number.setdefault(labels[at], len(number)) for at in order]
    return matrix_of(len(chosen), pairs, log_odds(pairs)), stories


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


def _kept(work: Path | None, name: str, make: Any, *, batches: bool = False) -> Any:
    """What was made before, or is made now; `batches`: a story set keeps its weights as a function, which cannot be."""
    path = work / f"{name}.pickle" if work else None
    if path is None or batches:
        return make()
    if not path.exists():
        work.mkdir(parents=True, exist_ok=True)  # type: ignore[union-attr]
        path.write_bytes(pickle.dumps(make()))
    return pickle.loads(path.read_bytes())  # written above, by this program


if __name__ == "__main__":
    main()
