"""What the gallery's messages are made from: a corpus of the sample articles, the bot's own services over it, and
scripted language models. The command that imports this puts the repository's root on the module path first."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.answering.answerer import Answerer
from bot.answering.claims.checker import Check, Checker
from bot.answering.models import Answer, Question
from bot.digest.digester import Digester
from bot.digest.models import Digest, Order, Story
from bot.digest.segmenting.items import items_of
from bot.llm.language_model import Completion, JsonSchema, LanguageModel, Message, Usage
from bot.llm.openai_model import OpenAIModel
from bot.services import source_phrases
from bot.services.source_records import ListedSource
from bot.services.sources import SourceService
from bot.settings import BotSettings
from bot.watch.joining import findings
from bot.watch.matching import WatchIndex
from bot.watch.models import Wanted
from bot.watch.telling import story_of
from bot.wiring.answering import make_answerer, make_digester
from ingest.catalogue.alarms import Alarm
from ingest.catalogue.whole_articles import whole_articles
from ingest.errors import FailureKind, FetchError
from ingest.models import SAMPLE_SCOPE, SHARED_SCOPE, View
from ingest.parse.documents import ParsersHere
from ingest.reading.registry import SAMPLES, Registry
from ingest.sources.models import NO_OVERRIDES, SourceKind, Success
from ingest.wiring import open_corpus, open_fetcher

NOW = datetime(2025, 12, 6, 9, tzinfo=UTC)
MONTHS_LATER = NOW + timedelta(days=350)
SCOPES = (SHARED_SCOPE, SAMPLE_SCOPE)
GUILD = "1"
DISAGREEING = (
    (
        "Wire Notes (sample)",
        "2025-12-03",
        "Robots under ships find investors",
        "Harbor AI raised $120 million in a round led by Meridian Capital. Its robots inspect hulls under water.",
    ),
    (
        "Funding Desk (sample)",
        "2025-12-05",
        "Harbor AI closes its first round",
        "Harbor AI raised $150 million in a round led by Meridian Capital. A factory in Rotterdam comes next.",
    ),
)
"""Publisher, day, title and text of articles that the samples lack: two that tell different figures of one thing."""
FEEDS = (
    ("https://example.org/labs/rss", "Lab Notes", 18, None),
    ("https://example.com/ai/feed", "Compute Weekly", 7, FailureKind.SERVER_ERROR),
    ("https://example.net/evals/atom", "", 0, None),
    ("https://huggingface.co/blog/feed.xml", "Hugging Face - Blog", 64, None),
    ("https://simonwillison.net/atom/everything/", "Simon Willison's Weblog", 212, None),
)
"""Address, title, articles and failure of sources; the first three are the server's own, one of them never read."""
OWN = 3
TROUBLES = (
    ("https://example.org/notes/rss", "Evaluation Notes", None, ""),
    ("https://example.com/robots.xml", "Robots Weekly", FailureKind.SERVER_ERROR, "the server failed (HTTP 503)"),
    ("https://example.net/old.xml", "The Old Lab Blog", FailureKind.GONE, "it was removed for good (HTTP 410)"),
)
"""Address, title, failure and its cause of sources that raise alarms; no failure: one that falls silent."""


class Scripted:
    """A language model that says what it was told to, and points at the sentences that hold the words beside it."""

    def __init__(self, *statements: tuple[str, str]) -> None:
        self.statements = statements

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: JsonSchema | None,
        max_tokens: int,
        timeout_s: float,
        heard: Callable[[str], None] | None = None,
    ) -> Completion:
        lines = re.findall(r"^\[(\d+)\] (.*)$", messages[1].content, re.MULTILINE)
        said = [
            {"text": text, "evidence": [int(n) for n, line in lines if words in line][:1]}
            for text, words in self.statements
        ]
        return Completion(json.dumps({"found": True, "statements": said}), "stop", Usage(), "scripted")


def unreachable() -> LanguageModel:
    """A language model on a port (discard, RFC 863) where nothing listens."""
    return OpenAIModel(model="gone", api_key="none", base_url="http://127.0.0.1:9/v1")


