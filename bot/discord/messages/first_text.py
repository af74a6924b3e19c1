"""The bot's own sentences of the first minutes on a server, as Markdown. Pure: imports no Discord library."""

from __future__ import annotations

from collections.abc import Sequence

from bot.discord.messages.discord_text import count
from bot.render.markdown import harmless
from bot.services.packs import Pack
from bot.services.sources import ListedSource

CHOOSE = "Choose what I read first"
ADD = "Add these feeds"
NOT_NOW = "Not now"
NOTHING_ADDED = "Nothing was added. The menu of my greeting stays."
NO_SUCH = "That pack is no longer there."
STOPPED = "I have stopped telling how it goes here; `/source health` shows it."


def shown(pack: Pack) -> str:
    """A pack with its feeds, before it is added."""
    feeds = "\n".join(f"- {harmless(feed.title)}: {harmless(feed.url)}" for feed in pack.feeds)
    about = f": {harmless(pack.about)}" if pack.about else ""
    return f"**{harmless(pack.name)}**{about}\n{feeds}\nShall I read these for this server?"


def progress(sources: Sequence[ListedSource], backlog: int) -> str:
    """How the first read goes."""
    read = [source for source in sources if source.checked_at is not None]
    failed = sum(source.failing for source in read)
    told = f"{len(read)} of {count(len(sources), 'feed')} read, {count(sum(s.articles for s in sources), 'article')}"
    told += f"; {failed} could not be read" if failed else ""
    return f"{told}; {count(backlog, 'passage')} still to be indexed." if backlog else f"{told}."


def reading(told: str) -> str:
    return f"I am reading: {told}"


def done(told: str, questions: Sequence[str]) -> str:
    """When the first read is over."""
    try_ = " You can ask me now. Try one of these:" if questions else " `/source health` tells how each is doing."
    return f"Done: {told}{try_}"
