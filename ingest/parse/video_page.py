"""The caption tracks of a video's page, as YouTube writes them into it. Pure."""

from __future__ import annotations

import json
import re
from typing import Any

from ingest.parse.urls import absolute_url, same_site

_TRACKS = re.compile(r'"captionTracks"\s{0,4}:\s{0,4}(?=\[)')
_CHANNEL = re.compile(r'"(?:externalId|channelId)"\s{0,4}:\s{0,4}"(UC[\w-]{22})"')
_LONGEST, _MOST = 200_000, 8
_DECODER = json.JSONDecoder()


def caption_tracks(page: str, url: str) -> tuple[str, ...]:
    """Addresses of a video's captions as WebVTT, those that people wrote first, and of these the English ones.

    Tracks on other sites are left out.
    """
    found = _TRACKS.search(page)
    try:
        tracks = _DECODER.raw_decode(page[found.end() : found.end() + _LONGEST])[0] if found else []
    except (ValueError, RecursionError):
        return ()
    known = [track for track in tracks if isinstance(track, dict) and isinstance(track.get("baseUrl"), str)]
    addresses = (_as_vtt(track, url) for track in sorted(known, key=_rank)[:_MOST])
    return tuple(address for address in addresses if address)


def channel_feed(page: str, url: str) -> str | None:
    """The address of the feed of the channel whose page this is; None if it names no channel."""
    found = _CHANNEL.search(page)
    return absolute_url(f"/feeds/videos.xml?channel_id={found[1]}", url) if found else None


def _rank(track: dict[str, Any]) -> tuple[bool, bool]:
    return track.get("kind") == "asr", not str(track.get("languageCode", "")).startswith("en")


def _as_vtt(track: dict[str, Any], url: str) -> str | None:
    address = absolute_url(track["baseUrl"], url)
    if address is None or not same_site(address, url):
        return None
    return f"{address}{'&' if '?' in address else '?'}fmt=vtt"
