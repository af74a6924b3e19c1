"""Three questions to begin with, made from what was read: each is asked first, and only one with an answer is offered.
Knows no Discord."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.answering.models import Question, Status
from bot.lexicon.entities import entities
from bot.render.citation import shortened
from ingest.catalogue import Catalogue
from ingest.catalogue.whole_articles import whole_articles
from ingest.clock import Clock, utc_now
from ingest.models import ArticleCard, View
from ingest.search.search import Search

if TYPE_CHECKING:
    from bot.services import Answering

COUNT = 3
CHARS = 80
"""Of a button's label (Discord developer reference, "Button Structure")."""
_ARTICLES, _ASKED = 40, 12
"""How many articles are looked at, the newest; how many questions are asked at most."""
_FORMS = ("What did {name} announce?", "What happened with {name}?")


class FirstQuestions:
    """Asks as anybody would, without a person."""

    def __init__(self, catalogue: Catalogue, search: Search, answerer: Answering, clock: Clock = utc_now) -> None:
        self._catalogue, self._search, self._answerer, self._clock = catalogue, search, answerer, clock

    def of(self, scopes: tuple[str, ...]) -> list[str]:
        """At most `COUNT` questions that are answered from the newest articles, each about something else.

        Raises:
            VerbatimError: the corpus cannot be read.
        """
        now = self._clock()
        articles = whole_articles(self._catalogue.database, View(now, scopes), self._search.model, _ARTICLES)
        found: list[str] = []
        asked = 0
        for article, name in _names(article.card for article in articles):
            for form in _FORMS:
                question = form.format(name=name)
                if asked == _ASKED or len(found) == COUNT:
                    return found
                asked += 1
                if self._is_answered(question, article, scopes):
                    found.append(question)
                    break
        return found

    def _is_answered(self, question: str, article: ArticleCard, scopes: tuple[str, ...]) -> bool:
        """Whether it has an answer out of the article that it was made from."""
        answer = self._answerer.answer(Question(question, self._clock(), scopes=scopes))
        return answer.status is Status.ANSWERED and article.id in {quote.article.id for quote in answer.quotes}


def _names(articles: Iterator[ArticleCard]) -> Iterator[tuple[ArticleCard, str]]:
    """The first name in each title, once."""
    told: set[str] = set()
    for article in articles:
        name = next((name for name in entities(article.title) if name.casefold() not in told), "")
        if name and len(max(_FORMS, key=len).format(name=name)) <= CHARS and shortened(name, CHARS) == name:
            told.add(name.casefold())
            yield article, name
