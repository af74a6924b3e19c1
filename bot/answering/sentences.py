"""The bot's own sentences. They never hold words of an article or of a model."""

from __future__ import annotations

from datetime import datetime

from bot.answering.models import Window

SMALL_TALK = "I answer questions about AI news out of the articles I have read. Ask me about a model, a lab or a paper."
MODEL_FOUND_NOTHING = "The language model found no answer in these sentences; they are the nearest ones."


def no_evidence(newest_at: datetime | None, window: Window | None) -> str:
    """What is said when the corpus holds no answer."""
    if newest_at is None:
        return "I have no articles yet, so I cannot answer."
    when = f" {_stretch(window)}" if window else ""
    return f"I found no answer to this in my articles{when}. The newest of them is from {newest_at:%Y-%m-%d}."


def model_failed(why: str) -> str:
    """The note of an answer that the language model could not write."""
    return f"Quotes only, without the language model: {why}."


def _stretch(window: Window) -> str:
    if window.since and window.until:
        return f"from {window.since:%Y-%m-%d} to {window.until:%Y-%m-%d}"
    if window.since:
        return f"since {window.since:%Y-%m-%d}"
    return f"until {window.until:%Y-%m-%d}" if window.until else ""
