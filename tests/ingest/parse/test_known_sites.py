"""What people paste is turned into what can be read: releases, listings of papers, channels."""

from __future__ import annotations

import json

import pytest

from ingest.parse.documents import ParsersHere
from ingest.parse.known_sites import feed_of, form_of
from ingest.parse.models import FeedForm
from ingest.parse.video_page import caption_tracks

CHANNEL = "UCabcdefghijklmnopqrstuv"
WATCH = "https://www.youtube.com/watch?v=abcdefghijk"


@pytest.mark.parametrize(
    "address",
    ["https://github.com/huggingface/transformers", "https://www.github.com/huggingface/transformers/releases/",
     "https://github.com/huggingface/transformers.git", "https://github.com/huggingface/transformers/releases/latest"],
)  # fmt: skip
def test_a_repository_is_read_by_its_releases(address: str) -> None:
    feed = "https://github.com/huggingface/transformers/releases.atom"
    assert feed_of(address) == feed
    assert form_of(feed) is FeedForm.RELEASES


@pytest.mark.parametrize(
    "listing", ["/list/cs.CL/recent", "/list/cs.CL/new", "/list/cs.CL", "/list/cs.CL/pastweek?show=50"]
)
def test_a_listing_of_papers_is_read_by_a_query_that_has_their_comments(listing: str) -> None:
    feed = feed_of(f"https://arxiv.org{listing}")
    assert feed is not None
    assert feed.startswith("https://export.arxiv.org/api/query?search_query=cat:cs.CL&")
    assert form_of(feed) is FeedForm.ARXIV


def test_a_whole_archive_is_all_of_its_categories() -> None:
    assert "cat:cs.*&" in (feed_of("https://arxiv.org/list/cs/recent") or "")


@pytest.mark.parametrize(
    ("address", "query"),
    [(f"https://www.youtube.com/channel/{CHANNEL}/videos", f"channel_id={CHANNEL}"),
     ("https://youtube.com/playlist?list=PLabcdefghijklmnop", "playlist_id=PLabcdefghijklmnop")],
)  # fmt: skip
def test_a_channel_is_read_by_its_feed(address: str, query: str) -> None:
    assert feed_of(address) == f"https://www.youtube.com/feeds/videos.xml?{query}"


@pytest.mark.parametrize(
    "address",
    ["https://github.com/features/actions", "https://github.com/huggingface", "https://github.com/a/b/issues/3",
     "https://example.org/list/cs.CL/recent", "https://arxiv.org/abs/2406.12345", WATCH, "https://www.youtube.com/@name",
     "https://github.com.evil.example/a/b", "https://youtube.com/channel/short"],
)  # fmt: skip
def test_other_addresses_are_read_as_they_are(address: str) -> None:
    assert feed_of(address) is None


def test_a_handles_page_names_its_channel() -> None:
    page = f'<html><body><script>var ytInitialData = {{"externalId":"{CHANNEL}"}};</script></body></html>'.encode()
    url = "https://www.youtube.com/@name"
    assert ParsersHere().front_page(page, url=url).feeds == (
        f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}",
    )
    assert ParsersHere().front_page(page, url="https://example.org/").feeds == ()


def test_captions_that_people_wrote_come_before_those_of_a_machine_and_english_ones_first() -> None:
    tracks = [
        {"baseUrl": "/api/timedtext?lang=en&kind=asr", "languageCode": "en", "kind": "asr"},
        {"baseUrl": "/api/timedtext?lang=de", "languageCode": "de"},
        {"baseUrl": "/api/timedtext?lang=en", "languageCode": "en"},
        {"baseUrl": "https://evil.example/x", "languageCode": "en"},
        {"languageCode": "fr"},
    ]
    page = (
        f'var p = {{"captions":{{"playerCaptionsTracklistRenderer":{{"captionTracks":{json.dumps(tracks)},"x":1}}}}}};'
    )
    assert caption_tracks(page, WATCH) == tuple(
        f"https://www.youtube.com/api/timedtext?{query}&fmt=vtt" for query in ("lang=en", "lang=de", "lang=en&kind=asr")
    )


@pytest.mark.parametrize(
    "page",
    [
        "",
        '"captionTracks":',
        '"captionTracks":[',
        '"captionTracks":[1, {"baseUrl": 3}]',
        '"captionTracks":' + "[" * 100_000,
    ],
)
def test_a_page_without_readable_tracks_has_none(page: str) -> None:
    assert caption_tracks(page, WATCH) == ()
