"""Whether a quote stands in an article, in which version, and where it differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.answering.links import quote_link
from bot.answering.models import Quote
from bot.contract import Json, quote_to_json
from bot.desk.comparing import Place, exact_place, near_place
from ingest.catalogue import Catalogue
from ingest.catalogue.visibility import visible_ids
from ingest.models import Article, View
from ingest.search.fusion import Query
from ingest.search.search import Search
from ingest.text.words import terms

ARTICLES = 8
"""How many articles are compared word by word, those whose passages are most like the words."""
VERSIONS = 20
"""How many versions of each, the current one first, then the newest."""
PASSAGES = 20


@dataclass(frozen=True, slots=True)
class Found:
    """A place of the words in a version of an article."""

    article: Article
    place: Place
    current: int

    @property
    def rank(self) -> tuple[bool, float, bool, int]:
        """Exact ones first, then the most alike, then current versions, then newer ones."""
        version = self.article.card.version
        return self.place.is_exact, self.place.alike, version == self.current, version


@dataclass(frozen=True, slots=True)
class QuoteVerifier:
    """Looks for quotes in the stored versions of visible articles. Thread-safe."""

    catalogue: Catalogue
    search: Search

    def verify(self, words: str, view: View, only: Sequence[str] = ()) -> Json:
        """What is known of the words.

        Args:
            only: ids of articles to look in, which must be visible; empty: in all.
        """
        candidates = list(only) or self._candidates(words, view)
        found = sorted(self._found(words, candidates), key=lambda each: each.rank, reverse=True)
        if not found:
            return {"status": "not_found", "text": words, "quote": None, "searched_articles": len(candidates)}
        best = found[0]
        others = [f for f in found[1:] if f.place.is_exact and f.article.card.id != best.article.card.id]
        return {
            "status": "exact" if best.place.is_exact else "near",
            "text": words,
            "quote": quote_to_json(_quote(best)),
            "is_current_version": best.article.card.version == best.current,
            "current_version": best.current,
            "alike": round(best.place.alike, 3),
            "differences": [
                {"given": d.given, "article": d.text, "in_figures": d.in_figures} for d in best.place.differences
            ],
            "also_in": sorted({other.article.card.id for other in others}),
        }

    def _candidates(self, words: str, view: View) -> list[str]:
        """The articles whose passages are most like the words, best first."""
        wanted = list(dict.fromkeys(terms(words)))
        said = self.search.words(wanted)
        weights = {term: said.idf(term) for term in wanted}
        query = Query(words, self.search.encode(words), weights, said.telling(wanted), said.totals.mean_terms)
        passages = self.search.passages(query, view, PASSAGES)
        return list(dict.fromkeys(passage.article.id for passage in passages))[:ARTICLES]

    def _found(self, words: str, candidates: Sequence[str]) -> Iterator[Found]:
        """Exact places first: where there is one, nothing is compared word by word."""
        versions = [(article, current) for key in candidates for article, current in self._versions(key)]
        exact = [Found(a, p, current) for a, current in versions if (p := exact_place(words, a.text))]
        yield from exact
        if not exact:
            yield from (Found(a, p, current) for a, current in versions if (p := near_place(words, a.text)))

    def _versions(self, article_id: str) -> Iterator[tuple[Article, int]]:
        """The stored versions of an article, newest first, with the number of the current one."""
        numbers = self.catalogue.articles.versions(article_id)
        for number, _ in numbers[:VERSIONS]:
            article = self.catalogue.articles.show(article_id, number)
            if article is not None:
                yield article, numbers[0][0]


def visible_named(catalogue: Catalogue, name: str, view: View) -> list[str]:
    """The visible articles that have this id or address."""
    stored = catalogue.articles.named([name])
    seen = visible_ids(catalogue.database, stored, replace(view, since=None, until=None))
    return [article_id for article_id in stored if article_id in seen]


def _quote(found: Found) -> Quote:
    (start, end), card = found.place.span, found.article.card
    text = found.article.text[start:end]
    return Quote(1, text, start, end, card, quote_link(card.url, text))
