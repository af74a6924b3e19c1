"""What is stored about a person, in the bot's own sentences. Pure: imports no Discord library."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.lexicon.dates import day
from bot.render.citation import shortened
from bot.render.markdown import harmless
from bot.translation import N_, _, ngettext

_ANSWERS = N_(
    "For each answer that has buttons I store who asked, on which server, when, and which quotes it shows, for 90 "
    "days, so that the buttons work and you can ask a follow-up. A report of a wrong quote stores the question and not "
    "who reported it."
)
_GAPS = N_(
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
    if gaps:
        told = [_("I store no question and no message of yours with your name."), _(_ANSWERS), _(_GAPS)]
    else:
        told = [_("I store no question and no message of yours."), _(_ANSWERS)]
    lines = [" ".join(told)]
    if watches:
        named = ", ".join(f"“{harmless(shortened(watch, 60))}”" for watch in watches)
        lines.append(
            _("In direct messages you watch for {watches}; I store that until you remove it.").format(watches=named)
        )
    if sources:
        named = ", ".join(harmless(shortened(source, 100)) for source in sources)
        lines.append(_("For you alone I read {sources}; I store that until you remove it.").format(sources=named))
    if answers and oldest is not None:
        now = ngettext(
            "Right now that is **{n} answer**, of {day}. Deleting it ends its buttons.",
            "Right now that is **{n} answers**, the oldest of {day}. Deleting them ends their buttons.",
            answers,
        )
        lines.append(now.format(n=answers, day=day(oldest)))
    elif not (watches or sources):
        lines.append(_("Right now I store nothing about you."))
    return "\n".join(lines)


def forgotten(answers: int) -> str:
    """What /privacy deleted."""
    return _("Deleted: I store nothing about you.") if answers else _("I stored nothing about you any more.")
