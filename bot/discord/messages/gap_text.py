"""The bot's own sentences about questions that had no answer, as Markdown. Pure: imports no Discord library."""

from __future__ import annotations

from collections.abc import Sequence

from bot.lexicon.dates import day
from bot.render.markdown import harmless
from bot.render.splitting import pack, whole
from bot.services.gaps import Gap
from bot.translation import N_, _, ngettext

TOLD = N_(
    "From now on, questions on this server that I cannot answer are shown to its moderators (`/gaps`): without who "
    "asked, and for 30 days. What you ask in private is not. `/settings gaps` switches it off."
)
OFF = N_("Questions without an answer are not kept on this server: `/settings gaps` switches it on, and says so here.")
NONE = N_("There was no question without an answer in the last 30 days.")
MAY_NOT_TELL = N_("People must be told where I keep questions. Use it in a channel where I may write.")
FORM_TITLE = N_("Add a source for this")
FORM_LABEL = N_("Address of a feed or a site")
SHOWN = 10


def gaps(found: Sequence[Gap]) -> list[str]:
    """The questions that were asked most often, numbered as their buttons are, as messages."""
    if not found:
        return [_(NONE)]
    more = [_("… and {n} more.").format(n=len(found) - SHOWN)] if len(found) > SHOWN else []
    head = _("Questions of the last 30 days that I could not answer:")
    lines = [head, *map(_line, enumerate(found[:SHOWN], 1)), *more]
    return pack(whole(line, gap="\n") for line in lines)


def _line(numbered: tuple[int, Gap]) -> str:
    n, gap = numbered
    often = ngettext("once, on {day}", "{n} times, last on {day}", gap.count).format(n=gap.count, day=day(gap.last_at))
    return f"{n}. {harmless(gap.question)} ({often})"


def label(n: int) -> str:
    return _("{n}: add a source").format(n=n)
