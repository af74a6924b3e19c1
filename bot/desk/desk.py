"""Answers the requests of other programs, over the same services as Discord and the terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from bot.answering.models import Question
from bot.contract import Json, answer_to_json, digest_to_json, hit_to_json
from bot.desk import orders
from bot.desk.verifying import QuoteVerifier, visible_named
from bot.digest.models import Order as DigestWish
from bot.services import source_phrases
from ingest.catalogue import Catalogue
from ingest.clock import Clock, format_utc, utc_now
from ingest.errors import NotFoundError
from ingest.models import ArticleCard, View
from ingest.search.search import Search

if TYPE_CHECKING:
    from bot.answering.answerer import Answerer
    from bot.digest.digester import Digester

Scopes = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """Answers requests by name. Thread-safe; changes nothing but the counts of the language model's tokens.

    Attributes:
        seen: what is visible to who was given some scopes: a guild may have switched the shared sources off.
    """

    catalogue: Catalogue
    search: Search
    answerer: Answerer
    digester: Digester
    now: Clock = utc_now
    seen: Callable[[Scopes], Scopes] = lambda scopes: scopes

    def serve(self, name: str, arguments: Mapping[str, Any], scopes: Scopes) -> Json:
        """The result of a request (`bot.desk.orders`), as a program may see it that sees these scopes.

        Raises:
            SettingsError: the request is wrong.
            NotFoundError: there is no such article.
            VerbatimError: the corpus cannot be read.
        """
        scopes = self.seen(scopes)
        match orders.parse_order(name, arguments):
            case orders.AskOrder() as order:
                asked = Question(order.question, orders.clock_of(order.at, self.now), scopes=scopes)
                return answer_to_json(self.answerer.answer(asked))
            case orders.SearchOrder() as order:
                asked = Question(order.query, orders.clock_of(order.at, self.now), scopes=scopes)
                _, found = self.answerer.retrieve(asked, k=order.limit)
                return {"hits": [hit_to_json(passage) for passage in found.passages]}
            case orders.DigestOrder() as order:
                wish = DigestWish(*orders.window_of(order, self.now), scopes, order.topic)
                return digest_to_json(self.digester.digest(wish))
            case orders.ArticleOrder() as order:
                return self._article(order, scopes)
            case orders.VerifyOrder() as order:
                return self._verified(order, scopes)
            case orders.NewestOrder() as order:
                newest = self.catalogue.articles.newest(View(self.now(), scopes), order.limit)
                return {"articles": [card_to_json(card) for card in newest]}
            case _:
                return self._sources(scopes)

    def _article(self, order: orders.ArticleOrder, scopes: Scopes) -> Json:
        """A stretch of a version's text, all addresses, and the stored versions."""
        article_id = self._the_one(order.id, scopes)
        article = self.catalogue.articles.show(article_id, order.version)
        if article is None:
            raise _no_article(order.id, f"it has no version {order.version}")
        text = article.text[order.start : order.start + order.length]
        end = order.start + len(text)
        return {
            **card_to_json(article.card),
            "also_at": self.catalogue.articles.further_urls(article_id),
            "fetched_at": format_utc(article.fetched_at),
            "versions": [
                {"version": number, "fetched_at": format_utc(at)}
                for number, at in self.catalogue.articles.versions(article_id)
            ],
            "start": order.start,
            "end": end,
            "characters": len(article.text),
            "next_start": end if end < len(article.text) else None,
            "text": text,
        }

    def _verified(self, order: orders.VerifyOrder, scopes: Scopes) -> Json:
        only = [self._the_one(order.article_id, scopes)] if order.article_id else ()
        return QuoteVerifier(self.catalogue, self.search).verify(order.text, View(self.now(), scopes), only)

    def _the_one(self, name: str, scopes: Scopes) -> str:
        """The id of the visible article of that id or address."""
        seen = visible_named(self.catalogue, name, View(self.now(), scopes))
        if not seen:
            raise _no_article(name, "no visible article has this id or address")
        return seen[0]

    def _sources(self, scopes: Scopes) -> Json:
        """The sources that these scopes read, without paths of files and private addresses' causes."""
        now, counts = self.now(), self.catalogue.sources.article_counts()
        return {
            "sources": [
                {
                    "address": source_phrases.shown_address(source.address) or None,
                    "title": source_phrases.name(source.title, source.address),
                    "kind": source.kind.value,
                    "articles": counts.get(source.id, 0),
                    "health": source_phrases.health(source, now),
                    "checked_at": source.checked_at and format_utc(source.checked_at),
                    "new_item_at": source.new_item_at and format_utc(source.new_item_at),
                }
                for source in self.catalogue.sources.all(scopes)
            ]
        }


def card_to_json(card: ArticleCard) -> Json:
    """A citation as the contract has it in quotes."""
    return {**asdict(card), "published_at": card.published_at and format_utc(card.published_at)}


def _no_article(name: str, why: str) -> NotFoundError:
    return NotFoundError("no such article", name[:200], why, hint="Ids and addresses are in results of search and ask.")
