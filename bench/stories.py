"""Does the digest find events? Clusters labelled passages and counts what is wrongly apart and wrongly together.

    python bench/stories.py --data FOLDER      FOLDER holds stories/ and news_qa/
    python bench/stories.py --labelled FILE    any other set: {"id","title","text","published_at","story"} a line
    python bench/stories.py --data FOLDER --thresholds      and what other thresholds would give (two minutes more)

The weights were fitted on the first of these sets, among others: bench/fit_stories.py says how each does when left out.

`b3_f1` (Bagga and Baldwin, 1998) and `pair_f1` compare the digest's clusters with the labels of bench/data/stories.md:
the articles of a week are cut and clustered whole, as for a digest, and the labelled passages are looked up in the
result (about a minute). `baseline_b3_f1`, on the labelled passages alone, is average-link clustering of TF-IDF
cosines at the threshold that suits this very set best.
`false_merges` counts, on the items of stories/ with those of one address made one, how often clusters join items whose
labels differ; grouping by address alone is nearly perfect there, so it can show nothing else. What the ingest stores
once, under two addresses, is one item too. The labels keep apart some pairs that tell of one event (the same airport
closed, in two papers): bench/data/stories_read.json names them, and `false_merges_by_reading` leaves them out. The
last line is JSON.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations
from itertools import pairwise as neighbours
from pathlib import Path
from typing import Any, NamedTuple

from bench.clustering import Labels, b_cubed, pairwise
from bench.story_baseline import baseline
from bench.story_items import Batch, batch_of_articles, batch_of_passages, idf, numbered
from bench.story_sets import LABELS, Passage, copies, labelled_lines, lines, recap_passages, stories_items, weeks
from bot.digest.clustering.features import Weights, features_of
from bot.digest.clustering.link_weights import THRESHOLD
from bot.digest.clustering.linkage import MOST, log_odds, matrix_of
from bot.digest.clustering.pairs import pairs_of
from ingest.embedding.encoders import Encoder, open_encoder
from ingest.settings import IngestSettings

READ = Path(__file__).parent / "data" / "stories_read.json"
_THRESHOLDS = (-0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with stories/ and news_qa/")
    parser.add_argument("--labelled", type=Path, help="a labelled set of your own instead of news_qa's")
    parser.add_argument("--thresholds", action="store_true", help="print what other thresholds would give")
    arguments = parser.parse_args()
    if not (arguments.data or arguments.labelled):
        parser.error("give --data or --labelled")
    encoder = open_encoder(IngestSettings.load())
    recall = (
        _Recall.labelled(arguments.labelled, encoder) if arguments.labelled else _Recall.news(arguments.data, encoder)
    )
    report: dict[str, Any] = _recall(recall)
    apart = _Apart.of(arguments.data / "stories" / "scoop", encoder) if arguments.data else None
    if apart:
        report |= _false_merges(apart)
    if arguments.thresholds:
        _thresholds(recall, apart)
    print(json.dumps(report))


class _Recall(NamedTuple):
    """The set that shows what is wrongly apart: batches that are clustered each on its own."""

    batches: Sequence[Batch]
    weights: Weights

    @classmethod
    def labelled(cls, path: Path, encoder: Encoder) -> _Recall:
        passages = labelled_lines(path)
        return cls([batch_of_passages(passages, encoder)], idf(p.text for p in passages))

    @classmethod
    def news(cls, data: Path, encoder: Encoder) -> _Recall:
        corpus = {line["url"]: line for line in lines(data / "news_qa" / "corpus.jsonl")}
        weights = idf(line for article in corpus.values() for line in article["text"].splitlines() if line.strip())
        return cls(
            [batch_of_articles(week, corpus, encoder) for week in weeks(recap_passages(LABELS, corpus))], weights
        )

    def gold(self) -> Labels:
        return numbered((n, p.story) for n, batch in enumerate(self.batches) for p in batch.passages)

    def found(self, threshold: float = THRESHOLD) -> Labels:
        return _joined(batch.found(self.weights, threshold) for batch in self.batches)


class _Apart(NamedTuple):
    """The set that shows what is wrongly together."""

    batch: Batch
    weights: Weights
    copies: Sequence[tuple[Passage, Passage]]

    @classmethod
    def of(cls, folder: Path, encoder: Encoder) -> _Apart:
        passages = stories_items(folder)
        twice = list(copies(passages))
        left = [passage for passage in passages if all(passage is not copy for copy, _ in twice)]
        return cls(batch_of_passages(left, encoder), idf(p.text for p in left), twice)

    def merges(self, threshold: float = THRESHOLD) -> list[tuple[str, str]]:
        """The pairs of labels that clusters join: for each cluster its number of labels less one."""
        stories: dict[int, set[str]] = defaultdict(set)
        for passage, cluster in zip(self.batch.passages, self.batch.found(self.weights, threshold), strict=True):
            stories[cluster].add(passage.story)
        return [pair for labels in stories.values() for pair in neighbours(sorted(labels))]

    def true_merges(self, threshold: float = THRESHOLD) -> tuple[int, int]:
        """How many of the stories with several items are found whole, and how many there are."""
        clusters_of: dict[str, list[int]] = defaultdict(list)
        for passage, cluster in zip(self.batch.passages, self.batch.found(self.weights, threshold), strict=True):
            clusters_of[passage.story].append(cluster)
        several = [found for found in clusters_of.values() if len(found) > 1]
        return sum(len(set(found)) == 1 for found in several), len(several)

    def odds(self) -> dict[frozenset[str], float]:
        """For each two labels the log odds of their most similar items; one label: its own."""
        pairs = pairs_of(features_of(self.batch.items, self.weights))
        alike = matrix_of(len(self.batch.items), pairs, log_odds(pairs))
        found: dict[frozenset[str], float] = {}
        for (n, one), (m, other) in combinations(enumerate(self.batch.passages), 2):
            pair = frozenset((one.story, other.story))
            found[pair] = max(found.get(pair, -MOST), float(alike[n, m]))
        return found


def _recall(recall: _Recall) -> dict[str, Any]:
    gold, found = recall.gold(), recall.found()
    best, plain = baseline(recall.batches, recall.weights)
    ours, pairs = b_cubed(gold, found), pairwise(gold, found)
    print(f"{len(gold)} passages, {len(set(gold))} stories, found {len(set(found))}")
    print(f"{'':28}{'precision':>10}{'recall':>8}{'F1':>8}")
    for name, score in (("B3", ours), ("pairs", pairs), (f"B3, TF-IDF at {best:.2f}", plain)):
        print(f"{name:28}{score.precision:10.3f}{score.recall:8.3f}{score.f1:8.3f}")
    scores = {"b3_f1": ours, "pair_f1": pairs, "baseline_b3_f1": plain}
    return {name: round(score.f1, 4) for name, score in scores.items()}


def _false_merges(apart: _Apart) -> dict[str, int]:
    titles = {passage.story: passage.title for passage in apart.batch.passages}
    for copy, original in apart.copies:
        print(f"stored once: {copy.title} | {original.title}")
    read, alike, joined = _read(), apart.odds(), apart.merges()
    for pair in joined:
        event = read.get(frozenset(pair))
        told = f"one event by reading: {event}" if event else "wrong"
        print(f"together at {alike[frozenset(pair)]:.2f}: {' | '.join(titles[story] for story in pair)}: {told}")
    kept, several = apart.true_merges()
    items = len(apart.batch.passages)
    print(f"{items + len(apart.copies)} items, {items} texts: {kept} of {several} true merges found")
    wrong = sum(frozenset(pair) not in read for pair in joined)
    return {"copies": len(apart.copies), "false_merges": len(joined), "false_merges_by_reading": wrong}


def _thresholds(recall: _Recall, apart: _Apart | None) -> None:
    """What the digest would give with another threshold on the mean log odds of items."""
    gold, read = recall.gold(), _read()
    print(f"{'odds':>6}{'B3':>7}{'pairs':>7}{'false merges':>14}{'by reading':>12}{'one event, together':>21}")
    for threshold in _THRESHOLDS:
        found = recall.found(threshold)
        joined = [frozenset(pair) for pair in apart.merges(threshold)] if apart else []
        wrong = sum(pair not in read for pair in joined)
        kept = apart.true_merges(threshold)[0] if apart else 0
        print(
            f"{threshold:6.2f}{b_cubed(gold, found).f1:7.3f}{pairwise(gold, found).f1:7.3f}"
            f"{len(joined):14}{wrong:12}{kept + len(joined) - wrong:21}"
        )


def _read() -> dict[frozenset[str], str]:
    """Pairs of labels that are one event by reading."""
    return {frozenset(pair["stories"]): pair["event"] for pair in json.loads(READ.read_text(encoding="utf-8"))}


def _joined(parts: Iterable[Labels]) -> list[int]:
    return numbered((n, label) for n, part in enumerate(parts) for label in part)


if __name__ == "__main__":
    main()
