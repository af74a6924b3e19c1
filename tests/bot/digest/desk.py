"""A corpus of a few publishers for tests of the digest: real catalogue, real index, real encoder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.digest.digester import Digester
from bot.digest.models import Digest, Order
from bot.digest.segmenting.items import Item, items_of
from bot.digest.writing.memory import NOTHING_REPORTED, Archive
from bot.llm.budget import Budget
from bot.llm.language_model import LanguageModel
from ingest.catalogue import Catalogue
from ingest.catalogue.whole_articles import WholeArticle
from ingest.embedding.encoders import Encoder
from ingest.index.indexer import Indexer
from ingest.index.vector_index import VectorIndex
from ingest.models import SHARED_SCOPE, ArticleCard
from ingest.parse.models import ParsedArticle
from ingest.reading.prepare import to_record
from ingest.search.search import Search
from ingest.sources.models import NO_OVERRIDES, SourceKind
from ingest.text.segment import sections

NOW = datetime(2026, 6, 28, 20, tzinfo=UTC)
DAY = timedelta(days=1)

POLARIS = (
    "Nordlicht Labs released Polaris 2, an open-weight language model with 34 billion parameters. "
    "Polaris 2 reads up to 256,000 tokens at once."
)
POLARIS_AGAIN = (
    "The German lab Nordlicht published the weights of Polaris 2, its open language model of 34 billion parameters. "
    "Developers praised the long context of Polaris 2."
)
HARBOR = (
    "Harbor AI raised $120 million for robots that inspect the hulls of ships. "
    "Meridian Capital led the round of Harbor AI."
)
RECAP = """not much happened today

> We checked 12 subreddits, 544 Twitters and no further Discords. You can opt in/out of email frequencies!

## Models

- Polaris 2 is out: Nordlicht Labs released Polaris 2, an open-weight language model with 34 billion parameters.
- Kestrel Voice launched a speech model that answers calls in 40 languages, said the company Kestrel Systems.
  - Kestrel Systems asks 2 cents a minute for calls that Kestrel Voice answers.
- Freedonia passed a law that makes labs report training runs above ten million dollars to the Freedonia regulator.
- The university of Sylvania published SylvBench, a benchmark of 900 long tasks for agents that use a computer.
- Orchard Chips announced the Pippin accelerator with 288 GB of memory for inference of language models.
- Moss Robotics raised 8 million dollars for a machine that plants trees on steep slopes in the mountains.
- Cartographer Nine, an open-source vector database, reached its first stable version after six years of work.
- Lakeside Studio showed Reverie 3, a video model that keeps the same characters for ten whole minutes.

Thanks for reading! Subscribe to our newsletter and share this issue with a friend.
"""


@dataclass
class Desk:
    """A corpus that articles are put into by hand, and the digests over it."""

    catalogue: Catalogue
    search: Search
    indexer: Indexer

    def put(
        self,
        title: str,
        text: str,
        *,
        source: str = "The Daily Model",
        age: timedelta = DAY,
        scope: str = SHARED_SCOPE,
        index: bool = True,
    ) -> None:
        address = f"https://{source.replace(' ', '-').lower()}.example/{scope}"
        self.catalogue.sources.add(f"{address}/feed", SourceKind.FEED, NO_OVERRIDES, scope, NOW - 60 * DAY)
        feed = self.catalogue.sources.get(f"{address}/feed")
        url = f"{address}/{title.replace(' ', '-').lower()}/{age.total_seconds():.0f}"
        parsed = ParsedArticle(url, title, source, None, NOW - age, text)
        self.catalogue.articles.store(to_record(parsed, url, NOW), feed.id)
        if index:
            self.indexer.run()

    def digest(
        self,
        days: int = 7,
        topic: str | None = None,
        scopes: tuple[str, ...] = (SHARED_SCOPE,),
        model: LanguageModel | None = None,
        archive: Archive = NOTHING_REPORTED,
        budget: Budget | None = None,
    ) -> Digest:
        digester = Digester(self.catalogue, self.search, model, archive=archive, budget=budget)
        return digester.digest(Order.of_days(days, NOW, scopes, topic))

    def text(self, article_id: str) -> str:
        article = self.catalogue.articles.show(article_id)
        assert article is not None
        return article.text


@contextmanager
def opened(folder: Path, encoder: Encoder) -> Iterator[Desk]:
    with Catalogue.open(f"sqlite:///{folder / 'catalogue.db'}") as catalogue:
        index = VectorIndex.open(data_dir=folder, chroma_url="", collection=None, fingerprint=encoder.fingerprint)
        try:
            yield Desk(catalogue, Search(catalogue, encoder, index), Indexer(catalogue, encoder, index))
        finally:
            index.close()


def article(encoder: Encoder, title: str, text: str, source: str = "Wire", age: timedelta = DAY) -> WholeArticle:
    spans = tuple(span for section in sections(text) for span in section.sentences)
    card = ArticleCard(f"{source}-{title}", None, title, source, None, NOW - age, 1)
    opening = encoder.encode([f"{title}; {text[:300]}"])[0]
    vectors = encoder.encode([text[slice(*s)] for s in spans])
    return WholeArticle(card, NOW - age, text, spans, vectors, opening, encoder.fingerprint.digest)


def weights(wanted: Iterable[str]) -> Mapping[str, float]:
    """Words that every report on money and models has are common; the others are rare."""
    common = frozenset("raised million led round released model language developers published company".split())
    return {term: 1.0 if term in common or f"{term}ed" in common else 6.0 for term in wanted}


def cut(encoder: Encoder, *texts: tuple[str, str, str]) -> list[Item]:
    return items_of([article(encoder, title, text, source) for source, title, text in texts])
