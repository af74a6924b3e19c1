"""Small real services whose results can be worked out by hand."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.answering.models import Answer, Question
from bot.digest.models import Digest
from bot.services import ListedSource, Services
from ingest.corpus.catalogue.sources import SourceKind
from ingest.errors import FailureKind, FetchError, NotFoundError
from ingest.registry import Preview, Registered
from tests.bot.examples import CARD, abstention, answer, digest, quote


class Echo:
    """Answers every question by quoting it; "pancakes" is beyond it, "crash" is a bug, "slow" waits for `gate`."""

    def __init__(self) -> None:
        self.asked: list[Question] = []
        self.working = threading.Event()
        self.gate = threading.Event()
        self.has_articles = True

    def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        self.working.set()
        if "crash" in question.text:
            raise RuntimeError(f"secret words: {question.text}")
        if "slow" in question.text:
            self.gate.wait(10)
        if "pancakes" in question.text or not self.has_articles:
            nearest = (CARD,) if self.has_articles else ()
            newest = CARD.published_at if self.has_articles else None
            return replace(
                abstention("I found nothing about that.", *nearest), newest_article_at=newest, question=question
            )
        length = 30 if "long" in question.text else 1
        quotes = [quote(n, f"{n}: {question.text} " * length) for n in range(1, 5 if length > 1 else 2)]
        return replace(answer(*quotes), question=question)


@dataclass
class OneStory:
    """A digest of one story, titled by what was asked for."""

    asked: list[tuple[int, datetime, str | None, tuple[str, ...]]] = field(default_factory=list)

    def digest(self, days: int, at: datetime, topic: str | None, scopes: tuple[str, ...]) -> Digest:
        self.asked.append((days, at, topic, scopes))
        return digest(f"{days} days of {topic or 'everything'}")


@dataclass
class SourceList:
    """Sources by scope, in a dictionary. `https://down.example` cannot be reached."""

    subscribed: dict[str, list[str]] = field(default_factory=dict)
    articles: int = 3

    def add(self, address: str, scope: str) -> list[Registered]:
        self._reach(address)
        own = self.subscribed.setdefault(scope, [])
        is_new = address not in own
        if is_new:
            own.append(address)
        return [Registered(address, SourceKind.FEED, is_new)]

    def remove(self, address: str, scope: str) -> str:
        if address not in self.subscribed.get(scope, []):
            raise NotFoundError("no such source", address, "it was never added", hint="See `/source list`.")
        self.subscribed[scope].remove(address)
        return address

    def list(self, scopes: tuple[str, ...]) -> Sequence[ListedSource]:
        return [
            ListedSource(address, f"Title of {address}", "feed", self.articles, "well", shared=scope == "shared")
            for scope in scopes
            for address in self.subscribed.get(scope, [])
        ]

    def test(self, address: str) -> Preview:
        self._reach(address)
        return Preview(address, SourceKind.FEED, "The Feed", ("First @everyone", "Second"))

    def _reach(self, address: str) -> None:
        if "down.example" in address:
            raise FetchError(FailureKind.DNS, "cannot read", address, "no such host", hint="Check the spelling.")


@dataclass
class FakeServices:
    """The three, and the bundle that the bot takes."""

    echo: Echo = field(default_factory=Echo)
    digests: OneStory = field(default_factory=OneStory)
    sources: SourceList = field(default_factory=SourceList)

    @property
    def bundle(self) -> Services:
        return Services(self.echo, self.digests, self.sources)
