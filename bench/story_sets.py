"""The labelled sets of bench/stories.py as passages: news_qa's weeks, stories/ and sets of one's own."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from ingest.clock import parse_published
from ingest.models import Span
from ingest.text.duplicates import is_same_text

LABELS = Path(__file__).parent / "data" / "stories.jsonl"
"""Passages of news_qa."""
FEBRUARY = Path(__file__).parent / "data" / "stories_february.jsonl"
"""Passages of news_qa2."""
_EXCERPT_CHARS = 199
"""The articles of stories/ are cut here: after 200 characters, less the space at which some of them end."""


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


def recap_passages(labels: Path, corpus: Mapping[str, dict[str, Any]]) -> list[Passage]:
    """The labelled passages of a corpus; `corpus`: its articles by address."""
    found = []
    for label in lines(labels):
        url, span = label["url"], Span(label["start"], label["end"])
        article = corpus[url]
        published, whole = parse_published(article["published_at"]), "news.smol.ai" not in url
        found.append(Passage(url, article["title"], article["text"], span, published, label["story"], whole))
    return found


def weeks(passages: Sequence[Passage]) -> list[list[Passage]]:
    """The passages of each calendar week."""
    ordered = sorted(passages, key=lambda p: p.published_at)
    return [list(week) for _, week in groupby(ordered, key=lambda p: p.published_at.isocalendar()[:2])]


def labelled_lines(path: Path) -> list[Passage]:
    """Lines that share title and time are passages of one article, such as a daily recap; others are articles."""
    articles: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for line in lines(path):
        articles[line.get("title") or line["id"], line["published_at"]].append(line)
    found = []
    for (title, published), own in articles.items():
        body = "\n".join(line["text"] for line in own)
        at, whole = parse_published(published), len(own) == 1
        start = 0
        for line in own:
            span = Span(start, start + len(line["text"]))
            start = span.end + 1
            found.append(Passage(title + published, title, body, span, at, line["story"], whole))
    return found


def stories_items(folder: Path) -> list[Passage]:
    """The items of stories/, those of one normalised address as one."""
    found: dict[str, Passage] = {}
    for line in lines(folder / "ground_truth" / "dedup_ground_truth_items.jsonl"):
        address = line["normalized_canonical_url"]
        if address in found:
            continue
        item = json.loads((folder / line["file"].removeprefix("testdata/")).read_text(encoding="utf-8"))
        text = item.get("body_text") or item["title"]
        published = parse_published(item["published_at"])
        span = Span(0, len(text))
        found[address] = Passage(
            address, item["title"], text, span, published, line["story_gt_id"], True, line["source"]
        )
    return list(found.values())


def copies(passages: Sequence[Passage]) -> Iterator[tuple[Passage, Passage]]:
    """The passages that the ingest would store as a further address of an earlier one, each with that one.

    The ingest compares whole texts and passes over short ones. Here there are only beginnings, so those that were cut
    are compared, with the same function; what is short because there is no more of it is passed over here as well.
    """
    kept: list[Passage] = []
    for passage in passages:
        if len(passage.body) < _EXCERPT_CHARS:
            continue
        original = next((other for other in kept if is_same_text(other.body, passage.body)), None)
        if original is None:
            kept.append(passage)
        else:
            yield passage, original


def lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
