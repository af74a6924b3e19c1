"""Does the digest find events? Clusters labelled passages and counts what is wrongly apart and wrongly together.

    python bench/stories.py --data FOLDER      FOLDER holds stories/ and news_qa/
    python bench/stories.py --labelled FILE    any other set: {"id","title","text","published_at","story"} a line

`b3_f1` (Bagga and Baldwin, 1998) and `pair_f1` compare the digest's clusters with the labels of bench/data/stories.md:
the articles of a week are cut and clustered whole, as for a digest, and the labelled passages are looked up in the
result (about a minute). `baseline_b3_f1`, on the labelled passages alone, is average-link clustering of TF-IDF
cosines at the threshold that suits this very set best.
`false_merges` counts, on the items of stories/ with those of one address made one, how often clusters join items whose
labels differ; grouping by address alone is nearly perfect there, so it can show nothing else. Its labels keep apart
some pairs that tell of one event (the same airport closed, in two papers): bench/data/stories_read.json names them, and
`false_merges_by_reading` leaves them out. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from itertools import pairwise as neighbours
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.clustering import Labels, b_cubed, pairwise
from bot.digest.cutting import LEAD_SENTENCES
from bot.digest.events import clusters, events
from bot.digest.items import Item, items_of
from bot.digest.likeness import word_cosines
from bot.digest.signs import Weights
from ingest.corpus.catalogue.whole_articles import WholeArticle
from ingest.corpus.clock import parse_published
from ingest.corpus.embedding import Encoder, open_encoder
from ingest.corpus.models import ArticleCard, Span
from ingest.corpus.words import terms
from ingest.settings import IngestSettings
from ingest.text.chunk import embedding_text
from ingest.text.segment import sections
from ingest.text.sentences import split

_OPENING_CHARS = 800  # about the words of a first chunk
LABELS = Path(__file__).parent / "data" / "stories.jsonl"
READ = Path(__file__).parent / "data" / "stories_read.json"


class Passage(NamedTuple):
    """A labelled stretch of an article's text; `whole`: it stands for an article with one subject."""

    article: str
    title: str
    body: str
    span: Span
    published_at: datetime
    story: str
    whole: bool
    publisher: str = ""

    @property
    def text(self) -> str:
        return " ".join(self.body[slice(*self.span)].split())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with stories/ and news_qa/")
    parser.add_argument("--labelled", type=Path, help="a labelled set of your own instead of news_qa's")
    arguments = parser.parse_args()
    if not (arguments.data or arguments.labelled):
        parser.error("give --data or --labelled")
    encoder = open_encoder(IngestSettings.load())
    if arguments.labelled:
        batches = [_labelled_lines(arguments.labelled)]
        weights = _idf(passage.text for passage in batches[0])
        found = _joined(_clusters_of(_items(batch, encoder), weights) for batch in batches)
    else:
        corpus = {line["url"]: line for line in _lines(arguments.data / "news_qa" / "corpus.jsonl")}
        batches = _weeks(_news_passages(corpus))
        weights = _idf(line for article in corpus.values() for line in article["text"].splitlines() if line.strip())
        found = _joined(_looked_up(batch, corpus, weights, encoder) for batch in batches)
    report = _recall(batches, found, weights)
    if arguments.data:
        report |= _false_merges(arguments.data / "stories", encoder)
    print(json.dumps(report))


def _recall(batches: Sequence[Sequence[Passage]], found: Labels, weights: Weights) -> dict[str, Any]:
    gold = _numbered((n, p.story) for n, batch in enumerate(batches) for p in batch)
    cosines = [_tf_idf(batch, weights) for batch in batches]
    thresholds = [n / 100 for n in range(4, 80, 2)]
    baselines = {t: b_cubed(gold, _joined(_tf_idf_clusters(c, t) for c in cosines)) for t in thresholds}
    best = max(thresholds, key=lambda t: baselines[t].f1)
    ours, pairs = b_cubed(gold, found), pairwise(gold, found)
    print(f"{len(gold)} passages, {len(set(gold))} stories, found {len(set(found))}")
    print(f"{'':28}{'precision':>10}{'recall':>8}{'F1':>8}")
    for name, score in (("B3", ours), ("pairs", pairs), (f"B3, TF-IDF at {best:.2f}", baselines[best])):
        print(f"{name:28}{score.precision:10.3f}{score.recall:8.3f}{score.f1:8.3f}")
    report = {"b3_f1": ours, "pair_f1": pairs, "baseline_b3_f1": baselines[best]}
    return {name: round(score.f1, 4) for name, score in report.items()}


