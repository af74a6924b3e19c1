"""Fits how much a sentence reads as news: `python bench/fit_news.py --data FOLDER [--write]`.

FOLDER holds stories_news/, stories/, feeds/, news_qa/, news_qa2/ and qa_public/.
Three sets weigh the same, and so do news and the rest in each:

- general: titles and first sentences of 206 reports of general news; sentences from inside them, and of papers.
- feeds: titles in the feeds of AI labs; sentences of Paul Graham's essays, and of an encyclopaedia.
- links: titles of a week of AI news; sentences of two engineering blogs, and of an encyclopaedia.

A logistic regression over the vectors of the embedding model that the settings name. Reported is, for each set left
out, how often a piece of news scores above one of the rest (the area under the ROC curve). The weights that --write
puts into bot/digest/segmenting/news_weights.json are fitted on all sets. The last line is JSON.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

from bench.story_made import entries
from bench.story_sets import lines
from bot.digest.segmenting import news_score
from ingest.embedding.encoders import open_encoder
from ingest.models import Span
from ingest.settings import IngestSettings
from ingest.text.sentences import split

SETS = ("general", "feeds", "links")
ESSAYS, CHANGES = "feed_paulgraham", "feed_windsurf_changelog"
BLOGS = ("vLLM Blog", "EleutherAI Blog")
OTHER_TEXTS = {"covidqa": "general", "selqa": "feeds", "nq": "links"}
CHARS = range(25, 401)
INSIDE, OF_AN_ESSAY, OF_A_BLOG, OF_OTHERS = 8, 4, 12, 400
STRENGTH = 1.0
"""The inverse of the regularisation: sets left out gain little above it."""
Numbers = npt.NDArray[np.float32]


class Example(NamedTuple):
    """A sentence or title of a set, and whether it is news."""

    set: str
    is_news: bool
    text: str


def main() -> None:
    parser = argparse.ArgumentParser(description="Fit how much a sentence reads as news.")
    parser.add_argument("--data", type=Path, required=True, help="folder that holds the sets")
    parser.add_argument("--write", action="store_true", help="put the weights into bot/digest/segmenting/")
    arguments = parser.parse_args()
    found = list(examples(arguments.data, random.Random(7)))
    encoder = open_encoder(IngestSettings.load())
    vectors = encoder.encode([example.text for example in found])
    of_set = np.array([example.set for example in found])
    is_news = np.array([example.is_news for example in found])
    result = {}
    print(f"{'left out':10}{'news':>7}{'rest':>7}{'AUC':>8}")
    for name in SETS:
        out = of_set == name
        model = fit(vectors[~out], is_news[~out], of_set[~out])
        auc = float(roc_auc_score(is_news[out], model.decision_function(vectors[out])))
        print(f"{name:10}{is_news[out].sum():7}{(~is_news[out]).sum():7}{auc:8.3f}")
        result[name] = round(auc, 3)
    if arguments.write:
        write(fit(vectors, is_news, of_set), encoder.fingerprint.digest)
    print(json.dumps(result))


def fit(vectors: Numbers, is_news: npt.NDArray[np.bool_], of_set: npt.NDArray[np.str_]) -> LogisticRegression:
    """A regression in which every set weighs the same, and in it news as much as the rest."""
    worth = np.zeros(len(vectors))
    for name in set(of_set):
        for kind in (False, True):
            own = (of_set == name) & (is_news == kind)
            worth[own] = 1.0 / own.sum()
    return LogisticRegression(C=STRENGTH, max_iter=3_000).fit(vectors, is_news, sample_weight=worth / worth.mean())


def write(model: LogisticRegression, fingerprint: str) -> None:
    """Put the weights where the bot reads them."""
    weights = [round(float(weight), 3) for weight in model.coef_[0]]
    kept = {"model": fingerprint, "bias": round(float(model.intercept_[0]), 3), "weights": weights}
    path = Path(str(news_score.__file__)).with_name("news_weights.json")
    path.write_text(json.dumps(kept) + "\n", encoding="utf-8")


def examples(data: Path, drawn: random.Random) -> Iterator[Example]:
    """News and the rest, of all sets."""
    yield from _of_reports(data / "stories_news" / "stories.jsonl", drawn)
    yield from _of_feeds(data / "feeds", drawn)
    for line in lines(data / "stories" / "scoop" / "ground_truth" / "dedup_ground_truth_items.jsonl"):
        yield Example("links", True, line["title"])
    for folder in ("news_qa", "news_qa2"):
        for line in lines(data / folder / "corpus.jsonl"):
            if line["source"] in BLOGS:
                yield from _rest("links", sentences(line["text"]), OF_A_BLOG, drawn)
    for name, of_set in OTHER_TEXTS.items():
        with gzip.open(data / "qa_public" / f"{name}.passages.jsonl.gz", "rt", encoding="utf-8") as file:
            passages = [json.loads(line) for line in file]
        for passage in drawn.sample(passages, OF_OTHERS):
            yield from _rest(of_set, [s for s in passage["sentences"] if len(s) in CHARS], 1, drawn)


def sentences(text: str) -> list[str]:
    """Its sentences of a usual length, each on one line."""
    found = (" ".join(text[slice(*span)].split()) for span in split(text, Span(0, len(text))))
    return [sentence for sentence in found if len(sentence) in CHARS]


def _of_reports(path: Path, drawn: random.Random) -> Iterator[Example]:
    for line in lines(path):
        own = sentences(line["text"])
        if len(own) > 3:
            yield from (Example("general", True, line["title"]), Example("general", True, own[0]))
            yield from _rest("general", own[3:], INSIDE, drawn)


def _of_feeds(folder: Path, drawn: random.Random) -> Iterator[Example]:
    for path in sorted(folder.glob("*.xml")):
        for entry in entries(path):
            if path.stem == ESSAYS:
                yield from _rest("feeds", sentences(entry.body), OF_AN_ESSAY, drawn)
            elif path.stem != CHANGES:
                yield Example("feeds", True, entry.title)


def _rest(of_set: str, found: list[str], most: int, drawn: random.Random) -> Iterator[Example]:
    for sentence in drawn.sample(found, min(most, len(found))):
        yield Example(of_set, False, sentence)


if __name__ == "__main__":
    main()
