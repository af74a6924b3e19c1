"""Further quotes never repeat what was shown, and the numbers go on."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.composing.compose_quotes import MOST_QUOTES, compose_quotes, more_quotes
from bot.answering.quotes import Evidence, make_quote
from bot.answering.retrieval.rank_sentences import Features, RankedSentence
from tests.bot.answering.passages import write

FEATURES = Features(meaning=0.5, deed=0.5, words=0.5, passage=0.5, fits=0.0, heading=0.0)
ARTICLES = [write(*(f"Sentence {n} of article {a}." for n in range(4)), article=f"a{a}") for a in range(6)]


def ranked(order: list[int]) -> list[RankedSentence]:
    """The sentences of all articles, by a permutation of their numbers, each with a meaning of its own."""
    evidence = [Evidence(written.passage, n, n) for written in ARTICLES for n in range(4)]
    meanings = np.eye(len(evidence), dtype=np.float32)
    return [
        RankedSentence(evidence[k], score=1.0 / (place + 1), features=FEATURES, vector=meanings[k])
        for place, k in enumerate(order)
    ]


def text_of(article_id: str) -> str:
    (written,) = [w for w in ARTICLES if w.passage.article.id == article_id]
    return written.text


@given(st.permutations(range(24)))
def test_more_quotes_touch_none_that_was_shown_and_are_the_articles_own_text(order: list[int]) -> None:
    sentences = ranked(order)
    shown = compose_quotes(sentences, several=False)
    further = more_quotes(sentences, shown, several=False)
    for quote in further:
        assert text_of(quote.article.id)[quote.start : quote.end] == quote.text
        assert not any(
            quote.article.id == other.article.id and quote.start < other.end and other.start < quote.end
            for other in shown
        )
    assert [quote.n for quote in (*shown, *further)] == list(range(1, len(shown) + len(further) + 1))
    assert len(shown) + len(further) <= MOST_QUOTES
    assert further


def test_quotes_that_a_model_chose_are_not_repeated_either() -> None:
    sentences = ranked(list(range(24)))
    shown = (make_quote(1, Evidence(ARTICLES[0].passage, 0, 3)),)
    assert all(quote.article.id != "a0" for quote in more_quotes(sentences, shown, several=True))
