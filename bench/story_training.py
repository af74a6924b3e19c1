"""The sets by which merging is fitted and tested, encoded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from bench.story_items import Batch, batch_of_articles, batch_of_passages, idf
from bench.story_made import feed_quarters, halves
from bench.story_sets import (
    FEBRUARY,
    LABELS,
    Passage,
    copies,
    labelled_lines,
    lines,
    recap_passages,
    stories_items,
    weeks,
)
from bot.digest.clustering.features import Weights
from ingest.embedding.encoders import Encoder


class StorySet(NamedTuple):
    """Batches that are clustered each on its own, and the idf of their corpus."""

    batches: Sequence[Batch]
    weights: Weights


class Kind(NamedTuple):
    """`labelled`: by reading, not made; `several`: it tells stories more than once."""

    passages: Callable[[Path], list[list[Passage]]]
    corpus: str = ""
    labelled: bool = True
    several: bool = True


def everything(data: Path, encoder: Encoder, kept: Mapping[str, Sequence[Batch]]) -> dict[str, StorySet]:
    """All sets out of a folder; `kept` has batches that were encoded before."""
    return {name: _story_set(name, kind, data, encoder, kept.get(name)) for name, kind in SETS.items()}


def _story_set(name: str, kind: Kind, data: Path, encoder: Encoder, kept: Sequence[Batch] | None) -> StorySet:
    if not kind.corpus:
        batches = kept or [batch_of_passages(passages, encoder) for passages in kind.passages(data)]
        return StorySet(batches, idf(p.text for batch in batches for p in batch.passages))
    corpus = _corpus(data, kind.corpus)
    batches = kept or [batch_of_articles(passages, corpus, encoder) for passages in kind.passages(data)]
    return StorySet(batches, idf(s for line in corpus.values() for s in line["text"].splitlines() if s.strip()))


def _corpus(data: Path, folder: str) -> dict[str, dict[str, Any]]:
    return {line["url"]: line for line in lines(data / folder / "corpus.jsonl")}


def _june(data: Path) -> list[list[Passage]]:
    return weeks(recap_passages(LABELS, _corpus(data, "news_qa")))


def _february(data: Path) -> list[list[Passage]]:
    return weeks(recap_passages(FEBRUARY, _corpus(data, "news_qa2")))


def _scoop(data: Path) -> list[list[Passage]]:
    passages = stories_items(data / "stories" / "scoop")
    twice = [copy for copy, _ in copies(passages)]
    return [[passage for passage in passages if all(passage is not copy for copy in twice)]]


def _general(data: Path) -> list[list[Passage]]:
    return [labelled_lines(data / "stories_news" / "stories.jsonl")]


def _feeds(data: Path) -> list[list[Passage]]:
    """Each quarter as if it were one week, so that nothing is told apart by its date alone."""
    return [_in_a_week(quarter) for quarter in feed_quarters(data / "feeds")]


def _halves(data: Path) -> list[list[Passage]]:
    articles: Iterable[dict[str, Any]] = (*_corpus(data, "news_qa").values(), *_corpus(data, "news_qa2").values())
    passages = halves(line for line in articles if line["source"] != "AINews")
    return [[passage._replace(published_at=passages[0].published_at) for passage in passages]]


def _in_a_week(passages: Sequence[Passage]) -> list[Passage]:
    first = min(passage.published_at for passage in passages)
    return [p._replace(published_at=first + (p.published_at - first) % timedelta(days=7)) for p in passages]


SETS = {
    "june": Kind(_june, "news_qa"),
    "february": Kind(_february, "news_qa2"),
    "scoop": Kind(_scoop, several=False),
    "general": Kind(_general),
    "feeds": Kind(_feeds, labelled=False, several=False),
    "halves": Kind(_halves, labelled=False),
}
LABELLED = tuple(name for name, kind in SETS.items() if kind.labelled)
