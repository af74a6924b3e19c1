"""Limits on titles, names and texts, because a stranger's title goes into prompts, messages and patterns. Pure."""

from __future__ import annotations

from typing import Final

TITLE: Final = 300
PUBLISHER: Final = 100
AUTHOR: Final = 200
HEADING: Final = 300
"""Maximum lengths, in code points."""
LONGEST_TEXT: Final = 300_000
"""Maximum length of an article's text unless a setting says otherwise: some 50,000 words."""


def shortened(text: str, limit: int) -> str:
    """The text, shortened to `limit` code points at the end of a word, with an ellipsis."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    at_word = kept.rpartition(" ")[0] if not text[limit - 1].isspace() else kept
    return f"{(at_word if 2 * len(at_word) > limit else kept).rstrip()}…"


def cut_text(text: str, limit: int) -> str:
    """The first paragraphs that fit into `limit` code points, or the first words if no paragraph does."""
    if len(text) <= limit:
        return text
    kept = text[:limit]
    for joint in ("\n\n", "\n", " "):
        head = kept.rpartition(joint)[0]
        if 2 * len(head) > limit:
            return head.rstrip()
    return kept
