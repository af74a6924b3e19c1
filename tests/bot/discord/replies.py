"""What an interaction was answered with."""

from __future__ import annotations

from simcord.results import InteractionResult

FEED = "https://example.org/feed.xml"


def said(result: InteractionResult) -> str:
    assert result.response is not None
    return result.response.content
