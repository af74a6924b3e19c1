"""Text of others is shown as it is, and does nothing."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.render.markdown import emboldened_lines, fold, harmless, harmless_lines, masked_link, restored
from tests.bot.discord_markdown import live
from tests.bot.examples import ADDRESSES, EMOJI_AND_TIMES, MENTIONS, hostile_text


@given(hostile_text)
@example("`https://a.example`https://b.example`")
@example("@everyone@here")
@example("https://a.example||www.b.example")
@example("1. one")
def test_a_rendered_text_can_be_restored_to_the_letter(text: str) -> None:
    assert restored(harmless(text)) == fold(text)


@given(hostile_text)
@example("\\`https://a.example")
@example("xhttps://a.example")
def test_nothing_in_a_rendered_text_is_live(text: str) -> None:
    assert list(live(harmless(text))) == []


@given(hostile_text)
@example(":smile:0")
def test_nothing_becomes_live_by_what_is_written_around_it(text: str) -> None:
    assert list(live(f"a: {harmless(text)}: b")) == []


@given(hostile_text)
def test_nothing_in_a_rendered_block_quote_is_live(text: str) -> None:
    assert list(live(f"> {harmless(text)} ")) == []


@given(hostile_text, st.integers(0, 80), st.integers(0, 80))
@example("https://a.example", 3, 9)
@example("\\https://a.example", 0, 9)
@example("a `b` c", 2, 5)
@example("one\ntwo", 2, 5)
def test_bold_adds_no_word_and_nothing_that_is_live(text: str, one: int, other: int) -> None:
    lines = emboldened_lines(text, min(one, other), max(one, other))
    assert list(map(restored, lines)) == list(map(restored, harmless_lines(text)))
    assert {found for line in lines for found in live(f"> {line}")} <= {"*"}


def test_the_words_that_answer_are_bold() -> None:
    assert emboldened_lines("It raised $65 billion.", 10, 21) == ["It raised **$65 billion**."]
    assert emboldened_lines("Kite | 7\nSkua | 9", 7, 8) == ["Kite | **7**", "Skua | 9"]


@pytest.mark.parametrize(
    "trick", [*ADDRESSES, *MENTIONS, *EMOJI_AND_TIMES, "# h", "-# s", "- l", "1. l", ">>> q", "**b**", "||s||"]
)
def test_the_independent_reader_would_see_each_trick(trick: str) -> None:
    """Holds the two tests above to account: unrendered, all of this does something in Discord."""
    assert list(live(trick)) or trick == "mailto:a@b.example"


@given(hostile_text)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("Plain words, 3.5 and a-b.", "Plain words, 3.5 and a-b."),
        ("see https://a.example/x_y, ok", "see `https://a.example/x_y`, ok"),
        ("(https://a.example/X_(y))", "(`https://a.example/X_(y)`)"),
        ("[click](https://a.example)", r"\[click\]\(`https://a.example`)"),
        ("hi @everyone <@1>", "hi `@everyone` `<@1>`"),
        ("# big", r"\# big"),
        ("- item", r"\- item"),
        ("12. twelfth", r"12\. twelfth"),
        ("a || b | c", r"a \|\| b | c"),
        (":fire: at 10:30 sharp", r"\:fire: at 10:30 sharp"),
        ("the hotel:5 now", "the hotel:5 now"),
        ("two\n lines", "two lines"),
    ],
)
def test_text_stays_readable(text: str, markdown: str) -> None:
    assert harmless(text) == markdown


def test_a_link_goes_nowhere_but_to_its_address() -> None:
    assert masked_link("article", "https://a.example/x?y=1#z") == "[article](<https://a.example/x?y=1#z>)"
    hostile = masked_link("article", "https://a.example/) [b](https://evil.example) > <@1> @everyone ||`")
    assert list(live(hostile)) == [f"link:{hostile[len('[article](<') : -2]}"]


@pytest.mark.parametrize("url", [None, "", "javascript:alert(1)", "file:///etc/passwd", "https://", "/x", "http://["])
def test_only_web_addresses_become_links(url: str | None) -> None:
    assert masked_link("article", url) == ""


def test_a_mark_of_the_answer_and_the_words_of_a_quote_make_no_link_together() -> None:
    quoted = "]([click](https://evil.example/x)"
    assert list(live(f"[1]\n\n> {harmless(quoted)}")) == []
    assert restored(harmless(quoted)) == quoted