def _false_merges(folder: Path, encoder: Encoder) -> dict[str, int]:
    """How often a cluster joins items with different labels: its number of labels less one, summed."""
    passages = list(_scoop_items(folder / "scoop"))
    found = _clusters_of(_items(passages, encoder), _idf(p.text for p in passages))
    stories: dict[int, set[str]] = defaultdict(set)
    for passage, cluster in zip(passages, found, strict=True):
        stories[cluster].add(passage.story)
    titles = {passage.story: passage.title for passage in passages}
    same = {frozenset(pair["stories"]): pair["event"] for pair in json.loads(READ.read_text(encoding="utf-8"))}
    joined = [pair for labels in stories.values() for pair in neighbours(sorted(labels))]
    for one, other in joined:
        read = same.get(frozenset((one, other)))
        print(f"together: {titles[one]} | {titles[other]}: {f'one event by reading: {read}' if read else 'wrong'}")
    true = Counter(p.story for p in passages)
    kept = sum(len({c for p, c in zip(passages, found, strict=True) if p.story == s}) == 1 for s in true if true[s] > 1)
    print(f"{len(passages)} items: {kept} of {sum(n > 1 for n in true.values())} true merges found")
    return {
        "false_merges": len(joined),
        "false_merges_by_reading": sum(frozenset(pair) not in same for pair in joined),
    }


def _looked_up(
    passages: Sequence[Passage], corpus: Mapping[str, dict[str, Any]], weights: Weights, encoder: Encoder
) -> Labels:
    """For each passage the event of the item that it begins in; -1, -2... for what the digest left out."""
    articles = [_whole_article(corpus[url], encoder) for url in sorted({p.article for p in passages})]
    items = items_of(articles)
    event_of = _clusters_of(items, weights)
    found = []
    for n, passage in enumerate(passages):
        own = (event for item, event in zip(items, event_of, strict=True) if _holds(item, passage))
        found.append(next(own, -1 - n))
    return found


def _holds(item: Item, passage: Passage) -> bool:
    if item.article.url != passage.article:
        return False
    start = passage.span.end - len(passage.body[slice(*passage.span)].lstrip())
    return item.whole or any(span.start <= start < span.end for span in item.sentences)


def _whole_article(line: Mapping[str, Any], encoder: Encoder) -> WholeArticle:
    published, text = parse_published(line["published_at"]), line["text"]
    spans = tuple(span for section in sections(text) for span in section.sentences)
    vectors = encoder.encode([" ".join(text[slice(*span)].split()) for span in spans])
    opening = encoder.encode([embedding_text(line["title"], "", text[:_OPENING_CHARS], published)])[0]
    card = ArticleCard(line["url"], line["url"], line["title"], line["source"], None, published, 1)
    return WholeArticle(card, published, text, spans, vectors, opening)


def _clusters_of(items: Sequence[Item], weights: Weights) -> Labels:
    number_of = {item.id: n for n, event in enumerate(events(items, weights)) for item in event.items}
    return [number_of[item.id] for item in items]


def _tf_idf(passages: Sequence[Passage], weights: Weights) -> Any:
    documents = [terms(f"{p.title} {p.text}" if p.whole else p.text) for p in passages]
    return word_cosines(documents, weights(dict.fromkeys(term for document in documents for term in document)))


