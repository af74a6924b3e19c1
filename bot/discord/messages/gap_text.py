"""The bot's own sentences about questions that had no answer, as Markdown. Pure: imports no Discord library."""

from __future__ import annotations

from collections.abc import Sequence

from bot.lexicon.dates import day
from bot.render.markdown import harmless
from bot.render.splitting import pack, whole
from bot.services.gaps import Gap

TOLD = (
    "From now on, questions on this server that I cannot answer are shown to its moderators (`/gaps`): without who "
    "asked, and for 30 days. What you ask in private is not. `/settings gaps` switches it off."
)
OFF = "Questions without an answer are not kept on this server: `/settings gaps` switches it on, and says so here."
NONE = "There was no question without an answer in the last 30 days."
MAY_NOT_TELL = "People must be told where I keep questions. Use it in a channel where I may write."
FORM_TITLE = "Add a source for this"
FORM_LABEL = "Address of a feed or a site"
SHOWN = 10


def gaps(found: Sequence[Gap]) -> list[str]:
    """The questions that were asked most often, numbered as their buttons are, as messages."""
    if not found:
        return [NONE]
    more = [f"… and {len(found) - SHOWN} more."] if len(found) > SHOWN else []
    head = "Questions of the last 30 days that I could not answer:"
    lines = [head, *map(_line, enumerate(found[:SHOWN], 1)), *more]
    return pack(whole(line, gap="\n") for line in lines)


def _line(numbered: tuple[int, Gap]) -> str:
    n, gap = numbered
    often = "once" if gap.count == 1 else f"{gap.count} times"
    return f"{n}. {harmless(gap.question)} ({often}, last on {day(gap.last_at)})"


def label(n: int) -> str:
    return f"{n}: add a source"
