"""Messages are at most 2,000 characters long and never cut where it hurts."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.markdown import fold, harmless, restored
from bot.render.splitting import LIMIT, pack, paragraph, size, whole
from tests.bot.discord_markdown import live
from tests.bot.examples import hostile_text

long_text = st.builds(lambda text, times: text * times, hostile_text, st.integers(1, 60))


@given(st.lists(long_text, max_size=5))
def test_no_message_is_longer_than_discord_allows_and_none_is_empty(texts: list[str]) -> None:
    messages = pack([paragraph(harmless(text)) for text in texts])
    assert all(0 < size(message) <= LIMIT for message in messages)


@given(long_text)
def test_cutting_makes_nothing_live(text: str) -> None:
    for message in pack([paragraph(harmless(text))]):
        assert list(live(message)) == []


@given(st.lists(st.sampled_from(["word", "`https://a.example/b c`", r"\*", "[12]", "😀😀😀", "#"]), max_size=900))
def test_cutting_loses_and_adds_no_word(words: list[str]) -> None:
    markdown = " ".join(words)
    joined = " ".join(message.removeprefix("… ") for message in pack([paragraph(markdown)]))
    assert joined.split() == markdown.split()


@given(st.lists(st.sampled_from(["a" * 150, "[12]", "[3]", "word ", "` b `"]), min_size=1, max_size=60))
def test_no_mark_is_cut_not_even_in_a_word_without_end(pieces: list[str]) -> None:
    messages = pack([paragraph("".join(pieces))])
    assert sum(len(re.findall(r"\[\d+\]", message)) for message in messages) == sum(p.startswith("[") for p in pieces)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=990), max_size=8))
def test_a_whole_block_is_found_whole_on_one_message(texts: list[str]) -> None:
    shown = [f"> {harmless(text)}" for text in texts if fold(text)]
    blocks = [whole(text) for text in shown if size(text) < LIMIT - 2]
    messages = pack(blocks)
    assert all(any(block.text.strip() in message for message in messages) for block in blocks)


def test_blocks_share_a_message_while_they_fit() -> None:
    assert pack([whole("a" * 999), whole("b" * 999)]) == ["a" * 999 + "\n\n" + "b" * 999]
    assert pack([whole("a" * 999), whole("b" * 1000)]) == ["a" * 999, "b" * 1000]


def test_an_emoji_counts_as_two_characters() -> None:
    assert size("a😀") == 3
    assert len(pack([paragraph("😀" * 1_500)])) == 2


def test_a_continuation_cannot_start_a_heading_or_a_list() -> None:
    messages = pack([paragraph("word " * 399 + "abcd # no heading - no list")])
    assert messages[1] == "… # no heading - no list"


def test_a_mark_is_never_cut() -> None:
    for length in range(1_980, 2_000):
        messages = pack([paragraph("a" * 150 + " " + "bc " * ((length - 150) // 3) + "[1][2] end")])
        assert sum("[1][2]" in message for message in messages) == 1


def test_a_code_span_longer_than_a_message_is_shortened_and_stays_code() -> None:
    messages = pack([paragraph(harmless("https://a.example/" + "x" * 5_000))])
    assert len(messages) == 1
    assert list(live(messages[0])) == []
    assert restored(messages[0]).endswith("x…")


def test_what_cannot_be_whole_is_refused() -> None:
    with pytest.raises(ValueError, match="2001 characters"):
        whole("a" * 2_001)
