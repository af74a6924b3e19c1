"""Words that a model copied, well or badly, lead to whole sentences of the article or to nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.composing.locate import locate
from bot.answering.quotes import MAX_QUOTE_CHARS
from tests.bot.answering.passages import ANTHROPIC, GOOGLE, Written, write

BOTH = (ANTHROPIC.passage, GOOGLE.passage)
ROUND, SPEND, ADVERTS = (ANTHROPIC.passage.sentence_text(i) for i in range(3))


def found(words: str, *passages: Written) -> str | None:
    evidence = locate(words, [w.passage for w in passages] or BOTH)
    return evidence.text if evidence else None


@pytest.mark.parametrize(
    "words",
    [
        ROUND,
        "raised $65B in Series H",
        "ANTHROPIC  said it\nraised $65b in series h",
        "“Anthropic said it raised $65B — in Series H, at a $965B valuation”",
        "Anthropic said it raised $65B in its Series H at a valuation of $965B, led by Altimeter, Sequoia.",
    ],
    ids=["exact", "part", "white space and case", "punctuation", "nearly"],
)
def test_copied_words_lead_to_the_whole_sentence_they_came_from(words: str) -> None:
    assert found(words) == ROUND


def test_words_over_two_sentences_lead_to_both() -> None:
    assert found("spend 40% of it on chips. It will not sell") == f"{SPEND} {ADVERTS}"


def test_typographic_forms_are_the_same_word() -> None:
    curly = write("The lab’s “ﬁrst” model costs ５ euros — and it’s café\u00adready.")
    assert found("the lab's \"first\" model costs 5 euros - and it's cafeready", curly) == curly.passage.sentence_text(
        0
    )


@pytest.mark.parametrize("words", ["", "  ", "...", "\u200b", "the moon landing was faked in a studio in 1969"])
def test_words_that_stand_nowhere_lead_to_nothing(words: str) -> None:
    assert found(words) is None


def test_one_or_two_words_that_stand_in_several_sentences_point_at_none() -> None:
    assert found("It") is None
    assert found("Apache 2.0") == GOOGLE.passage.sentence_text(0)


def test_a_part_of_a_word_is_not_the_word() -> None:
    twice = write("The unreleased modeling toolkit arrived here.", "Release model tools arrived late.")
    assert found("release model tool", twice) != twice.passage.sentence_text(0)


def test_more_words_than_a_quote_may_hold_are_cut_to_whole_sentences() -> None:
    long = write(*(f"Sentence number {i} goes on for a while, {'word ' * 20}and ends here." for i in range(6)))
    text = found(long.passage.text, long)
    assert text is not None
    assert len(text) <= MAX_QUOTE_CHARS
    assert text.startswith("Sentence number")
    assert text.endswith("ends here.")


SENTENCES = st.lists(st.text(min_size=1, max_size=700).filter(str.strip), min_size=1, max_size=6)


@given(SENTENCES, st.sampled_from(["", " ", "\n\n"]), st.data())
def test_whatever_words_come_in_only_whole_sentences_come_out(
    sentences: list[str], gap: str, data: st.DataObject
) -> None:
    written = write(*sentences, gap=gap)
    text = written.passage.text
    cut = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).map(lambda ab: text[min(ab) : max(ab)])
    words = data.draw(st.one_of(st.text(), cut, cut.map(str.upper), cut.map(lambda t: t.replace(" ", "-"))))
    evidence = locate(words, [written.passage])
    if evidence is not None:
        starts, ends = {s.start for s in written.passage.sentences}, {s.end for s in written.passage.sentences}
        assert evidence.span.start in starts
        assert evidence.span.end in ends
        assert written.text[evidence.span.start : evidence.span.end] == evidence.text
        assert len(evidence.text) <= MAX_QUOTE_CHARS or evidence.first == evidence.last


@given(SENTENCES)
def test_an_exact_copy_of_a_sentence_is_always_found(sentences: list[str]) -> None:
    longest = max(sentences, key=lambda s: len(s.split()))
    written = write(*sentences, gap="\n\n")
    if len(longest.split()) >= 3 and all(word.isalpha() for word in longest.split()):
        evidence = locate(longest, [written.passage])
        assert evidence is not None
        assert longest.strip() in evidence.text
