"""Labelled sets that are made of material at hand, beside those labelled by reading.

- `feed_quarters`: the entries of seventeen feeds of labs and blogs, a batch for each quarter. A publisher seldom tells
  one event twice, so every entry is a story of its own unless titles agree: hard cases of one company on one day, of
  versions one after the other, and of short texts.
- `halves`: each long article as two reports of one event: its paragraphs dealt out in turn, the second half under its
  own first sentence instead of the title. What tells one story at length is alike in this way, whatever it is about.
"""

from __future__ import annotations

import calendar
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser  # type: ignore[import-untyped]

from bench.story_sets import Passage
from ingest.clock import parse_published
from ingest.models import Span
from ingest.text.sentences import split

_TAG = re.compile(r"<[^<>]*>")
_LETTERS = re.compile(r"[^\W_]+")
_SINCE = 2025
_LEAST_ENTRIES = 60
_LEAST_PARAGRAPHS, _PARAGRAPH_CHARS = 4, 80


def feed_quarters(folder: Path) -> list[list[Passage]]:
    """The entries of the feeds in a folder, a list for each quarter that has many."""
    by_quarter: dict[tuple[int, int], list[Passage]] = defaultdict(list)
    for path in sorted(folder.glob("*.xml")):
        for passage in entries(path):
            at = passage.published_at
            if at.year >= _SINCE:
                by_quarter[at.year, at.month // 4].append(passage)
    return [found for _, found in sorted(by_quarter.items()) if len(found) >= _LEAST_ENTRIES]


def halves(corpus: Iterable[Mapping[str, Any]]) -> list[Passage]:
    """Two passages for each article that is long enough."""
    return [half for line in corpus for half in _halves(line)]


def entries(path: Path) -> Iterator[Passage]:
    feed = feedparser.parse(path.read_bytes())
    for n, entry in enumerate(feed.entries):
        if not entry.get("published_parsed") or not entry.get("title"):
            continue
        at = datetime.fromtimestamp(calendar.timegm(entry.published_parsed), UTC)
        text = " ".join(_TAG.sub(" ", entry.get("summary", "")).split()) or entry.title
        story = "".join(_LETTERS.findall(entry.title.casefold()))
        yield Passage(f"{path.stem}:{n}", entry.title, text, Span(0, len(text)), at, story, True, path.stem)


def _halves(line: Mapping[str, Any]) -> Iterator[Passage]:
    paragraphs = [p for p in line["text"].split("\n\n") if len(p) >= _PARAGRAPH_CHARS and p[:1].isalpha()]
    if len(paragraphs) < _LEAST_PARAGRAPHS:
        return
    for n, (title, own) in enumerate(((line["title"], paragraphs[::2]), ("", paragraphs[1::2]))):
        text = "\n\n".join(own)
        yield Passage(
            f"{line['url']}#{n}", title or _first_sentence(own), text, Span(0, len(text)),
            parse_published(line["published_at"]), line["url"], True, f"{line['source']} {n}",
        )  # fmt: skip


def _first_sentence(paragraphs: Sequence[str]) -> str:
    first = paragraphs[0]
    return first[slice(*next(iter(split(first, Span(0, len(first))))))]
