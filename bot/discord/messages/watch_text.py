"""The bot's own sentences about watches, as Markdown. Pure: imports no Discord library."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from bot.digest.models import Story
from bot.lexicon.dates import day_and_month
from bot.render.markdown import harmless
from bot.render.splitting import pack, whole
from bot.render.watch import name_of
from bot.services.watch_rows import FoundStory, Watch, WatchState
from bot.watch.models import Kind
from bot.watch.schedule import Pace

WATCH_INSTEAD = "In direct messages `/watch add` tells you what is new."
WORDS_OR_TOPIC = "Give words (names and words, separated by commas) or topic (in your own words), one of the two."
BAD_QUIET = "Write quiet hours like 22-7."
NO_MORE = "This watch is gone: it was removed."
TOO_OLD = "I no longer have this story: I forget what watches told after six weeks."
NOT_YOURS = "Only who made this watch, or somebody who may manage this server, can change it."
CANCELLED = "Nothing was saved."
STOPPED = "Stopped. I tell no more of this."
NO_WATCHES = "There are no watches. `/watch add` makes one."
NO_SUCH = "There is no such watch. `/watch list` shows what there is."
ELSEWHERE = "I cannot write there."
LESS = "Less like this"
_PACES = {Pace.AT_ONCE: "at once", Pace.HOURLY: "together each hour", Pace.DAILY: "together each day at 9"}


def described(watch: Watch, zone: str) -> str:
    """`- “open models” (topic) in #news: at once, at most 10 a day, quiet from 22 to 7 (Europe/Berlin)`."""
    options = watch.options
    place = f" in <#{watch.channel_id}>" if watch.guild_id is not None else ""
    parts = [_PACES[Pace(options.pace)], f"at most {options.most} a day"]
    if options.quiet:
        parts.append(f"quiet from {options.quiet[0]} to {options.quiet[1]} ({harmless(zone)})")
    if options.role_id:
        parts.append(f"pings <@&{options.role_id}>")
    kind = {Kind.TOPIC: "topic", Kind.WORDS: "words", Kind.SOURCE: "each article"}[watch.kind]
    stopped = f". **Stopped**: {watch.why}" if watch.state is WatchState.STOPPED else ""
    return f"{name_of(watch.text)} ({kind}){place}: {', '.join(parts)}{stopped}"


def proposed(watch: Watch, preview: str, zone: str) -> str:
    """What is asked before a watch is saved."""
    return f"{described(watch, zone)}\n{preview}\nShall I watch for this from now on?"


def saved(watch: Watch, zone: str) -> str:
    return f"Saved: {described(watch, zone)}"


def posted_in(channel_id: int, *, forum: bool = False) -> str:
    """What is said of a source whose articles are posted."""
    each = "as a post of" if forum else "in"
    ends = "`/watch list` shows it, `/watch remove` ends it"
    return f"I post each new article {each} <#{channel_id}>, once it comes; {ends}."


def removed(watch: Watch) -> str:
    return f"Removed: {name_of(watch.text)}"


def listed(watches: Sequence[Watch], zone: str) -> list[str]:
    """All watches, as messages."""
    return pack(whole(f"- {described(watch, zone)}", gap="\n") for watch in watches) or [NO_WATCHES]


def why(watch: Watch, found: FoundStory, zone: tzinfo) -> str:
    """Why a watch told a story."""
    article = found.story.quotes[0].article
    if watch.kind is Kind.WORDS:
        reason = f"the sentence has {name_of(found.why)}"
    elif watch.kind is Kind.SOURCE:
        reason = "each new article of its source is posted here"
    else:
        reason = f"the article is about what you described as {name_of(watch.text)}, by its meaning and its words"
    on = f" of {day_and_month(article.published_at, zone)}" if article.published_at else ""
    count = len(found.story.articles)
    others = f" {count - 1} more {'article tells' if count == 2 else 'articles tell'} the same." if count > 1 else ""
    return f"I told this because {reason}. It is from {harmless(article.source or article.title)}{on}.{others}"


def less(story: Story) -> str:
    """What "Less like this" did."""
    return f"I tell no more of what means nearly the same as “{harmless(story.title)}”."
