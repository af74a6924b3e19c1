"""Over a real corpus: a claim is supported or contradicted by a quote that says so, and else nothing is found."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.answering.claims.checker import Check, Checked, Checker, ClaimVerdict
from bot.answering.models import Question
from ingest.wiring import Corpus
from tests.bot.answering.news import ARTICLES, ASKED_AT, ingested

MORE = {
    "cursor": ("SpaceX buys Cursor", "SpaceX bought Cursor for $60 billion in stock. The deal closes in August."),
    "week": (
        "The week in robotics",
        "Kite Robotics raised 30 million dollars for drones that count birds. "
        "Moss Robotics raised 8 million dollars for a machine that plants trees. "
        "Orchard Machines stopped the sale of its apple picker while Harbor AI opened a factory in Rotterdam.",
    ),
    "helio": (
        "Brightwave denies a sale",
        "Brightwave denied that it is in talks with Helio Labs about a sale. Its revenue fell 40 percent last quarter.",
    ),
    "hires": ("Helio Labs hires", "Helio Labs hired Maria Ortiz from Brightwave. She starts on July 6."),
    "hoax": (
        "Quantum Owl withdraws its benchmark",
        "Quantum Owl withdrew its claim. Quantum Owl had said that its Barn model solves 97 percent of the tasks.",
    ),
}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    with ingested(tmp_path_factory.mktemp("claims"), ARTICLES | MORE) as opened:
        yield opened


def check(corpus: Corpus, message: str) -> Check:
    found = Checker(corpus.catalogue, corpus.search).check(Question(message, ASKED_AT))
    for one in found.checked:
        assert (one.quote is None) == (one.verdict is ClaimVerdict.NOTHING_FOUND)
        for quote in filter(None, (one.quote, one.against)):
            article = corpus.catalogue.articles.show(quote.article.id, quote.article.version)
            assert article is not None
            assert article.text[quote.start : quote.end] == quote.text
    return found


def only(corpus: Corpus, claim: str) -> Checked:
    (one,) = check(corpus, claim).checked
    return one


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ("Anthropic raised $65B in Series H.", "raised $65B"),
        ("Anthropic raised 65 billion dollars, led by Altimeter.", "raised $65B"),
        ("Google released Gemma 4 12B on May 26.", "on May 26"),
        ("Gemma 4 12B was released by Google under Apache 2.0.", "Apache 2.0"),
        ("Gemma 4 12B needs roughly 16GB of memory", "16GB"),
        ("SpaceX acquired Cursor for $60 billion.", "bought Cursor"),
        ("Cursor was bought by SpaceX.", "bought Cursor"),
        ("spacex bought cursor", "bought Cursor"),
        ("Kite Robotics raised 30 million dollars.", "30 million"),
        ("Brightwave's revenue fell 40 percent last quarter.", "fell 40 percent"),
        ("Helio Labs hired Maria Ortiz.", "hired Maria Ortiz"),
        ("Anthropic will not sell adverts.", "not sell adverts"),
    ],
)
def test_what_an_article_says_is_supported_by_its_sentence(corpus: Corpus, claim: str, words: str) -> None:
    found = only(corpus, claim)
    assert (found.verdict, found.quote is not None and words in found.quote.text) == (ClaimVerdict.SUPPORTED, True)


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ("Anthropic raised $70B in Series H.", "raised $65B"),
        ("Google released Gemma 4 12B on May 12.", "on May 26"),
        ("Anthropic will sell adverts.", "not sell adverts"),
        ("Brightwave is in talks with Helio Labs about a sale.", "denied"),
        ("Maria Ortiz starts on August 6 at Helio Labs.", "July 6"),
        ("SpaceX did not buy Cursor.", "bought Cursor"),
        ("Kite Robotics raised 80 million dollars for drones.", "30 million"),
        ("Kite Robotics raised $80 million.", "30 million"),
        ("SpaceX bought Cursor for $6 billion in stock.", "$60 billion"),
    ],
)
def test_another_figure_another_date_and_a_denial_contradict(corpus: Corpus, claim: str, words: str) -> None:
    found = only(corpus, claim)
    assert (found.verdict, found.quote is not None and words in found.quote.text) == (ClaimVerdict.CONTRADICTED, True)


@pytest.mark.parametrize(
    "claim",
    [
        "Mistral opened a bakery in Lyon.",
        "Anthropic bought Altimeter in May.",
        "Cursor bought SpaceX.",
        "SpaceX was bought by Cursor.",
        "Only SpaceX bought Cursor.",
        "Brightwave hired Maria Ortiz from Helio Labs.",
        "Moss Robotics counts birds with drones.",
        "Google discontinued Gemma 4 12B.",
        "Harbor AI stopped the sale of its apple picker.",
        "Orchard Machines opened a factory in Rotterdam.",
        "Anthropic spends 40% of it on chips.",
        "Gemma 3 12B needs 16GB of memory.",
        "vLLM 0.20 was rewritten in Zig.",
        "They raised 30 million dollars.",
        "Kite Robotics raised more than 20 million dollars.",
        "Moss Robotics plans to raise 90 million dollars.",
        "Kite Robotics lost 30 million dollars.",
    ],
)
def test_of_what_no_article_says_nothing_is_found(corpus: Corpus, claim: str) -> None:
    assert only(corpus, claim).verdict is ClaimVerdict.NOTHING_FOUND


def test_a_sentence_about_two_subjects_supports_none_of_them_with_the_deed_of_the_other(corpus: Corpus) -> None:
    assert only(corpus, "Harbor AI opened a factory in Rotterdam.").verdict is ClaimVerdict.SUPPORTED
    assert only(corpus, "Orchard Machines opened a factory in Rotterdam.").verdict is ClaimVerdict.NOTHING_FOUND


def test_the_quotes_of_a_message_are_numbered_through(corpus: Corpus) -> None:
    found = check(corpus, "Anthropic raised $65B. Mistral sells bread in Lyon. Google released Gemma 4 12B on May 1.")
    assert [one.verdict for one in found.checked] == [
        ClaimVerdict.SUPPORTED,
        ClaimVerdict.NOTHING_FOUND,
        ClaimVerdict.CONTRADICTED,
    ]
    assert [one.quote and one.quote.n for one in found.checked] == [1, None, 2]


def test_a_pronoun_is_checked_with_what_it_stands_for(corpus: Corpus) -> None:
    found = check(corpus, "Google released Gemma 4 12B. It needs roughly 16GB of memory.")
    assert [one.verdict for one in found.checked] == [ClaimVerdict.SUPPORTED, ClaimVerdict.SUPPORTED]


def test_what_was_withdrawn_is_contradicted(corpus: Corpus) -> None:
    found = only(corpus, "Quantum Owl said that its Barn model solves 97 percent of the tasks.")
    assert found.verdict is ClaimVerdict.CONTRADICTED
    assert found.quote is not None
    assert "withdrew" in found.quote.text


def test_other_scopes_are_not_seen(corpus: Corpus) -> None:
    message = Question("Anthropic raised $65B.", ASKED_AT, scopes=("42",))
    found = Checker(corpus.catalogue, corpus.search).check(message)
    assert (found.checked, found.newest_article_at) == ((), None)
