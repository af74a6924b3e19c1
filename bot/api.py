"""Verbatim inside another program: one corpus, opened, fed and asked. The names here stay (docs/library.md).

    with Library.open("data") as library:
        library.add("https://example.org/feed.xml")
        library.run()
        answer = library.ask("What is new?")

Nothing is global: two libraries over two folders can be open at once. One that is open owns its folder's index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Self

from bot.answering.answerer import Answerer
from bot.answering.models import Answer, Question, Turn
from bot.contract import Json
from bot.desk.verifying import QuoteVerifier
from bot.digest.models import Digest, Order
from bot.settings import BotSettings
from bot.wiring.answering import make_answerer, make_digester
from ingest.clock import utc_now
from ingest.models import SHARED_SCOPE, Article, Passage, View
from ingest.wiring import Corpus, make_pipeline, open_corpus, open_documents, open_fetcher

if TYPE_CHECKING:
    from bot.digest.digester import Digester
    from ingest.reading.pipeline import SourceReport
    from ingest.reading.registry import Registered

__all__ = ["Library"]
Scopes = tuple[str, ...]
SHARED: Scopes = (SHARED_SCOPE,)


@dataclass(frozen=True, slots=True)
class Library:
    """An open corpus. Asking is thread-safe; adding and running are for one thread at a time.

    Times are aware; `at` answers as of then, None means now.

    Attributes:
        corpus: what is below, for programs that need more; its names may change.
    """

    settings: BotSettings
    corpus: Corpus
    answerer: Answerer
    digester: Digester

    @classmethod
    @contextmanager
    def open(cls, where: BotSettings | str | PathLike[str]) -> Iterator[Self]:
        """Open the corpus of a folder, which is made when missing, until the end of the `with` block.

        Args:
            where: a data folder, with the other settings from the environment; or all settings.

        Raises:
            IndexHeldError: another process, or another library, has it open.
            VerbatimError: it cannot be opened.
        """
        settings = where if isinstance(where, BotSettings) else BotSettings.load(data_dir=Path(where))
        with open_corpus(settings, "library") as corpus:
            yield cls(settings, corpus, make_answerer(settings, corpus), make_digester(settings, corpus))

    def add(self, address: str | PathLike[str], *, scope: str = SHARED_SCOPE) -> Sequence[Registered]:
        """Register a source: a site, a feed, a page, a file or a folder. `run` reads it.

        Raises:
            SourceError: it cannot be read; nothing was registered.
        """
        from ingest.reading.registry import Registry

        with open_fetcher(self.settings) as fetcher, open_documents(self.settings) as documents:
            return Registry(self.corpus.catalogue, fetcher, documents).add(str(address), utc_now(), scope=scope)

    def run(self) -> Sequence[SourceReport]:
        """Read what is due and index it. What failed is in the reports, it stops nothing."""
        from ingest.reading.worker import Worker

        reports: list[SourceReport] = []
        with open_fetcher(self.settings) as fetcher, open_documents(self.settings) as documents:
            pipeline = make_pipeline(self.settings, self.corpus.catalogue, fetcher, documents)
            worker = Worker(self.corpus.catalogue, pipeline, self.corpus.indexer, self.settings.fetch_workers)
            worker.read_due(once=True, everything=False, done=reports.append, waiting=lambda *_: None)
        self.corpus.indexer.run()
        return reports

    def ask(
        self, question: str, *, at: datetime | None = None, history: Sequence[Turn] = (), scopes: Scopes = SHARED
    ) -> Answer:
        """An answer with its quotes, or the abstention; `history` is the conversation so far, oldest first."""
        return self.answerer.answer(Question(question, at or utc_now(), tuple(history), scopes))

    def search(
        self, words: str, *, limit: int = 10, at: datetime | None = None, scopes: Scopes = SHARED
    ) -> Sequence[Passage]:
        """The passages that match, best first."""
        _, found = self.answerer.retrieve(Question(words, at or utc_now(), scopes=scopes), k=limit)
        return found.passages

    def digest(
        self, days: int = 7, *, at: datetime | None = None, topic: str | None = None, scopes: Scopes = SHARED
    ) -> Digest:
        """The stories of the last days, each once."""
        return self.digester.digest(Order.of_days(days, at or utc_now(), scopes, topic))

    def article(self, article_id: str, version: int | None = None) -> Article | None:
        """A stored version of an article, the current one by default; None if it is not stored."""
        return self.corpus.catalogue.articles.show(article_id, version)

    def verify_quote(self, text: str, *, at: datetime | None = None, scopes: Scopes = SHARED) -> Json:
        """Whether these words stand in an article: the result object of docs/mcp.md."""
        verifier = QuoteVerifier(self.corpus.catalogue, self.corpus.search)
        return verifier.verify(text, View(at or utc_now(), scopes))
