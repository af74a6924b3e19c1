"""The bot's own sentences about how the corpus and its alarms are doing, as Markdown. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.lexicon.dates import day
from bot.translation import N_, _, ngettext

if TYPE_CHECKING:
    from bot.services.source_records import CorpusStatus
    from bot.services.usage import Spending

ALARMS_NOWHERE = N_(
    "When a source falls silent or fails, nobody is notified yet: choose a channel with `/settings alarms`."
)


def start_report(standing: CorpusStatus) -> str:
    """The log line about the corpus after logging in."""
    if not standing.sources:
        return "no sources yet: /source add on a server, or `python -m ingest add URL` for all servers"
    newest = f"{standing.newest_article_at:%Y-%m-%d}" if standing.newest_article_at else "none"
    sources = f"{standing.sources} sources ({standing.failing} failing)"
    return f"{sources}, {standing.articles} articles, newest {newest}, {standing.backlog} chunks to be indexed"


def status(standing: CorpusStatus, spending: Spending, *troubles: str) -> str:
    """How the corpus is doing, what a server asked today and what that cost; `troubles` are further lines."""
    newest = standing.newest_article_at
    parts = [_sources(standing), _articles(standing, day(newest) if newest else "")]
    if standing.backlog:
        waiting = ngettext("{n} passage waits to be indexed.", "{n} passages wait to be indexed.", standing.backlog)
        parts.append(waiting.format(n=f"{standing.backlog:,}"))
    return "\n".join(filter(None, (" ".join(parts), _spent(spending), *troubles)))


def _sources(standing: CorpusStatus) -> str:
    told = ngettext("{n} source", "{n} sources", standing.sources).format(n=f"{standing.sources:,}")
    if not standing.failing:
        return f"{told}."
    return _("{sources}, {n} of them failing (`/source health`).").format(sources=told, n=standing.failing)


def _articles(standing: CorpusStatus, newest: str) -> str:
    told = ngettext("{n} article", "{n} articles", standing.articles).format(n=f"{standing.articles:,}")
    if not newest:
        return _("{articles}, none read yet.").format(articles=told)
    return _("{articles}, the newest from {day}.").format(articles=told, day=newest)


def _spent(spending: Spending) -> str:
    tally, left = spending.tally, spending.left
    asked = ngettext("Today (UTC): {n} question.", "Today (UTC): {n} questions.", tally.questions)
    told = [asked.format(n=f"{tally.questions:,}")]
    if tally.tokens or tally.cached or left is not None:
        used = ngettext(
            "The language model used {n} token.", "The language model used {n} tokens.", tally.tokens
        ).format(n=f"{tally.tokens:,}")
        told.append(used)
    if left is not None:
        told.append(_("{n} are left of today's budget.").format(n=f"{left:,}"))
    if tally.cached:
        told.append(
            ngettext("{n} answer from the cache.", "{n} answers from the cache.", tally.cached).format(n=tally.cached)
        )
    return " ".join(told)


def alarms_state(channel_id: int | None, waiting: int, problem: str) -> str:
    """What an administrator should know about a server's alarms; "" when they are posted as they should be."""
    if channel_id is None:
        return _(ALARMS_NOWHERE)
    if not problem:
        return ""
    return _("I cannot post alarms about sources in {channel}: {problem}. Still to be posted: {waiting}.").format(
        channel=f"<#{channel_id}>", problem=_(problem), waiting=waiting
    )
