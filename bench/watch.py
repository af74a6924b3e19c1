"""What 1,000 watches cost and tell over a month: `python bench/watch.py --data FOLDER [--work FOLDER]`.

FOLDER holds news_qa/ and feeds/. Their articles of June 2026 come in at their own times, through the bot's own
services on an SQLite catalogue; the vectors are made before. Half of the watches are for names (those that most
articles say), half for topics (bench/data/watch_topics.txt, and titles of articles of earlier months). Told is

- *doubles*: how often a watch told a story of bench/data/stories.jsonl again, but as new ("New: ...");
- *precision*: the share of what bench/data/watch_sample.jsonl says is rightly told (see watch_sample.md), on which
  topics are fitted; *unseen*: of watch_unseen.jsonl, on which nothing is;
- *seconds from read to told*: from the moment an article is in the catalogue with its vectors to the moment its message
  could be sent, without the wait for the next look (10 s);
- *cost*: milliseconds an article takes against all watches, and what is added where something is told.

`--sample FILE` writes what is told and not yet labelled, for labelling by hand; `--doubles` prints what is told again.
The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from bench.news import ingest
from bench.story_sets import lines
from bench.watch_told import SAMPLE, TOPICS, UNSEEN, Told, doubles, precision, print_doubles, write_sample
from bot.digest.segmenting.items import items_of
from bot.lexicon.names import find_names
from bot.services.claims import ClaimService
from bot.services.guilds import GuildService
from bot.services.schema import watch_stories, watches
from bot.services.watch_finder import WatchFinder
from bot.services.watch_rows import StoryState, WatchOptions, WatchOrder, restored
from bot.services.watches import WatchService
from bot.settings import BotSettings
from bot.watch.matching import WatchIndex
from bot.watch.models import Kind
from ingest.catalogue.schema import articles as article_rows
from ingest.catalogue.whole_articles import whole_articles
from ingest.clock import utc_now
from ingest.models import SHARED_SCOPE, View
from ingest.parse.feed import parse_feed
from ingest.wiring import Corpus, open_corpus

BEGIN, END = datetime(2026, 5, 31, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
WATCHES = 1_000
_STEP = timedelta(hours=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with news_qa/ and feeds/")
    parser.add_argument("--work", type=Path, help="keeps the ingested articles")
    parser.add_argument("--watches", type=int, default=WATCHES)
    parser.add_argument("--sample", type=Path, help="write what is told and not labelled into this file")
    parser.add_argument("--seed", type=int, default=18, help="by which the sample is drawn")
    parser.add_argument("--doubles", action="store_true", help="print what is told again")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="verbatim-bench-") as temporary:
        folder = arguments.work or Path(temporary)
        if not (folder / "catalogue.db").exists():
            _ingest(arguments.data, folder)
        with open_corpus(BotSettings.load(data_dir=folder), "bench") as corpus:
            _run(corpus, arguments)


def _run(corpus: Corpus, arguments: argparse.Namespace) -> None:
    play = _Play(corpus, arguments.watches)
    play.month()
    told = play.told()
    report = play.figures() | doubles(told) | precision(told, SAMPLE, "") | precision(told, UNSEEN, "unseen_")
    if arguments.sample:
        write_sample(told, arguments.sample, arguments.seed)
    if arguments.doubles:
        print_doubles(told)
    for name, value in report.items():
        print(f"{name:32}{value:>12}")
    print(json.dumps(report))


class _Play:
    """A month of articles against some watches, hour by hour."""

    def __init__(self, corpus: Corpus, number: int) -> None:
        self._corpus, self._database = corpus, corpus.catalogue.database
        self.now = BEGIN
        self._looks: list[tuple[int, float]] = []
        self._waits: list[float] = []
        self._watches = WatchService(corpus.catalogue, corpus.search.model, lambda: self.now)
        guilds, claims = GuildService(self._database), ClaimService(corpus.catalogue.leases)
        self._finder = WatchFinder(corpus.catalogue, corpus.search, self._watches, guilds, claims, lambda: self.now)
        self._all = whole_articles(self._database, View(END, (SHARED_SCOPE,)), corpus.search.model, 10_000)
        self._begin()
        self._ids = self._watch(number)

    def month(self) -> None:
        """Each hour what came in is looked at."""
        while self.now < END:
            self.now += _STEP
            due = self._come()
            begun = time.perf_counter()
            self._finder.look(lambda _: True)
            took = time.perf_counter() - begun
            if due:
                self._looks.append((due, took))
                self._waits += [took] * due

    def _come(self) -> int:
        """What was published within the hour is there now; how much that is."""
        new = (article_rows.c.effective_at > self.now - _STEP) & (article_rows.c.effective_at <= self.now)
        with self._database.write() as connection:
            return connection.execute(update(article_rows).where(new).values(first_fetched_at=self.now)).rowcount

    def told(self) -> list[Told]:
        """All that was told, in order."""
        wanted = select(watch_stories).where(watch_stories.c.state == StoryState.WAITING.value)
        with self._database.read() as connection:
            rows = connection.execute(wanted.order_by(watch_stories.c.id)).all()
        found = []
        for row in rows:
            story = restored(self._corpus.catalogue, row.story)
            if story is not None and row.watch_id in self._ids:
                quote, (kind, text) = story.quotes[0], self._ids[row.watch_id]
                week = row.found_at.isocalendar()[:2]
                found.append(Told(kind, text, quote.article.url or "", quote.start, story.title, quote.text, week))
        return found

    def figures(self) -> dict[str, float]:
        """What it cost: matching alone, and all of it with linking and writing."""
        count, took = sum(n for n, _ in self._looks), sum(s for _, s in self._looks)
        waits = sorted(self._waits)
        return {
            "articles": count,
            "watches": len(self._ids),
            **self._matching(),
            "look_ms_per_article": round(1000 * took / max(count, 1), 1),
            "read_to_told_s_p95": round(waits[int(0.95 * (len(waits) - 1))], 2),
        }

    def _matching(self) -> dict[str, float]:
        """Milliseconds for one article that was cut into items: looked up in all watches."""
        month = [a for a in self._all if BEGIN < a.effective_at <= END]
        wanted = tuple(watch.wanted for watch in self._watches.active(lambda _: True))
        index = WatchIndex(wanted, self._corpus.search.encode, self._corpus.search.weights)
        items = items_of(month)
        index.matches(items[:10])
        begun = time.perf_counter()
        index.matches(items)
        took = 1000 * (time.perf_counter() - begun)
        return {
            "items_per_article": round(len(items) / len(month), 1),
            "match_ms_per_article": round(took / len(month), 2),
            "match_ms_per_item": round(took / len(items), 3),
        }

    def _begin(self) -> None:
        """Nothing that counts as news is there yet, and no watch."""
        with self._database.write() as connection:
            long_ago = BEGIN - timedelta(days=1_000)
            connection.execute(update(article_rows).values(first_fetched_at=long_ago))
            connection.execute(watch_stories.delete())
            connection.execute(watches.delete())

    def _watch(self, number: int) -> dict[int, tuple[str, str]]:
        """Half of them for names, half for topics; by id the kind and the text of each."""
        names, topics = _names(self._all, number // 2), _topics(self._all, number - number // 2)
        made: dict[int, tuple[str, str]] = {}
        for kind, text in (*((Kind.WORDS, n) for n in names), *((Kind.TOPIC, t) for t in topics)):
            order = WatchOrder(SHARED_SCOPE, f"{len(made)}", 1, kind, text, WatchOptions(most=1_000))
            watch = self._watches.confirm(self._watches.propose(order).id)
            assert watch is not None
            made[watch.id] = (kind.value, text)
        return made


def _names(all_articles: Sequence[Any], number: int) -> list[str]:
    """Names as people would write them, those that most articles say first, each with its commonest spelling."""
    said: Counter[str] = Counter()
    for article in all_articles:
        said.update({name for name in _capitals(article.text)})
    return [name for name, _ in sorted(said.items(), key=lambda pair: (-pair[1], pair[0]))[:number]]


def _capitals(text: str) -> Iterator[str]:
    for sentence in text.splitlines():
        yield from (name.text for name in find_names(sentence) if len(name.text) > 2)


def _topics(all_articles: Sequence[Any], number: int) -> list[str]:
    """The written topics, then titles of articles of other months."""
    written = [line for line in TOPICS.read_text("utf-8").splitlines() if line.strip()]
    titles = dict.fromkeys(a.card.title for a in all_articles if a.effective_at <= BEGIN and len(a.card.title) > 25)
    return [*written, *titles][:number]


def _ingest(data: Path, folder: Path) -> None:
    """news_qa and the feeds, without their pages."""
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "news.jsonl"
        rows = [*lines(data / "news_qa" / "corpus.jsonl"), *_entries(data / "feeds")]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
        ingest(path, folder)


def _entries(feeds: Path) -> Iterator[dict[str, Any]]:
    """The entries of the feeds as articles: what the feed itself says of them."""
    for path in sorted(feeds.glob("*.xml")):
        feed = parse_feed(path.read_bytes(), url=f"https://{path.stem}.example/feed")
        for item in feed.items:
            text = item.text or item.title
            if item.url and item.published_at and item.published_at <= utc_now():
                yield {
                    "url": item.url, "title": item.title, "source": feed.title or path.stem,
                    "published_at": item.published_at.isoformat(), "text": text,
                }  # fmt: skip


if __name__ == "__main__":
    main()
