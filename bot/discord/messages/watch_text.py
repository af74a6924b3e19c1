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
from bot.translation import N_, _, ngettext
from bot.watch.models import Kind
from bot.watch.schedule import Pace

WATCH_INSTEAD = N_("In direct messages `/watch add` tells you what is new.")
WORDS_OR_TOPIC = N_("Give words (names and words, separated by commas) or topic (in your own words), one of the two.")
BAD_QUIET = N_("Write quiet hours like 22-7.")
NO_MORE = N_("This watch is gone: it was removed.")
TOO_OLD = N_("I no longer have this story: I forget what watches told after six weeks.")
NOT_YOURS = N_("Only who made this watch, or somebody who may manage this server, can change it.")
CANCELLED = N_("Nothing was saved.")
STOPPED = N_("Stopped. I tell no more of this.")
NO_WATCHES = N_("There are no watches. `/watch add` makes one.")
NO_SUCH = N_("There is no such watch. `/watch list` shows what there is.")
ELSEWHERE = N_("I cannot write there.")
LESS = N_("Less like this")
_HELD_UP = N_(
    "Discord does not take what {watch} found in {channel} (a full forum, perhaps): I try again, at most an hour later."
)
_PACES = {Pace.AT_ONCE: N_("at once"), Pace.HOURLY: N_("together each hour"), Pace.DAILY: N_("together each day at 9")}
_KINDS = {Kind.TOPIC: N_("topic"), Kind.WORDS: N_("words"), Kind.SOURCE: N_("each article")}


def described(watch: Watch, zone: str) -> str:
    """`- “open models” (topic) in #news: at once, at most 10 a day, quiet from 22 to 7 (Europe/Berlin)`."""
    options = watch.options
    parts = [_(_PACES[Pace(options.pace)]), _("at most {n} a day").format(n=options.most)]
    if options.quiet:
        start, end = options.quiet
        parts.append(_("quiet from {start} to {end} ({zone})").format(start=start, end=end, zone=harmless(zone)))
    if options.role_id:
        parts.append(_("pings {role}").format(role=f"<@&{options.role_id}>"))
    named = f"{name_of(watch.text)} ({_(_KINDS[watch.kind])})"
    if watch.guild_id is not None:
        named = _("{watch} in {channel}").format(watch=named, channel=f"<#{watch.channel_id}>")
    told = f"{named}: {', '.join(parts)}"
    if watch.state is not WatchState.STOPPED:
        return told
    return _("{watch}. **Stopped**: {why}").format(watch=told, why=_(watch.why))


def proposed(watch: Watch, preview: str, zone: str) -> str:
    """What is asked before a watch is saved."""
    return "\n".join((described(watch, zone), preview, _("Shall I watch for this from now on?")))


def saved(watch: Watch, zone: str) -> str:
    return _("Saved: {watch}").format(watch=described(watch, zone))


def posted_in(channel_id: int, *, forum: bool = False) -> str:
    """What is said of a source whose articles are posted."""
    place = _("as a post of {channel}") if forum else _("in {channel}")
    told = _("I post each new article {place}, once it comes; `/watch list` shows it, `/watch remove` ends it.")
    return told.format(place=place.format(channel=f"<#{channel_id}>"))


def held_up(watches: Sequence[Watch]) -> str:
    """What an administrator should know about watches whose messages wait; "" if none do."""
    told = (_(_HELD_UP).format(watch=name_of(watch.text), channel=f"<#{watch.channel_id}>") for watch in watches)
    return " ".join(told)


def removed(watch: Watch) -> str:
    return _("Removed: {text}").format(text=name_of(watch.text))


def listed(watches: Sequence[Watch], zone: str) -> list[str]:
    """All watches, as messages."""
    return pack(whole(f"- {described(watch, zone)}", gap="\n") for watch in watches) or [_(NO_WATCHES)]


def why(watch: Watch, found: FoundStory, zone: tzinfo) -> str:
    """Why a watch told a story."""
    article = found.story.quotes[0].article
    if watch.kind is Kind.WORDS:
        reason = _("I told this because the sentence has {words}.").format(words=name_of(found.why))
    elif watch.kind is Kind.SOURCE:
        reason = _("I told this because each new article of its source is posted here.")
    else:
        about = _("I told this because the article is about {topic}, by its meaning and its words.")
        reason = about.format(topic=name_of(watch.text))
    source = harmless(article.source or article.title)
    if article.published_at:
        on = day_and_month(article.published_at, zone)
        told = _("It is from {source} of {day}.").format(source=source, day=on)
    else:
        told = _("It is from {source}.").format(source=source)
    if more := len(found.story.articles) - 1:
        same = ngettext("{n} more article tells the same.", "{n} more articles tell the same.", more)
        return f"{reason} {told} {same.format(n=more)}"
    return f"{reason} {told}"


def less(story: Story) -> str:
    """What "Less like this" did."""
    return _("I tell no more of what means nearly the same as “{title}”.").format(title=harmless(story.title))
