"""What is stored about a person, in the bot's own sentences. Pure: imports no Discord library."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.render.citation import shortened
from bot.render.markdown import harmless

_ANSWERS = (
    "For each answer that has buttons I store who asked, on which server, when, and which quotes it shows, for 90 "
    "days, so that the buttons work and you can ask a follow-up. A report of a wrong quote stores the question and not "
    "who reported it."
)
_GAPS = (
    "On this server, questions that I cannot answer are kept for 30 days and shown to its moderators: not who asked, "
    "so that they cannot be found and deleted for you alone. What you ask in private is not kept."
)


def privacy(
    answers: int,
    oldest: datetime | None,
    watches: Sequence[str] = (),
    sources: Sequence[str] = (),
    *,
    gaps: bool = False,
) -> str:
    """What is stored about a person.

    Args:
        watches: what they watch for in direct messages.
        sources: what is read for them alone.
        gaps: this server's moderators see questions without an answer.
    """
    nothing = "I store no question and no message of yours"
    lines = [f"{nothing} with your name. {_ANSWERS}", _GAPS] if gaps else [f"{nothing}. {_ANSWERS}"]
    if watches:
        named = ", ".join(f"“{harmless(shortened(watch, 60))}”" for watch in watches)
        lines.append(f"In direct messages you watch for {named}; I store that until you remove it.")
    if sources:
        named = ", ".join(harmless(shortened(source, 100)) for source in sources)
        lines.append(f"For you alone I read {named}; I store that until you remove it.")
    if answers and oldest is not None:
        number = "1 answer" if answers == 1 else f"{answers} answers"
        since = f"{oldest.day} {oldest:%B %Y}"
        lines.append(f"Right now that is **{number}**, the oldest of {since}. Deleting it ends their buttons.")
    elif not (watches or sources):
        lines.append("Right now I store nothing about you.")
    return "\n".join(lines)


def forgotten(answers: int) -> str:
    """What /privacy deleted."""
    return "Deleted: I store nothing about you." if answers else "I stored nothing about you any more."
