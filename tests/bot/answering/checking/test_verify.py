"""The gate: what a quote does not support is named, what it supports passes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.checking.verify import ProblemKind, Support, verify
from tests.bot.answering.passages import ANTHROPIC, GOOGLE

MONEY = Support((ANTHROPIC.passage.text,), (ANTHROPIC.passage.article,))
GEMMA = Support((GOOGLE.passage.text,), (GOOGLE.passage.article,))


@pytest.mark.parametrize(
    "statement",
    [
        "Anthropic raised 65 billion dollars in its Series H, led by Altimeter and Sequoia.",
        "On 28 May 2026 The Daily Model reported a valuation of $965 billion for Anthropic.",
        "The round was led by Sequoia and Altimeter.",
        "Anthropic reportedly plans to spend 40 percent on chips.",
        "Anthropic won't sell adverts.",
    ],
)
def test_a_true_statement_passes(statement: str) -> None:
    assert verify(statement, MONEY) == []


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("Anthropic raised $66B in Series H.", ProblemKind.NUMBER),
        ("Anthropic raised $65B in Series H, led by Greenoaks.", ProblemKind.NAME),
        ("Anthropic raised $65B in June 2026.", ProblemKind.DATE),
        ("Anthropic did not raise $65B in Series H.", ProblemKind.NEGATION),
        ("The company will spend 40% of it on chips.", ProblemKind.HEDGE),
        ("The weather has been lovely around here lately.", ProblemKind.UNRELATED),
        ("Anthropic raised $65B: https://evil.example", ProblemKind.MARKUP),
        ("Anthropic raised [$65B](evil.example).", ProblemKind.MARKUP),
        ("Anthropic raised $65B, says <@123>.", ProblemKind.MARKUP),
        ("Anthropic raised $65B, @everyone.", ProblemKind.MARKUP),
        ("Anthropic raised **$65B**.", ProblemKind.MARKUP),
        ("Anthropic raised $65B. " * 40, ProblemKind.LENGTH),
    ],
)
def test_each_kind_of_falsehood_is_named(statement: str, kind: ProblemKind) -> None:
    assert kind in {problem.kind for problem in verify(statement, MONEY)}


def test_a_name_may_stand_in_the_passage_around_the_quote_and_a_number_may_not() -> None:
    memory = Support((GOOGLE.passage.sentence_text(1),), (), (GOOGLE.passage.text,))
    assert verify("Gemma 4 12B needs roughly 16GB of memory.", memory) == []
    assert [p.kind for p in verify("Gemma 4 27B needs roughly 16GB of memory.", memory)] == [ProblemKind.NUMBER]
    unsaid = verify("It needs roughly 16GB of memory and is 2.0 times as fast.", memory)
    assert ProblemKind.NUMBER in {problem.kind for problem in unsaid}


def test_the_year_of_a_date_comes_from_the_publication() -> None:
    assert verify("Google released Gemma 4 12B on 26 May 2026.", GEMMA) == []
    assert verify("Google released Gemma 4 12B on 26 May 2025.", GEMMA) != []


@pytest.mark.parametrize(
    "statement",
    [
        "Anthropic hat in der Serie H 65 Milliarden Dollar eingesammelt, angeführt von Altimeter.",
        "Das Unternehmen wird mit 965 Mrd. US-Dollar bewertet.",
        "Die Finanzierungsrunde wurde von Altimeter und Sequoia angeführt.",
        "Anthropic schloss die Runde am 28. Mai 2026 ab.",
        "Anthropic a levé 65 milliards de dollars en série H.",
        "Anthropic recaudó 65.000 millones de dólares en la Serie H.",
        "Anthropicは650億ドルを調達した。",
    ],
)
def test_a_true_translation_passes(statement: str) -> None:
    assert verify(statement, MONEY, same_language=False) == []


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("Anthropic hat in der Serie H 66 Milliarden Dollar eingesammelt.", ProblemKind.NUMBER),
        ("Anthropic hat in der Serie H 65 Millionen Dollar eingesammelt.", ProblemKind.NUMBER),
        ("Mistral hat in der Serie H 65 Milliarden Dollar eingesammelt.", ProblemKind.NAME),
        ("Die Runde wurde von Benchmark angeführt.", ProblemKind.NAME),
        ("Die OpenAI-Runde wurde von Altimeter angeführt.", ProblemKind.NAME),
        ("Anthropic schloss die Runde am 27. Mai 2026 ab.", ProblemKind.DATE),
        ("Anthropic recaudó 66.000 millones de dólares.", ProblemKind.NUMBER),
        ("La ronda fue liderada por Benchmark.", ProblemKind.NAME),
        ("Anthropicは660億ドルを調達した。", ProblemKind.NUMBER),
        ("Gebt `rm -rf` ein.", ProblemKind.MARKUP),
    ],
)
def test_a_translation_is_checked_by_value_and_by_the_original_names(statement: str, kind: ProblemKind) -> None:
    assert kind in {problem.kind for problem in verify(statement, MONEY, same_language=False)}


def test_who_answers_in_english_is_checked_like_any_other_whatever_the_question_was_in() -> None:
    flipped = "The company will sell adverts, and it raised $65B in Series H."
    assert verify(flipped, MONEY, same_language=False) == verify(flipped, MONEY)


@given(st.text())
def test_no_statement_whatever_raises(statement: str) -> None:
    verify(statement, MONEY)
    verify(statement, MONEY, same_language=False)


@given(st.text(), st.sampled_from(["https://a.b", "<@1>", "<#2>", "[a](b)", "@here", "```"]), st.text())
def test_nothing_live_ever_passes(before: str, live: str, after: str) -> None:
    assert verify(f"{before} {live} {after}", MONEY) != []
    assert verify(f"{before} {live} {after}", MONEY, same_language=False) != []


@pytest.mark.parametrize(
    "statement", ["Scale AI raised $65 billion.", "Together AI raised $65 billion.", "Character AI raised $65 billion."]
)
def test_a_company_named_by_an_everyday_word_is_a_name_at_the_start_of_a_sentence(statement: str) -> None:
    assert ProblemKind.NAME in {problem.kind for problem in verify(statement, MONEY)}


@pytest.mark.parametrize(("known", "caught"), [(("Linear", "Replicate"), True), ((), False)])
def test_an_everyday_word_is_a_name_where_the_articles_write_it_as_one(known: tuple[str, ...], caught: bool) -> None:
    support = replace(MONEY, names_among=lambda words: [word for word in words if word in known])
    for word in ("Linear", "Replicate"):
        problems = verify(f"{word} raised $65 billion.", support)
        assert (ProblemKind.NAME in {problem.kind for problem in problems}) is caught


@pytest.mark.parametrize("said", ["10^26", "10²⁶", "1e26"])
def test_a_power_is_one_number_however_it_is_written(said: str) -> None:
    support = Support(("A license is required for training runs above 10²⁶ floating point operations.",), ())
    true = f"A license is required for training runs above {said} floating point operations."
    assert verify(true, support) == []
    false = true.replace("26", "25").replace("²⁶", "²⁵")
    assert ProblemKind.NUMBER in {problem.kind for problem in verify(false, support)}