@dataclass(frozen=True, slots=True)
class Stage:
    """The bot's services over the sample articles."""

    settings: BotSettings
    answerer: Answerer
    digester: Digester
    registry: Registry

    def answer(self, text: str, at: datetime = NOW, model: LanguageModel | None = None) -> Answer:
        return replace(self.answerer, model=model).answer(Question(text, at, scopes=SCOPES))

    def check(self, text: str) -> Check:
        return Checker(self.answerer.catalogue, self.answerer.search).check(Question(text, NOW, scopes=SCOPES))

    def digest(self) -> Digest:
        return self.digester.digest(Order.of_days(7, NOW, (SAMPLE_SCOPE,)))

    def watched(self, wanted: Wanted) -> list[Story]:
        """What a watch tells of the samples, in their order."""
        search, view = self.digester.search, View(NOW, SCOPES)
        items = items_of(whole_articles(self.digester.catalogue.database, view, search.model, 100))
        matches = WatchIndex((wanted,), search.encode, search.weights).matches(items)
        return [story_of(finding, search.weights) for finding in findings(matches, (), search.weights)]

    def sources(self) -> list[ListedSource]:
        """`FEEDS` as /source list shows them: registered and read as told, with the phrases of the health report."""
        sources = self.registry.catalogue.sources
        for n, (address, title, articles, failure) in enumerate(FEEDS):
            sources.add(address, SourceKind.FEED, NO_OVERRIDES, GUILD if n < OWN else SHARED_SCOPE, NOW)
            source = sources.get(address)
            if failure:
                error = FetchError(failure, "cannot read", address, "HTTP 503 Service Unavailable")
                sources.record_failure(source, error, NOW, NOW)
            elif articles:
                sources.record_success(source, Success(NOW, NOW, found_new=True, title=title))
        return [self._listed(n, *feed[:3]) for n, feed in enumerate(FEEDS)]

    def _listed(self, n: int, address: str, title: str, articles: int) -> ListedSource:
        source = self.registry.catalogue.sources.get(address)
        health, news = source_phrases.health(source, NOW), source.new_item_at
        shown = ListedSource(source.id, address, title, source.kind.value, articles, health, n >= OWN)
        advice = "" if n >= OWN else source_phrases.advice(source, NOW)
        failing = source.failures > 0
        return replace(shown, failing=failing, advice=advice, checked_at=source.checked_at, new_item_at=news)

    def alarms(self) -> list[Alarm]:
        """Alarms of the server's own sources, in the order in which they came: one of each kind."""
        for address, title, kind, why in TROUBLES:
            self._trouble(address, title, FetchError(kind, "cannot read", address, why) if kind else None)
        return self.registry.catalogue.alarms.after(0, GUILD)

    def _trouble(self, address: str, title: str, failure: FetchError | None) -> None:
        """Well at first, then silence or failures for two days; the server that failed comes back."""
        sources, began = self.registry.catalogue.sources, NOW - timedelta(days=40)
        sources.add(address, SourceKind.FEED, NO_OVERRIDES, GUILD, began)
        source = sources.get(address)
        sources.record_success(source, Success(began, began, found_new=True, title=title))
        for hours in range(0, 49, 12):
            at = NOW - timedelta(hours=60 - hours)
            if failure is None:
                sources.record_success(sources.get(address), Success(at, at, found_new=False))
            elif sources.get(address).enabled:
                sources.record_failure(sources.get(address), failure, at, at)
        if failure is not None and sources.get(address).enabled:
            sources.record_success(sources.get(address), Success(NOW, NOW, found_new=True))

    def why(self, address: str) -> Sequence[str]:
        return SourceService(self.registry).why(address, SCOPES)


@contextmanager
def open_stage(data_dir: Path) -> Iterator[Stage]:
    """Read the articles into `data_dir` and open what answers over them."""
    settings = BotSettings.load(data_dir=data_dir, database_url="", chroma_url="", discord_token="", openai_model="")
    lines = data_dir / "disagreeing.jsonl"
    lines.write_text("".join(f"{json.dumps(article)}\n" for article in _disagreeing()), encoding="utf-8")
    for arguments in (["add", str(SAMPLES)], ["add", str(lines)], ["run", "--once"]):
        command = [sys.executable, "-m", "ingest", "--data-dir", str(data_dir), *arguments]
        subprocess.run(command, env=os.environ | {"DATABASE_URL": "", "CHROMA_URL": ""}, check=True, stdout=sys.stderr)
    with open_corpus(settings, "gallery") as corpus, open_fetcher(settings) as fetcher:
        answerer, digester = make_answerer(settings, corpus), make_digester(settings, corpus)
        yield Stage(settings, answerer, digester, Registry(corpus.catalogue, fetcher, ParsersHere()))


def _disagreeing() -> Iterator[dict[str, str]]:
    for n, (source, published, title, text) in enumerate(DISAGREEING):
        url = f"https://example.org/harbor-ai/{n}"
        yield {"url": url, "title": title, "source": source, "published_at": published, "text": text}
