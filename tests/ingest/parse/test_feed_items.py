"""Identities of items survive what feeds do to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.parse.feed_items import LONGEST_KEY, RawItem, to_items

MAY = datetime(2026, 5, 1, tzinfo=UTC)


def raw(guid: str = "", url: str | None = None, title: str = "", days: int | None = None, text: str = "") -> RawItem:
    return RawItem(guid, url, title, None, None if days is None else MAY + timedelta(days=days), None, text)


def keys(*items: RawItem) -> list[str]:
    return [item.key for item in to_items(items)]


def test_an_item_is_its_guid_else_its_link_else_its_title() -> None:
    assert keys(raw("g", "https://x/1", "t"), raw("", "https://x/2", "t2"), raw(title="t3")) == [
        "g",
        "https://x/2",
        "t3",
    ]


@pytest.mark.parametrize("letter", ["a", "é", "人", "🙂"])
def test_very_long_names_are_keys_that_every_database_takes_and_stay_distinct(letter: str) -> None:
    long = letter * 50_000
    made = keys(raw(long, title="a"), raw(long + "2", title="b"), raw(title=long + "3"))
    assert len(set(made)) == 3
    assert all(len(key.encode()) <= 4 * LONGEST_KEY for key in made)
    assert keys(raw(long, title="c")) == [made[0]]
    assert keys(raw(title=letter * LONGEST_KEY)) == [letter * LONGEST_KEY]


def test_a_guid_that_repeats_identifies_nothing_and_leaves_the_others_alone() -> None:
    assert keys(raw("g", "https://x/1"), raw("g", "https://x/2"), raw("h", "https://x/3")) == [
        "https://x/1",
        "https://x/2",
        "h",
    ]


def test_pairs_tell_items_apart_where_single_fields_do_not() -> None:
    assert keys(raw("g", None, "a"), raw("g", None, "b"), raw("h", None, "b")) == ["a", "g | b", "h"]


def test_the_same_item_twice_is_one_and_an_empty_one_is_none() -> None:
    assert keys(raw("g", title="a"), raw("g", title="a"), raw("only a guid")) == ["g"]


def test_items_are_sorted_by_date_and_undated_ones_keep_their_neighbour() -> None:
    items = [raw("old", title="a", days=1), raw("undated", title="b"), raw("new", title="c", days=9)]
    assert keys(*items) == ["new", "old", "undated"]
    assert keys(raw("x", title="a"), raw("y", title="b")) == ["x", "y"]


NAMES = st.sampled_from(["", "a", "b"])


@given(st.lists(st.builds(raw, NAMES, st.one_of(st.none(), st.just("https://x/")), NAMES, st.integers(0, 2), NAMES)))
def test_keys_never_repeat_and_do_not_depend_on_order(items: list[RawItem]) -> None:
    found = keys(*items)
    assert len(found) == len(set(found))
    assert set(found) == set(keys(*reversed(items)))
