"""Readers see both sides of a disagreement, what has no source, and how old the evidence is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.answering import sentences
from bot.answering.models import Answer, Mode, Question, Quote, Statement, Status, Window
from bot.answering.quotes import MAX_QUOTES, Evidence, make_quote
from bot.answering.remarks.conflicting_quotes import in_quotes
from bot.answering.remarks.remarks import Remarker
from bot.answering.understanding.understand import understand
from bot.render import render_answer, render_terminal
from ingest.models import Passage
from tests.bot.answering.passages import ASKED_AT, write

OLD_AFTER = timedelta(days=90)


def told(text: str, article: str, published_at: datetime | None) -> Passage:
    """A passage of one sentence in an article of that date."""
    passage = write(text, article=article).passage
    return replace(passage, article=replace(passage.article, published_at=published_at))


NEW = told("Anthropic raised $65B in Series H.", "new", datetime(2026, 5, 28, tzinfo=UTC))
OLD = told("Anthropic raised $60B in Series H.", "old", datetime(2026, 5, 2, tzinfo=UTC))
OTHER = told("Google released Gemma 4.", "other", datetime(2026, 5, 20, tzinfo=UTC))
ANCIENT = told("Google released Gemma 3.", "ancient", datetime(2026, 1, 1, tzinfo=UTC))
UNDATED = told("Anthropic raised $61B in Series H.", "undated", None)
NOTE = "The sources differ: [1] (28 May 2026) says $65B, [2] (2 May 2026) says $60B. The newer one is [1]."


def quoting(*passages: Passage, window: Window | None = None) -> Answer:
    """An answer in quotes mode."""
    question = Question("What did Anthropic raise?", ASKED_AT)
    frame = Answer(question, Status.ANSWERED, Mode.QUOTES, "", window=window)
    return in_quotes(frame, tuple(make_quote(n, Evidence(p, 0, 0)) for n, p in enumerate(passages, 1)))


def stating(text: str, *passages: Passage) -> Answer:
    """An answer of a model, its one statement resting on the first passage."""
    return replace(quoting(*passages), mode=Mode.MODEL, text=f"{text} [1]", statements=(Statement(text, (1,)),))


def remarks(
    answer: Answer, *passages: Passage, asked: str = "what about it?", unsourced: tuple[str, ...] = ()
) -> Answer:
    understood = understand(Question(asked, ASKED_AT))
    return Remarker(understood, passages, unsourced, OLD_AFTER).remarked(answer)


def articles(answer: Answer) -> list[str]:
    return [quote.article.id for quote in answer.quotes]


def numbered(quotes: tuple[Quote, ...]) -> bool:
    return [quote.n for quote in quotes] == list(range(1, len(quotes) + 1))


def test_quotes_that_differ_are_told_with_their_dates_the_newer_first() -> None:
    for order in ((NEW, OLD), (OLD, NEW)):
        answer = remarks(quoting(*order), *order)
        assert answer.note == NOTE
        assert articles(answer) == ["new", "old"]
        assert numbered(answer.quotes)
        assert answer.text.startswith("Anthropic raised $65B in Series H. [1]")


def test_the_other_side_is_quoted_although_it_was_not_chosen() -> None:
    answer = remarks(quoting(OLD, OTHER), OTHER, NEW)
    assert (answer.note, articles(answer)) == (NOTE, ["new", "old", "other"])
    assert [s.quotes for s in answer.statements] == [(1,), (2,), (3,)]


def test_the_other_side_finds_room_among_the_quotes() -> None:
    many = [told(f"Lab {n} was founded.", f"x{n}", ASKED_AT) for n in range(MAX_QUOTES - 1)]
    for chosen in ((OLD, *many), (*many, OLD)):
        answer = remarks(quoting(*chosen), *chosen, NEW)
        assert len(answer.quotes) == MAX_QUOTES
        assert {"new", "old"} <= set(articles(answer))
        assert numbered(answer.quotes)


def test_a_models_statement_stands_and_the_other_side_is_quoted_behind_it() -> None:
    answer = remarks(stating("Anthropic raised $60B.", OLD), NEW)
    assert [s.quotes for s in answer.statements] == [(1,)]
    assert articles(answer) == ["old", "new"]
    assert answer.note == NOTE.replace("[1]", "[x]").replace("[2]", "[1]").replace("[x]", "[2]")


def test_without_a_date_no_side_is_called_the_newer() -> None:
    answer = remarks(quoting(NEW, UNDATED), NEW)
    assert answer.note == "The sources differ: [1] (28 May 2026) says $65B, [2] (no date) says $61B."


def test_one_article_does_not_disagree_with_itself() -> None:
    twice = replace(OLD, article=NEW.article, chunk_id="new:1:1")
    assert remarks(quoting(NEW, twice), NEW, twice).note is None


def test_old_evidence_is_marked_in_the_note_and_beside_its_date() -> None:
    answer = remarks(quoting(OTHER, ANCIENT), OTHER)
    assert (answer.note, answer.old) == ("[2] is more than 90 days old.", (2,))
    discord = "\n".join(message.content for message in render_answer(answer))
    for shown in (discord, render_terminal(answer)):
        assert "1 January 2026, 151 days old" in shown
        assert shown.count("days old") == 2
    assert remarks(quoting(ANCIENT), ANCIENT).note == "This is more than 90 days old."


def test_who_asks_about_the_past_is_not_told_that_it_is_past() -> None:
    answer = remarks(quoting(ANCIENT, window=Window(None, datetime(2026, 2, 1, tzinfo=UTC))), ANCIENT)
    assert (answer.note, answer.old) == (None, ())


def test_a_part_of_the_question_without_a_source_is_named() -> None:
    answer = remarks(quoting(OTHER), OTHER, asked="Is Gemma 4 better than Llama 5?")
    assert answer.note == "I found no source for this part of the question: Llama 5."


def test_a_name_that_stands_above_a_quote_or_in_a_checked_statement_has_a_source() -> None:
    luna = told("Luna costs $1.", "luna", ASKED_AT)
    asked = "What does GPT-5.6 Luna cost?"
    assert remarks(quoting(luna), luna, asked=asked).note is not None
    under = replace(luna, heading="GPT-5.6 family")
    assert remarks(quoting(under), under, asked=asked).note is None
    assert remarks(stating("GPT-5.6 Luna costs $1.", luna), luna, asked=asked).note is None


def test_a_german_noun_is_no_name_without_a_source() -> None:
    assert remarks(quoting(OTHER), OTHER, asked="Wie ist die Bewertung von Gemma 4?").note is None
    llama = remarks(quoting(OTHER), OTHER, asked="Wie ist die Bewertung von Llama 5?")
    assert llama.note == "I found no source for this part of the question: Llama 5."


def test_a_name_within_a_part_without_a_source_is_not_named_twice() -> None:
    answer = remarks(
        quoting(OTHER), OTHER, asked="Who made Gemma 4 and who made Llama 5?", unsourced=("who made Llama 5",)
    )
    assert answer.note == "I found no source for this part of the question: who made Llama 5."


def test_an_amount_that_only_the_question_tells_is_named() -> None:
    for asked, note in (
        ("Why did Anthropic raise $70B in Series H?", "I found no source for this part of the question: $70B."),
        ("Why did Anthropic raise 65 billion dollars in Series H?", None),
        ("Did Anthropic raise more than $50B?", None),
    ):
        assert remarks(quoting(NEW), NEW, asked=asked).note == note


def test_what_the_question_takes_for_granted_is_named_where_no_quote_says_it() -> None:
    answer = remarks(quoting(OTHER), OTHER, asked="Why did Google shut down Gemma 4?")
    assert answer.note == sentences.untold("shut down")
    assert remarks(quoting(OTHER), OTHER, asked="Why did Google launch Gemma 4?").note is None


@pytest.mark.parametrize(
    ("asked", "quoted", "form"),
    [
        ("What did Google pay for Gemma?", OTHER, "sum of money"),
        ("When was Anthropic's Series H?", NEW, "date"),
        ("How many people work on Gemma?", told("Google hires for Gemma.", "g", None), "number"),
    ],
)
def test_an_answer_that_lacks_what_is_asked_for_says_so(asked: str, quoted: Passage, form: str) -> None:
    assert f"None of these quotes gives a {form}." in (remarks(quoting(quoted), quoted, asked=asked).note or "")


def test_an_answer_that_holds_what_is_asked_for_does_not_say_so() -> None:
    assert remarks(quoting(NEW), NEW, asked="How much did Anthropic raise in Series H?").note is None


def test_who_asks_for_the_newest_is_told_where_the_articles_end() -> None:
    for newest, note in ((28, None), (20, "My newest article is from 20 May 2026.")):
        answer = replace(quoting(OTHER), newest_article_at=datetime(2026, 5, newest, tzinfo=UTC))
        assert remarks(answer, OTHER, asked="What is the latest Gemma?").note == note
        assert remarks(answer, OTHER, asked="Who released Gemma 4?").note is None


def test_a_stretch_of_time_that_goes_on_after_the_newest_article_is_told() -> None:
    may = Window(datetime(2026, 5, 1, tzinfo=UTC), ASKED_AT)
    answer = replace(quoting(OTHER, window=may), newest_article_at=datetime(2026, 5, 20, tzinfo=UTC))
    assert remarks(answer, OTHER).note == "My newest article is from 20 May 2026."


def test_a_note_that_is_there_already_comes_first() -> None:
    answer = remarks(replace(quoting(ANCIENT), note="Quotes only."), ANCIENT)
    assert answer.note == "Quotes only. This is more than 90 days old."


def test_an_abstention_stays_as_it_is() -> None:
    silence = replace(quoting(), status=Status.NO_EVIDENCE)
    assert remarks(silence, ANCIENT, asked="Is Llama 5 out?") is silence
