"""Whatever a language model writes is read as far as it can be read, and never raises."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.composing.reply import Draft, Reply, parse_reply

ONE = Draft("It is so.", (1, 3))
TWO = Draft("It was so.", (2,))
WHOLE = (
    '{"found": true, "statements": '
    '[{"text": "It is so.", "evidence": [1, 3]}, {"text": "It was so.", "evidence": [2]}]}'
)


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        f"```json\n{WHOLE}\n```",
        f"Sure! Here [as asked] is {{the}} JSON:\n{WHOLE}\nHope this helps.",
        WHOLE.replace("]}]}", "],},],}"),
        WHOLE.replace("[1, 3]", '"[1], [3]"').replace("[2]", "2"),
        WHOLE.replace("[1, 3]", '["1", 3.0]').replace("[2]", '"2"'),
    ],
    ids=["bare", "fenced", "between words", "trailing commas", "as words", "as strings"],
)
def test_statements_are_read_in_whatever_dress_they_come(text: str) -> None:
    assert parse_reply(text) == Reply((ONE, TWO), True)


def test_a_list_that_was_cut_keeps_its_whole_statements() -> None:
    assert parse_reply(WHOLE[:-12]).drafts == (ONE,)


def test_a_single_statement_and_a_bare_list_are_statements_too() -> None:
    assert parse_reply('{"text": "It is so.", "evidence": "1,3"}').drafts == (ONE,)
    assert parse_reply('[{"text": "It was so.", "evidence": [2]}]').drafts == (TWO,)


def test_the_models_own_no_is_heard() -> None:
    assert parse_reply('{"found": false, "statements": []}') == Reply((), False)
    assert parse_reply('{"statements": []}') == Reply((), False)
    assert parse_reply("I do not know.") == Reply((), None)


def test_ranges_and_copied_words_are_evidence() -> None:
    draft = parse_reply('{"text": "A", "evidence": "2-4", "words": ["so it is"]}').drafts[0]
    assert (draft.numbers, draft.words) == ((2, 3, 4), ("so it is",))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from(["text", "evidence", "statements", "found", "words", "x"]), inner)
    ),
    max_leaves=30,
)


@given(
    st.one_of(
        st.text(),
        JSON.map(json.dumps),
        st.tuples(JSON.map(json.dumps), st.integers(0, 200)).map(lambda c: c[0][: c[1]]),
    )
)
def test_no_text_whatever_raises(text: str) -> None:
    for draft in parse_reply(text).drafts:
        assert draft.text.strip()
        assert draft.text.encode("utf-8")


@pytest.mark.parametrize(
    "text", ["[" * 50_000, '{"a":' * 10_000, '{"text": "\\ud800", "evidence": [1e999]}', '{"text": ' + "9" * 5000]
)
def test_monstrous_replies_are_only_unreadable(text: str) -> None:
    assert all(draft.numbers == () for draft in parse_reply(text).drafts)
