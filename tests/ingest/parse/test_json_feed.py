"""JSON Feed 1 and 1.1 (jsonfeed.org) in all their forms, as they are meant and as they are met."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import FailureKind, ParseError
from ingest.parse.feed import parse_feed
from ingest.parse.models import FeedItem, ParsedFeed

URL = "https://example.com/blog/feed.json"
VERSION = "https://jsonfeed.org/version/1.1"
ITEM = {"id": "1", "url": "/1", "content_text": "Words."}


def parse(*items: object, **feed: object) -> ParsedFeed:
    return parse_feed(json.dumps({"version": VERSION, "items": items} | feed).encode(), url=URL)


def one(**item: object) -> FeedItem:
    """The item of a feed, with what is given here instead of the usual."""
    (found,) = parse(ITEM | item).items
    return found


def refusal(document: object) -> ParseError:
    body = document if isinstance(document, str) else json.dumps(document)
    with pytest.raises(ParseError) as caught:
        parse_feed(body.encode(), url=URL)
    assert caught.value.kind is FailureKind.NOT_A_FEED
    return caught.value


@pytest.mark.parametrize("version", ["https://jsonfeed.org/version/1", VERSION, "http://www.jsonfeed.org/version/1"])
def test_each_version_is_read(version: str) -> None:
    feed = parse(ITEM, version=version, title=" The\nnews ", home_page_url="/", language="de")
    assert (feed.title, feed.site_url, feed.language) == ("The news", "https://example.com/", "de")
    assert [item.key for item in feed.items] == ["1"]
    assert not feed.has_ended


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ({"content_html": "<p>One <b>two</b>.</p><p>Three.</p>", "content_text": None}, "One two.\n\nThree."),
        ({"content_text": "1 < 2\nand <b>so</b> on"}, "1 < 2\nand <b>so</b> on"),
        ({"content_html": "<p>Rich.</p>", "content_text": "Plain."}, "Rich."),
        ({"content_html": "<img src=x>", "content_text": "Plain."}, "Plain."),
        ({"content_html": "", "content_text": " ", "summary": "In short."}, "In short."),
        ({"content_html": ["<p>no</p>"], "content_text": {"no": 1}}, ""),
    ],
)
def test_the_body_is_the_first_form_that_has_words(body: dict[str, Any], text: str) -> None:
    assert one(**body).text == text


@pytest.mark.parametrize(
    ("written", "key"),
    [("7", "7"), ("7.50", "7.50"), ("1e3", "1e3"), ("9" * 600, "9" * 600), ('" a\\tb "', "a b"), ("-0", "-0")],
)
def test_an_id_is_text_as_it_is_written_even_where_it_is_a_number(written: str, key: str) -> None:
    document = f'{{"version": "{VERSION}", "items": [{{"id": {written}, "title": "One"}}]}}'
    assert [item.key for item in parse_feed(document.encode(), url=URL).items] == [key]


@pytest.mark.parametrize("identity", [None, "", True, [], {}, "missing"])
def test_an_item_without_an_id_is_known_by_its_address_and_then_by_its_title(identity: object) -> None:
    given = {} if identity == "missing" else {"id": identity}
    feed = parse(given | {"url": "/1", "title": "One"}, given | {"title": "Two"}, given)
    assert [item.key for item in feed.items] == ["https://example.com/1", "Two"]


def test_two_items_with_one_id_are_two_items() -> None:
    assert len(parse(ITEM, ITEM | {"url": "/2"}, ITEM).items) == 2


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ({"url": "/1", "external_url": "https://example.org/2"}, "https://example.com/1"),
        ({"url": None, "external_url": "https://example.org/2"}, "https://example.org/2"),
        ({"url": "javascript:1"}, None),
        ({"url": {"href": "/1"}}, None),
        ({"url": None}, None),
    ],
)
def test_an_items_own_page_goes_before_the_page_it_is_about(address: dict[str, Any], url: str | None) -> None:
    assert one(**address).url == url


def test_attachments_hubs_pictures_and_extensions_change_nothing() -> None:
    attachment = {"url": "https://example.org/a.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 9, "title": "Tape"}
    for attachments in ([attachment], [], "none", [None, 7], {"url": 1}):
        assert one(attachments=attachments, image="/i.png", tags=["a"], _own={"about": "x"}) == one()
    assert parse(ITEM, hubs=[{"type": "WebSub", "url": "https://hub.example/"}], icon="/i.png") == parse(ITEM)


@pytest.mark.parametrize(
    ("people", "author"),
    [
        ({"authors": [{"name": "Ann"}, {"url": "https://b.example/"}, {"name": "Bo"}, {"name": "Ann"}]}, "Ann, Bo"),
        ({"author": {"name": "Ann"}}, "Ann"),
        ({"authors": [{"name": "Ann"}], "author": {"name": "Bo"}}, "Ann"),
        ({"authors": [], "author": {"name": "Bo"}}, "Bo"),
        ({"authors": "Ann", "author": ["Bo"]}, "The desk"),
        ({"authors": [None, "Ann", {"name": {"first": "Ann"}}]}, "The desk"),
        ({}, "The desk"),
    ],
)
@pytest.mark.parametrize("desk", [{"author": {"name": "The desk"}}, {"authors": [{"name": "The desk"}]}])
def test_the_people_of_an_item_go_before_those_of_its_feed(
    people: dict[str, Any], author: str, desk: dict[str, Any]
) -> None:
    (item,) = parse(ITEM | people, **desk).items
    assert item.author == author


@pytest.mark.parametrize(
    "said",
    [
        "2026-05-01T05:44:39+02:00",
        "2026-05-01T03:44:39Z",
        "2026-05-01t03:44:39.000z",
        "Fri, 01 May 2026 05:44:39 +0200",
        "2026-05-01 03:44:39",
        1777607079,
        1777607079000,
        1777607079.0,
    ],
)
def test_a_date_is_read_however_it_is_written(said: object) -> None:
    assert one(date_published=said).published_at == datetime(2026, 5, 1, 3, 44, 39, tzinfo=UTC)


@pytest.mark.parametrize("said", ["", "yesterday", 7, True, None, [2026], "0001-01-01T00:00:00Z", 9999999999999])
def test_a_date_that_is_none_is_left_out(said: object) -> None:
    assert one(date_published=said).published_at is None


def test_an_item_with_only_a_date_of_change_was_published_then() -> None:
    item = one(date_modified="2026-05-02")
    assert item.published_at == item.updated_at == datetime(2026, 5, 2, tzinfo=UTC)
    item = one(date_published="2026-05-01", date_modified="2026-05-02")
    assert item.published_at == datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(("expired", "has_ended"), [(True, True), (False, False), ("true", False), (1, False)])
def test_a_feed_that_has_ended_says_so_in_one_way(expired: object, has_ended: bool) -> None:
    feed = parse(ITEM, expired=expired)
    assert (feed.has_ended, len(feed.items)) == (has_ended, 1)


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"items": [ITEM]}, "names no version"),
        ({"version": "1.1", "items": [ITEM]}, "unknown JSON Feed version: 1.1"),
        ({"version": ["1.1"], "items": [ITEM]}, "names no version"),
        (
            {"version": "https://example.org/version/1.1", "items": [ITEM]},
            "unknown JSON Feed version: https://example.org/version/1.1",
        ),
        ({"version": VERSION}, "without a list of items"),
        ({"version": VERSION, "items": {"1": ITEM}}, "without a list of items"),
        ({"version": VERSION, "items": None}, "without a list of items"),
        ('{"version": ', "no JSON"),
        ('{"a":' * 100_000, "no JSON"),
    ],
)
def test_what_is_no_json_feed_is_refused_with_the_reason(document: object, why: str) -> None:
    assert why in str(refusal(document))


NONSENSE = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "url", "id"]), inner),
    max_leaves=5,
)
FIELDS = st.sampled_from(
    "id url external_url title content_html content_text summary date_published date_modified authors author".split()
)


@given(st.lists(st.dictionaries(FIELDS, NONSENSE) | NONSENSE, max_size=4), st.dictionaries(FIELDS, NONSENSE))
def test_nonsense_in_any_place_costs_no_more_than_its_item(items: list[object], feed: dict[str, Any]) -> None:
    found = parse({"id": "sound", "title": "Sound"}, *items, **feed).items
    assert any(item.title == "Sound" for item in found)
    assert len({item.key for item in found}) == len(found)