def _tf_idf_clusters(cosines: Any, threshold: float) -> Labels:
    members = clusters(cosines, threshold)
    cluster_of = {member: n for n, group in enumerate(members) for member in group}
    return [cluster_of[n] for n in range(len(cluster_of))]


def _items(passages: Sequence[Passage], encoder: Encoder) -> list[Item]:
    """The passages as the digest cuts articles."""
    spans = [tuple(split(passage.body, passage.span)) for passage in passages]
    vectors = encoder.encode([p.body[slice(*s)] for p, own in zip(passages, spans, strict=True) for s in own])
    openings = encoder.encode([embedding_text(p.title, "", p.text[:_OPENING_CHARS], p.published_at) for p in passages])
    first = 0
    found = []
    for n, (passage, own) in enumerate(zip(passages, spans, strict=True)):
        card = ArticleCard(passage.article, None, passage.title, passage.publisher, None, passage.published_at, 1)
        mine = vectors[first : first + len(own)]
        first += len(own)
        lead = min(LEAD_SENTENCES, len(own))
        found.append(
            Item(
                f"p{n:05}",
                card,
                passage.published_at,
                "",
                passage.body,
                own,
                mine,
                openings[n] if passage.whole else None,
                lead,
                place=0.0,
                whole=passage.whole,
            )
        )
    return found


def _news_passages(corpus: Mapping[str, dict[str, Any]]) -> list[Passage]:
    found = []
    for label in _lines(LABELS):
        url, span = label["url"], Span(label["start"], label["end"])
        article = corpus[url]
        published, whole = parse_published(article["published_at"]), "news.smol.ai" not in url
        found.append(Passage(url, article["title"], article["text"], span, published, label["story"], whole))
    return found


def _weeks(passages: Sequence[Passage]) -> list[list[Passage]]:
    ordered = sorted(passages, key=lambda p: p.published_at)
    return [list(week) for _, week in groupby(ordered, key=lambda p: p.published_at.isocalendar()[:2])]


def _labelled_lines(path: Path) -> list[Passage]:
    """Lines that share title and time are passages of one article, such as a daily recap; others are articles."""
    articles: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for line in _lines(path):
        articles[line.get("title") or line["id"], line["published_at"]].append(line)
    found = []
    for (title, published), lines in articles.items():
        body = "\n".join(line["text"] for line in lines)
        start = 0
        for line in lines:
            span = Span(start, start + len(line["text"]))
            start = span.end + 1
            whole = len(lines) == 1
            found.append(
                Passage(title + published, title, body, span, parse_published(published), line["story"], whole)
            )
    return found


def _scoop_items(folder: Path) -> Iterator[Passage]:
    """The items of stories/, those of one normalised address as one."""
    seen = set()
    for line in _lines(folder / "ground_truth" / "dedup_ground_truth_items.jsonl"):
        address = line["normalized_canonical_url"]
        if address in seen:
            continue
        seen.add(address)
        item = json.loads((folder / line["file"].removeprefix("testdata/")).read_text(encoding="utf-8"))
        text = item.get("body_text") or item["title"]
        published = parse_published(item["published_at"])
        span = Span(0, len(text))
        yield Passage(address, item["title"], text, span, published, line["story_gt_id"], True, line["source"])


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _idf(texts: Iterable[str]) -> Weights:
    """The idf of terms over these texts (Robertson and Sparck Jones, as in the corpus's BM25)."""
    documents = [set(terms(text)) for text in texts]
    frequency = Counter(term for document in documents for term in document)

    def weights(wanted: Iterable[str]) -> dict[str, float]:
        n = len(documents)
        return {t: math.log(1 + (n - frequency[t] + 0.5) / (frequency[t] + 0.5)) for t in wanted}

    return weights


def _numbered(keys: Iterable[object]) -> list[int]:
    numbers: dict[object, int] = {}
    return [numbers.setdefault(key, len(numbers)) for key in keys]


def _joined(parts: Iterable[Labels]) -> list[int]:
    return _numbered((n, label) for n, part in enumerate(parts) for label in part)


if __name__ == "__main__":
    main()
