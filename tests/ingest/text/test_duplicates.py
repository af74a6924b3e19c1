"""What is one text in two places, and what only looks like it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.text.duplicates import LEAST_SHARED, LEAST_WORDS, is_same_text, sketch

REPORT = (
    " ".join(f"word{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(200))
    + ". It grew by 12 percent to 340 million."
)


def test_a_copy_with_an_agencys_lines_is_the_same_text() -> None:
    copy = f"LONDON, June 3 - {REPORT} This story was first published by the Agency."
    assert is_same_text(REPORT, copy)
    assert len(set(sketch(REPORT)) & set(sketch(copy))) >= LEAST_SHARED


def test_the_same_words_with_another_figure_are_another_report() -> None:
    assert not is_same_text(REPORT, REPORT.replace("12 percent", "13 percent"))


def test_a_copy_that_is_cut_off_is_the_same_text() -> None:
    assert is_same_text(REPORT, REPORT[: len(REPORT) * 9 // 10])


def test_short_texts_are_never_merged() -> None:
    assert sketch("Bug fixes and improvements. " * (LEAST_WORDS // 4 - 1)) == ()


def test_texts_without_words_have_nothing_in_common() -> None:
    assert not is_same_text("", "")


@given(st.text(), st.text())
def test_being_the_same_text_does_not_depend_on_the_order(one: str, other: str) -> None:
    assert is_same_text(one, other) == is_same_text(other, one)


@given(st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta"]), min_size=LEAST_WORDS, max_size=300))
def test_a_sketch_depends_on_the_words_alone(words: list[str]) -> None:
    assert sketch(" ".join(words)) == sketch("\n".join(words).upper())
