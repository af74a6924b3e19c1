"""The bot's own sentences of the first minutes on a server, as Markdown. Pure: imports no Discord library."""

from __future__ import annotations

from collections.abc import Sequence

from bot.render.markdown import harmless
from bot.services.packs import Pack
from bot.services.source_records import ListedSource
from bot.translation import N_, _, ngettext

CHOOSE = N_("Choose what I read first")
ADD = N_("Add these feeds")
NOT_NOW = N_("Not now")
NOTHING_ADDED = N_("Nothing was added. The menu of my greeting stays.")
NO_SUCH = N_("That pack is no longer there.")
STOPPED = N_("I have stopped telling how it goes here; `/source health` shows it.")


def shown(pack: Pack) -> str:
    """A pack with its feeds, before it is added."""
    feeds = "\n".join(f"- {harmless(feed.title)}: {harmless(feed.url)}" for feed in pack.feeds)
    about = f": {harmless(pack.about)}" if pack.about else ""
    return f"**{harmless(pack.name)}**{about}\n{feeds}\n" + _("Shall I read these for this server?")


def progress(sources: Sequence[ListedSource], backlog: int) -> str:
    """How the first read goes."""
    read = [source for source in sources if source.checked_at is not None]
    failed = sum(source.failing for source in read)
    feeds = ngettext("{read} of {n} feed read", "{read} of {n} feeds read", len(sources))
    articles = sum(source.articles for source in sources)
    told = [feeds.format(read=len(read), n=len(sources))]
    told.append(ngettext("{n} article", "{n} articles", articles).format(n=f"{articles:,}"))
    if failed:
        told.append(_("{n} could not be read").format(n=failed))
    if backlog:
        waiting = ngettext("{n} passage still to be indexed", "{n} passages still to be indexed", backlog)
        told.append(waiting.format(n=f"{backlog:,}"))
    return ", ".join(told) + "."


def reading(told: str) -> str:
    return _("I am reading: {progress}").format(progress=told)


def done(told: str, questions: Sequence[str]) -> str:
    """When the first read is over."""
    so = _("Done: {progress}").format(progress=told)
    after = _("You can ask me now. Try one of these:") if questions else _("`/source health` tells how each is doing.")
    return f"{so} {after}"
