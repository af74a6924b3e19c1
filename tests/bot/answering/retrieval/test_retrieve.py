"""From questions to passages and the decision to answer, over real small corpora."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from bot.answering.answerer import Answerer
from bot.answering.models import Answer, Question, Status, Window
from bot.answering.retrieval.confidence import WEIGHTS, Features, confidence, features
from bot.answering.retrieval.rank_sentences import rank_sentences
from bot.answering.retrieval.retrieve import (
    LATE,
    NEWEST,
    NOT_NEWS,
    OUTSIDE,
    REPORTED_LATER,
    Retrieved,
    prior,
    retrieve,
    view,
)
from bot.answering.understanding.understand import understand
from ingest.__main__ import main
from ingest.models import SAMPLE_SCOPE, SHARED_SCOPE
from ingest.settings import IngestSettings
from ingest.wiring import Corpus, open_corpus

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SCOPES = (SHARED_SCOPE, SAMPLE_SCOPE)
NEWS = {
    "nordlicht-2": (20, "Nordlicht Labs released Polaris 2, an open-weight language model with 34 billion parameters."),
    "nordlicht-3": (2, "Nordlicht Labs released Polaris 3, an open-weight language model with 50 billion parameters."),
    "harbor": (9, "Harbor AI has acquired the robotics firm Kite for $120 million, it said on Friday."),
    "announced": (0.4, "What happened"),
    "recap": (7, "Over the weekend Moss Robotics showed a machine that plants trees on steep slopes."),
    "tokens": (40, "The Zyxograph tokenizer splits words into syllables, which makes German cheaper."),
    "anthropic": (50, "Anthropic published a study about the welfare of models."),
    "anthropic-2": (51, "Anthropic hired a chief economist."),
    "anthropic-3": (52, "Anthropic opened an office in Tokyo."),
    "anthropic-4": (53, "Anthropic asked its users about their work."),
    "anthropic-5": (54, "Anthropic changed the terms of its service."),
}


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    folder = tmp_path_factory.mktemp("news")
    lines = [
        {"url": f"https://news.example/{name}", "title": name, "source": "The Daily Model", "text": text}
        | {"published_at": (NOW - age * DAY).isoformat()}
        for name, (age, text) in NEWS.items()
    ]
    (folder / "news.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    yield from ingested(folder / "news.jsonl", folder / "data")


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    with as_file(files("ingest") / "data" / "samples") as folder:
        yield from ingested(folder, tmp_path_factory.mktemp("samples"))


def ingested(source: Path, folder: Path) -> Iterator[Corpus]:
    for words in (["add", str(source)], ["run", "--once"]):
        assert main(["--data-dir", str(folder), *words]) == 0
    with open_corpus(IngestSettings.load(data_dir=folder), "tests") as corpus:
        yield corpus


def found(corpus: Corpus, text: str) -> Retrieved:
    return retrieve(corpus.search, understand(Question(text, NOW)), clock=NOW, scopes=SCOPES)


def titles(corpus: Corpus, text: str) -> list[str]:
    return [passage.article.title for passage in found(corpus, text).passages]


def answer(corpus: Corpus, text: str) -> Answer:
    return Answerer(corpus.catalogue, corpus.search).answer(Question(text, NOW, scopes=SCOPES))


def test_of_two_articles_the_newer_one_comes_first_where_the_newest_is_asked_for(news: Corpus) -> None:
    assert titles(news, "what is the newest Nordlicht model?")[0] == "nordlicht-3"
    assert "nordlicht-2" in titles(news, "what is the newest Nordlicht model?")


def test_newness_does_not_hide_an_old_article_that_alone_answers(news: Corpus) -> None:
    assert titles(news, "what is the latest on the Zyxograph tokenizer?")[0] == "tokens"


def test_another_word_for_the_same_thing_finds_it(news: Corpus) -> None:
    assert titles(news, "who bought Kite?")[0] == "harbor"


def test_a_misspelt_name_finds_what_was_meant(news: Corpus) -> None:
    assert "anthrop" in found(news, "what did Antropic do?").weights
    assert titles(news, "antropic economist?")[0] == "anthropic-2"


def test_a_name_that_the_corpus_does_not_know_is_not_taken_for_another(news: Corpus) -> None:
    assert "polaris9" in found(news, "how large is Polaris 9?").weights


def test_a_name_is_not_joined_to_the_verb_before_it(samples: Corpus) -> None:
    weights = found(samples, "Who makes Trainium3?").weights
    assert set(weights) == {"make", "trainium3", "trainium"}


def test_words_that_only_ask_are_not_missed_where_no_article_has_them_but_names_are(samples: Corpus) -> None:
    assert set(found(samples, "any news about robots?").weights) == {"robot"}
    assert set(found(samples, "¿qué es SparseFlow?").weights) == {"sparseflow"}
    assert "polari" in found(samples, "any news about Polaris?").weights
    assert "news" in found(samples, "who bought “Robot News”?").weights
    asked, said = found(samples, "any news about robots?"), found(samples, "robots?")
    assert asked.length == said.length + 1, "they still are words of the question"


def test_what_is_of_the_window_comes_first_with_the_recap_of_the_day_after_and_nothing_is_hidden(news: Corpus) -> None:
    last_week = titles(news, "what happened last week?")  # 22 to 28 June; the recap is of the 23rd
    assert {"recap", "nordlicht-3"} <= set(last_week[:4])
    assert len(last_week) > 4
    assert "recap" in titles(news, "what happened on June 22?")[:2]


def test_articles_outside_a_window_are_behind_and_further_where_it_counts_from_the_clock() -> None:
    dated = understand(Question("what happened until June 27?", NOW))
    counted = understand(Question("what happened last week?", NOW))
    assert dated.window is not None
    assert counted.window is not None
    assert prior(dated, NOW)(NOW - DAY) in (-LATE, -OUTSIDE)
    assert prior(dated, NOW)(NOW - 9 * DAY) == 0.0
    assert prior(counted, NOW)(NOW - 90 * DAY) == -NOT_NEWS
    assert prior(understand(Question("what happened?", NOW)), NOW)(NOW) == 0.0


def test_what_was_set_beside_the_question_is_a_wall_but_for_the_recap_of_the_day_after() -> None:
    until = NOW - 3 * DAY
    assert view(Window(None, until), NOW, SCOPES).until == until + REPORTED_LATER
    assert view(None, NOW, SCOPES).until is None


def test_newness_fades_and_is_never_more_than_its_weight() -> None:
    newest = prior(understand(Question("what is the latest?", NOW)), NOW)
    values = [newest(NOW - days * DAY) for days in (-1, 0, 1, 10, 100)]
    assert values == sorted(values, reverse=True)
    assert values[0] == values[1] == NEWEST
    assert values[3] == pytest.approx(NEWEST / 2)
    assert values[-1] > 0.0


@pytest.mark.parametrize(
    "question",
    [
        "best pancake recipe?",
        "what's the weather in Lisbon tomorrow?",
        "who won the world cup?",
        "how do I fix a flat tyre",
    ],
)
def test_what_has_nothing_to_do_with_the_corpus_is_not_answered(news: Corpus, samples: Corpus, question: str) -> None:
    for corpus in (news, samples):
        result = answer(corpus, question)
        assert (result.status, result.quotes, result.statements) == (Status.NO_EVIDENCE, (), ())


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What is DeepSeek Sparse Attention?", "lightweight indexer"),
        ("how much is the anthropic snowflake deal worth?", "$200 million"),
        ("was ist Trainium3?", "Trainium3"),
        ("Who unveiled Trainium3?", "Amazon Web Services"),
        ("does aws support nvidia’s nvlink fusion", "NVLink Fusion"),
        ("Was ist SparseFlow?", "SparseFlow"),
        ("quotes about robots", "robots"),
        ("what happened on 1 December 2025?", "NVIDIA and OpenAI announced on 1 December 2025"),
        ("how many gigawatts will nvidia and openai deploy", "gigawatts"),
    ],
)
def test_what_the_samples_tell_is_answered_with_its_sentence(samples: Corpus, question: str, words: str) -> None:
    result = answer(samples, question)
    assert result.status is Status.ANSWERED
    assert words in " ".join(quote.text for quote in result.quotes)


@pytest.mark.parametrize("question", ["What happened today?", "tldr of this week", "any big AI news today?"])
def test_who_asks_for_everything_of_a_time_is_shown_no_announcement_and_told_of_digests(
    news: Corpus, question: str
) -> None:
    result = answer(news, question)
    assert not any(quote.text.startswith("What happened") for quote in result.quotes)
    assert result.quotes or result.text.endswith("ask for a digest.")
    assert "digest" not in answer(news, "what did Zyxograph release today?").text


def test_a_near_miss_is_less_sure_than_what_was_told(news: Corpus) -> None:
    def sure(text: str) -> float:
        retrieved = found(news, text)
        return confidence(retrieved, rank_sentences(retrieved))

    assert sure("how many parameters does Polaris 3 have?") > sure("how many parameters does Polaris 7 have?")
    assert sure("who acquired Kite?") > sure("who invented Kite?")


def test_without_evidence_there_is_no_confidence(news: Corpus) -> None:
    retrieved = found(news, "anything?")
    assert confidence(retrieved, []) == 0.0


def test_every_feature_has_a_weight_and_all_but_one_lie_between_0_and_1(news: Corpus) -> None:
    assert set(WEIGHTS) == {field.name for field in fields(Features)}
    for text in ("who bought Kite?", "what is the newest Nordlicht model?", "pancakes?", "何が新しい？"):
        retrieved = found(news, text)
        values = asdict(features(retrieved, rank_sentences(retrieved)))
        assert all(0.0 <= value <= 1.0 for name, value in values.items() if name != "detail"), values
        assert values["detail"] >= 0.0
