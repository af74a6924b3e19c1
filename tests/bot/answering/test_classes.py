"""Classes of questions that people ask of a news bot, over a small real corpus."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bot.answering.answerer import Answerer
from bot.answering.models import Answer, Question, Status, Turn
from bot.digest.digester import Digester
from bot.digest.newest_stories import Headlines
from ingest.wiring import Corpus
from tests.bot.answering.news import address, holds, ingested

NOW = datetime(2026, 6, 20, 12, tzinfo=UTC)
ARTICLES = {
    "chief": (
        "Petra Lindqvist leads Vantor",
        "Vantor has appointed Petra Lindqvist as its chief executive. She follows Owen Marsh, who retires. "
        "Lindqvist ran the chip maker Osmo before. She begins on 1 September 2026.",
    ),
    "chip": (
        "Osmo presents the Q9",
        "Osmo has presented the Q9, a chip with 96 GB of memory. The Q9 draws 450 watts and costs $9,000. "
        "Osmo was founded in 2015 by Lena Brandt. The older Q8 went on sale in May 2021.",
    ),
    "list": (
        "Vantor names its rules for agents",
        "Vantor has published four rules for agents.\n\n- Ask before you delete.\n- Keep a log of every call.\n"
        "- Stop after ten failures.\n- Never share a key.\n\nThe rules apply from July.",
    ),
    "claim": (
        "Brightleaf beats every model on the Maths Ladder",
        "The start-up Brightleaf says that its model Fern beats every other model on the Maths Ladder. "
        "Fern reaches 93 percent on the Maths Ladder.",
    ),
    "refuted": (
        "Brightleaf takes back its result",
        "Brightleaf has withdrawn its claim about the model Fern and the Maths Ladder. "
        "Brightleaf had claimed that Fern reaches 93 percent on the Maths Ladder. The test had leaked into training.",
    ),
    "rumour": ("A bid for Osmo?", "I would not be surprised if Vantor bought Osmo. Who would not like chips?"),
}
DAYS = {"claim": "2026-05-02", "refuted": "2026-06-10", "rumour": "2026-06-11", "chip": "2026-06-17"}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    with ingested(tmp_path_factory.mktemp("classes"), ARTICLES, DAYS) as corpus:
        yield corpus


def ask(corpus: Corpus, text: str, *history: Turn) -> Answer:
    headlines = Headlines(Digester(corpus.catalogue, corpus.search))
    answer = Answerer(corpus.catalogue, corpus.search, headlines=headlines).answer(Question(text, NOW, history))
    assert holds(answer, corpus.catalogue)
    return answer


def shown(answer: Answer) -> str:
    return "\n".join(quote.text for quote in answer.quotes)


@pytest.mark.parametrize("text", ["What's new?", "any news?", "latest headlines", "what did I miss this week?"])
def test_who_asks_what_is_new_is_told_the_newest_stories(corpus: Corpus, text: str) -> None:
    answer = ask(corpus, text)
    assert answer.status is Status.ANSWERED
    assert 1 <= len(answer.quotes) <= 3


@pytest.mark.parametrize(
    "text", ["Is Vantor bankrupt?", "Who sued Osmo?", "Was Petra Lindqvist arrested?", "Did Vantor buy Osmo?"]
)
def test_a_deed_that_nobody_tells_is_not_answered_with_other_sentences(corpus: Corpus, text: str) -> None:
    assert ask(corpus, text).status is Status.NO_EVIDENCE


@pytest.mark.parametrize("text", ["When does she start?", "What did she do before?", "And who was it before her?"])
def test_she_is_whom_the_last_answer_named(corpus: Corpus, text: str) -> None:
    told = Turn("assistant", "Vantor has appointed Petra Lindqvist as its chief executive. [1]")
    assert "Lindqvist" in ask(corpus, text, Turn("user", "Who is the CEO of Vantor?"), told).quotes[0].text


def test_he_or_she_of_a_second_clause_is_the_answer_to_the_first(corpus: Corpus) -> None:
    answer = ask(corpus, "Who is the CEO of Vantor and when does she start?")
    assert "1 September 2026" in answer.quotes[0].text
    assert answer.note is None


@pytest.mark.parametrize("text", ["What are the rules of Vantor for agents?", "Which rules for agents has Vantor?"])
def test_a_list_is_told_to_its_end(corpus: Corpus, text: str) -> None:
    assert all(words in shown(ask(corpus, text)) for words in ("delete", "log", "ten failures", "share a key"))


@pytest.mark.parametrize(
    "text", ["How many percent does Fern reach on the Maths Ladder?", "Does Fern beat every model on the Maths Ladder?"]
)
def test_a_claim_that_was_taken_back_comes_behind_its_withdrawal(corpus: Corpus, text: str) -> None:
    assert "has withdrawn its claim" in ask(corpus, text).quotes[0].text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Who starts at Vantor on 1 September 2026?", "1 September 2026"),
        ("Who founded Osmo in 2015?", "Lena Brandt"),
        ("What starts in September 2026?", "1 September 2026"),
    ],
)
def test_a_time_in_a_question_may_be_the_events(corpus: Corpus, text: str, words: str) -> None:
    assert words in shown(ask(corpus, text))


def test_what_a_sentence_dates_long_ago_did_not_happen_this_week(corpus: Corpus) -> None:
    assert "May 2021" not in shown(ask(corpus, "What did Osmo put on sale this week?"))
    assert "2015" not in shown(ask(corpus, "What did Osmo found this week?"))


def test_a_publisher_is_asked_for_what_it_wrote(corpus: Corpus) -> None:
    assert ask(corpus, "What did The Daily Model write about the Q9?").quotes[0].article.title == "Osmo presents the Q9"


@pytest.mark.parametrize("text", [address("chip"), f"tldr {address('chip')}"])
def test_a_link_alone_asks_what_its_article_says(corpus: Corpus, text: str) -> None:
    assert {quote.article.url for quote in ask(corpus, text).quotes} == {address("chip")}


@pytest.mark.parametrize(
    ("text", "marked"),
    [("How much does the Q9 cost?", "$9,000"), ("When does Petra Lindqvist begin?", "1 September 2026")],
)
def test_the_words_that_answer_are_marked_in_the_article(corpus: Corpus, text: str, marked: str) -> None:
    quote = ask(corpus, text).quotes[0]
    assert quote.highlight is not None
    article = corpus.catalogue.articles.show(quote.article.id)
    assert article is not None
    assert article.text[quote.highlight.start : quote.highlight.end] == marked


@pytest.mark.parametrize(
    "text", ["How mcuh does teh Q9 cots?", "waht did osmo presetn", "when does petra lindqvits start"]
)
def test_swapped_letters_do_no_harm(corpus: Corpus, text: str) -> None:
    assert ask(corpus, text).status is Status.ANSWERED


def test_a_question_about_an_article_is_answered_from_it_first_and_else_from_the_rest(corpus: Corpus) -> None:
    def about(text: str, *names: str) -> Answer:
        ids = tuple(corpus.catalogue.articles.named([address(name) for name in names]))
        return Answerer(corpus.catalogue, corpus.search).answer(Question(text, NOW, about=ids))

    assert {q.article.url for q in about("tldr", "chip").quotes} == {address("chip")}
    assert {q.article.url for q in about("What should agents do after ten failures?", "list").quotes} == {
        address("list")
    }
    assert "1 September 2026" in shown(about("When does Petra Lindqvist begin?", "list"))
    assert about("tldr").status is Status.NO_EVIDENCE


def test_an_article_that_the_asker_does_not_see_is_not_asked_about(corpus: Corpus) -> None:
    ids = tuple(corpus.catalogue.articles.named([address("chip")]))
    answer = Answerer(corpus.catalogue, corpus.search).answer(Question("tldr", NOW, scopes=("5",), about=ids))
    assert not answer.quotes
    assert not answer.nearest
