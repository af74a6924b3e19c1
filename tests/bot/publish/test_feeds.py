"""The feeds: Atom as feed readers read it, JSON Feed as its specification has it."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import feedparser  # type: ignore[import-untyped]
import jsonschema
import pytest

from tests.bot.publish.digests import hostile_site, site_of, story

BASE = "https://news.example/d/"
TEXT, ADDRESS = {"type": "string", "minLength": 1}, {"type": "string", "pattern": "^https?://[^\\s]+$"}
JSON_FEED = {
    "type": "object",
    "additionalProperties": False,
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": TEXT,
        "home_page_url": ADDRESS,
        "feed_url": ADDRESS,
        "language": TEXT,
        "authors": {"type": "array", "items": {"type": "object", "properties": {"name": TEXT}}},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "content_html"],
                "properties": {
                    "id": TEXT,
                    "url": ADDRESS,
                    "external_url": ADDRESS,
                    "title": TEXT,
                    "summary": TEXT,
                    "content_html": TEXT,
                    "date_published": {"type": "string", "pattern": "^\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$"},
                },
            },
        },
    },
}
"""Version 1.1 of the specification (jsonfeed.org), as far as this feed uses it."""


@pytest.mark.parametrize("site", [site_of(story(1), story(2), base=BASE), hostile_site(BASE), site_of(base=BASE)])
def test_the_atom_feed_is_read_without_complaint(site: dict[str, str]) -> None:
    told = feedparser.parse(site["feed.xml"].encode())
    assert not told.bozo
    assert told.version == "atom10"
    ids = [entry.id for entry in told.entries]
    assert len(ids) == len(set(ids))
    for entry in told.entries:
        assert entry.link.removeprefix(BASE) in site
        assert entry.title
        assert entry.updated_parsed
        assert "<script" not in entry.content[0].value
    ET.fromstring(site["feed.xml"])


@pytest.mark.parametrize("base", ["", BASE])
@pytest.mark.parametrize("hostile", [False, True])
def test_the_json_feed_is_as_specified(base: str, hostile: bool) -> None:
    site = hostile_site(base) if hostile else site_of(story(1), base=base)
    told = json.loads(site["feed.json"])
    jsonschema.validate(told, JSON_FEED)
    assert told["items"]


def test_quotes_stand_in_the_feeds_with_their_links() -> None:
    site = site_of(story(1), base=BASE)
    (entry, *_) = feedparser.parse(site["feed.xml"].encode()).entries
    for html in (entry.content[0].value, json.loads(site["feed.json"])["items"][0]["content_html"]):
        assert "<blockquote><p>The model halves the cost.</p></blockquote>" in html
        assert "https://example.org/1#:~:text=" in html


def test_ids_stay_when_a_site_moves() -> None:
    here, there = (json.loads(site_of(story(1), base=base)["feed.json"])["items"] for base in ("", BASE))
    assert [item["id"] for item in here] == [item["id"] for item in there]
