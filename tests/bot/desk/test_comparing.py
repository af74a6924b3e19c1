"""Whether words stand in a text exactly, nearly, or not: what counts as the same, and which words differ."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.comparing import LEAST_ALIKE, exact_place, near_place
from tests.bot.examples import hostile_text

TEXT = (
    "Kestrel Works raised €12.5 million on 3 May 2027. Its “Lark” engine runs at 3.2 watts – half of what others "
    "need.\n\n"
    "The company’s founder, Ada Bergström, said that the engine isn't for cars. A factory in Tromsø opens next year."
)


def quoted(words: str) -> str | None:
    place = exact_place(words, TEXT)
    return TEXT[place.span.start : place.span.end] if place else None


@pytest.mark.parametrize(
    ("words", "theirs"),
    [
        ("Kestrel Works raised €12.5 million on 3 May 2027.", "Kestrel Works raised €12.5 million on 3 May 2027."),
        ('Its "Lark" engine runs at 3.2 watts - half', "Its “Lark” engine runs at 3.2 watts – half"),
        ("others need. The   company's\nfounder", "others need.\n\nThe company’s founder"),
        ("“the engine isn’t for cars…”", "the engine isn't for cars"),
        ("Ada Bergström", "Ada Bergström"),
    ],
)
def test_blanks_and_the_forms_of_marks_do_not_count_and_the_articles_own_are_copied(words: str, theirs: str) -> None:
    assert quoted(words) == theirs


@pytest.mark.parametrize(
    "words",
    ["€12.5 Million", "raised €12", "at 3 watts", "2 watts", "estrel Works", "the engine is for cars", "...", ""],
)
def test_other_letters_parts_of_words_and_parts_of_figures_are_not_exact(words: str) -> None:
    assert quoted(words) is None


@pytest.mark.parametrize(
    ("words", "differences"),
    [
        ("Kestrel Works raised €13.5 million on 3 May 2027.", [("13.5", "12.5")]),
        ("Kestrel Works raised €12.5 billion on 3 May 2027.", [("billion", "million")]),
        ("Sparrow Works raised €12.5 million on 3 May 2027.", [("Sparrow", "Kestrel")]),
        ("Kestrel Works raised €12.5 million on 3 May 2028.", [("2028", "2027")]),
        ("Ada Bergström said that the engine is for cars.", [("is", "isn't")]),
        ("The factory in Tromsø never opens next year", [("The", "A"), ("never", "")]),
        ("A factory in Tromsø opens year", [("", "next")]),
    ],
)
def test_near_words_are_told_with_what_the_text_has_instead(words: str, differences: list[tuple[str, str]]) -> None:
    place = near_place(words, TEXT)
    assert place is not None
    assert [(each.given, each.text) for each in place.differences] == differences
    assert LEAST_ALIKE <= place.alike < 1


@pytest.mark.parametrize(
    ("words", "in_figures"),
    [("Kestrel Works raised €13.5 million", True), ("Kestrel Works collected €12.5 million", False)],
)
def test_it_is_told_whether_a_figure_was_changed(words: str, in_figures: bool) -> None:
    place = near_place(words, TEXT)
    assert place is not None
    assert [each.in_figures for each in place.differences] == [in_figures]


@pytest.mark.parametrize(
    "words",
    [
        "Kestrel Works will buy Nvidia, the company confirmed in a letter to its shareholders.",
        "The engine of the year is a car that needs no factory and no founder at all.",
        "Lark",
        "鸢尾花公司筹集了一千二百万欧元",
    ],
)
def test_invented_words_about_the_same_subject_are_not_near(words: str) -> None:
    assert near_place(words, TEXT) is None


CHINESE = "鸢尾花公司在二〇二七年五月筹集了1250万欧元。该公司的云雀发动机功率为3.2瓦。"


def test_scripts_without_spaces_are_compared_by_their_letters() -> None:
    place = exact_place("云雀发动机功率为3.2瓦", CHINESE)
    assert place is not None
    assert CHINESE[place.span.start : place.span.end] == "云雀发动机功率为3.2瓦"
    assert exact_place("筹集了125", CHINESE) is None
    near = near_place("鸢尾花公司在二〇二七年五月筹集了1350万欧元", CHINESE)
    assert near is not None
    assert [(each.given, each.text) for each in near.differences] == [("1350", "1250")]
    assert near_place("这家公司明天将被竞争对手收购", CHINESE) is None


def test_the_right_place_of_a_long_text_is_found() -> None:
    filler = "The company said that the engine opens a factory in the next year. " * 400
    place = near_place("Kestrel Works raised €13.5 million on 3 May 2027", f"{filler}{TEXT}{filler}")
    assert place is not None
    assert place.span.start == len(filler)


@given(hostile_text, hostile_text)
def test_a_place_is_in_the_text_and_exact_words_are_the_same(words: str, text: str) -> None:
    for place in (exact_place(words, text), near_place(words, text)):
        assert place is None or 0 <= place.span.start < place.span.end <= len(text)


@given(st.text(alphabet="abc 12.,-'", min_size=1, max_size=40), st.data())
def test_whole_words_copied_out_of_a_text_are_found(text: str, data: st.DataObject) -> None:
    words = text.split()
    start = data.draw(st.integers(0, len(words)))
    copied = " ".join(words[start : data.draw(st.integers(start, len(words)))])
    if any(map(str.isalnum, copied)):
        assert exact_place(copied, text) is not None
