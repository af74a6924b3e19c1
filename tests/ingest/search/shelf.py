"""A corpus that articles are put into by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ingest.catalogue import Catalogue
from ingest.index.indexer import Indexer
from ingest.models import SHARED_SCOPE, Passage, View
from ingest.parse.models import ParsedArticle
from ingest.reading.prepare import to_record
from ingest.search.fusion import Query
from ingest.search.search import Search
from ingest.sources.models import NO_OVERRIDES, SourceKind
from ingest.text.words import content_terms

NOW = datetime(2026, 6, 30, tzinfo=UTC)
DAY = timedelta(days=1)
VIEW = View(NOW)


@dataclass
class Shelf:
    """A corpus that articles are put into by hand."""

    catalogue: Catalogue
    search: Search
    indexer: Indexer

    def put(self, name: str, text: str, *, age: timedelta = DAY, scope: str = SHARED_SCOPE, index: bool = True) -> None:
        self.catalogue.sources.add(f"bench://{scope}", SourceKind.FEED, NO_OVERRIDES, scope, NOW)
        source = self.catalogue.sources.get(f"bench://{scope}")
        parsed = ParsedArticle(f"https://news.example/{name}", name, "The Daily Model", None, NOW - age, text)
        self.catalogue.articles.store(to_record(parsed, name, NOW), source.id)
        if index:
            self.indexer.run()

    def find(self, question: str, view: View = VIEW, k: int = 5) -> list[Passage]:
        said = content_terms(question)
        words = self.search.words(said)
        weights = {term: words.idf(term) for term in said}
        query = Query(question, self.search.encode(question), weights, words.telling(said), words.totals.mean_terms)
        return self.search.passages(query, view, k)

    def titles(self, question: str, view: View = VIEW, k: int = 5) -> list[str]:
        return [passage.article.title for passage in self.find(question, view, k)]
