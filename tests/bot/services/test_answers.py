"""What the buttons under an answer show comes out of the catalogue, as long as its article may be seen."""

from __future__ import annotations

from pathlib import Path

from bot.answering.answerer import Answerer
from bot.answering.models import Question
from bot.services.answers import AnswerService
from ingest.models import SHARED_SCOPE
from tests.bot.answering.news import ARTICLES, ASKED_AT, QUESTION, ingested


def test_a_quote_in_its_context_is_the_articles_own_text_around_it(tmp_path: Path) -> None:
    with ingested(tmp_path, ARTICLES) as corpus:
        answer = Answerer(corpus.catalogue, corpus.search).answer(Question(QUESTION, ASKED_AT))
        answers = AnswerService(corpus.catalogue)
        delivery = answers.find(answers.keep(answer, "7"))
        assert delivery is not None
        for quote in answer.quotes:
            wider = answers.in_context(delivery, quote.n, (SHARED_SCOPE,))
            article = corpus.catalogue.articles.show(quote.article.id, quote.article.version)
            assert wider is not None
            assert article is not None
            assert wider.text == article.text[wider.start : wider.end]
            assert quote.text in wider.text
            assert wider.highlight == (quote.start, quote.end)
            assert (wider.n, wider.link) == (quote.n, quote.link)
        assert answers.in_context(delivery, 1, ("42",)) is None, "not seen there"
        assert answers.in_context(delivery, 0, (SHARED_SCOPE,)) is None
        assert answers.in_context(delivery, 99, (SHARED_SCOPE,)) is None
