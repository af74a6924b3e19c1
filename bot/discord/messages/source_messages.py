"""The bot's messages about sources in Discord, as Markdown. Pure: imports no Discord library."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.answering.links import is_web_address
from bot.discord.messages.discord_text import HOW_TO_ADD, STARTER, count
from bot.lexicon.dates import day
from bot.render.citation import shortened
from bot.render.markdown import harmless
from bot.render.messages import SMALL
from bot.render.splitting import Block, pack, paragraph
from bot.services.source_phrases import cause, name, shown_address
from bot.services.uploads import shown_upload
from ingest.sources.advice import advice_on
from ingest.sources.alarm_rules import AlarmKind

if TYPE_CHECKING:
    from bot.services.sources import Allowance, ListedSource
    from ingest.catalogue.alarms import Alarm
    from ingest.reading.registry import Preview, Registered

_BARE_ADDRESS = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?(/\S*)?", re.IGNORECASE)
_PREVIEWED = 5
_TITLE_CHARS = 120
_HEALTH_CHARS = 300
_ADDRESS_CHARS = 200


def web_address(typed: str) -> str | None:
    """The typed text as an http(s) address (`https://` may be left out), or the word `starter`, or None.

    Nothing else may reach the registry, which also accepts paths of the machine the bot runs on.
    """
    typed = typed.strip().removeprefix("<").removesuffix(">")
    if typed == STARTER:
        return typed
    address = f"https://{typed}" if _BARE_ADDRESS.fullmatch(typed) else typed
    return address if is_web_address(address) and not any(char.isspace() for char in address) else None


def added(sources: Sequence[Registered]) -> list[str]:
    new = [source for source in sources if source.is_new]
    if not new:
        return ["Nothing changed: I already read that for this server."]
    told = "I am reading it now" if len(new) == 1 else f"I am reading these {len(new)} now"
    head = paragraph(f"Added. {told}; in a minute or two you can ask about the articles.")
    return pack([head, *_items(f"{source.kind}: {harmless(source.address)}" for source in new)])


def tags_there(tags: Sequence[str], title: str) -> str:
    """What helps where a forum has no tag for a source."""
    has = f"It has {', '.join(f'“{tag}”' for tag in tags)}." if tags else "It has no tags."
    return f"{has} The source is “{shortened(title, _TITLE_CHARS)}”." if title else has


def imported(sources: Sequence[Registered]) -> list[str]:
    """What an OPML file added, without the whole list, which the person has just uploaded."""
    new = sum(source.is_new for source in sources)
    if not new:
        return added(sources)
    known = f"; {len(sources) - new} were known already" if len(sources) > new else ""
    return [f"Added {count(new, 'feed')}{known}. `/source health` shows in a few minutes how they are doing."]


def uploaded(sources: Sequence[Registered]) -> list[str]:
    """What became of a file: an article, or the feeds of a list."""
    first = sources[0]
    address = shown_upload(first.address)
    if not address:
        return imported(sources)
    if not first.is_new:
        return [f"Nothing changed: I already read `{address}` for this server."]
    return [f"Added `{address}`. I am reading it now; `/source remove` with that name deletes the file too."]


def refreshed(address: str) -> str:
    return f"I read {harmless(address)} again; in a minute `/source health` shows how that went."


def removed(address: str) -> str:
    return f"Removed: {harmless(address)}. Its articles are no longer shown on this server."


def confirm_removal(source: ListedSource) -> str:
    return f"Remove {_source_line(source)}? Its articles would no longer be shown on this server."


def listed(sources: Sequence[ListedSource], allowance: str = "", *, own: bool = False) -> list[str]:
    """The sources with their health, a server's own first, or a person's; `allowance` comes from `allowance_line`."""
    if not sources:
        return [f"No sources yet. {HOW_TO_ADD}"]
    mine = [source for source in sources if not source.shared]
    shared = [source for source in sources if source.shared]
    blocks: list[Block] = []
    for title, group in (
        ("Your sources:" if own else "This server's sources:", mine),
        ("Sources that come with the bot:", shared),
    ):
        if group:
            blocks += [paragraph(title), *_items(map(_source_line, group))]
    return pack([*blocks, *([paragraph(f"{SMALL}{allowance}")] if mine and allowance else [])])


def allowance_line(allowance: Allowance, *, own: bool = False) -> str:
    """How much a server's own sources use of their limits; "" if there are none."""
    usage, limits = allowance.usage, allowance.limits
    taken = (
        (usage.sources, limits.sources, "sources"),
        (usage.articles_today, limits.articles_a_day, "new articles in 24 hours"),
        (usage.characters, limits.characters, "stored characters"),
    )
    told = [f"{used:,} of {most:,} {what}" for used, most, what in taken if most]
    whose = "Yours" if own else "This server's own"
    return f"{whose}: {', '.join(told)}." if told else ""


def health_report(sources: Sequence[ListedSource], alarms: str = "") -> list[str]:
    """The sources with the dates of their last read and last new article; failing ones first, then the longest silent.

    `alarms` comes from `discord_text.alarms_state`.
    """
    if not sources:
        return [f"No sources yet. {HOW_TO_ADD}"]
    failing = sum(source.failing for source in sources)
    head = f"{count(len(sources), 'source')}, {failing or 'none'} failing. {alarms}".strip()
    never = datetime.min.replace(tzinfo=UTC)
    ranked = sorted(sources, key=lambda s: (not s.failing, s.new_item_at or never))
    return pack([paragraph(head), *_items(map(_health_line, ranked))])


def article_history(lines: Sequence[str]) -> list[str]:
    return pack(_items(map(harmless, lines)))


def previewed(preview: Preview) -> list[str]:
    """A preview of what an address would give."""
    named = harmless(shortened(preview.title, _TITLE_CHARS)) or "no title"
    head = f"{preview.kind.capitalize()}: {named}, at {harmless(preview.address)}. Nothing was changed."
    if not preview.titles:
        return pack([paragraph(head), paragraph("It has no articles now.")])
    shown = preview.titles[:_PREVIEWED]
    count = f"Its newest {len(shown)} of {len(preview.titles)} articles:"
    return pack([paragraph(head), paragraph(count), *_items(harmless(shortened(t, _TITLE_CHARS)) for t in shown)])


def _source_line(source: ListedSource) -> str:
    named = (harmless(shortened(source.title, _TITLE_CHARS)), harmless(source.address))
    told = f"{source.kind}, {count(source.articles, 'article')}, {harmless(source.health)}"
    return f"{': '.join(filter(None, named))} ({told})"


def _health_line(source: ListedSource) -> str:
    named = harmless(shortened(source.title or source.address, _TITLE_CHARS))
    told = f"**{named}**: {harmless(shortened(source.health, _HEALTH_CHARS))}"
    if source.checked_at:
        news = f"last new article {day(source.new_item_at)}" if source.new_item_at else "nothing new so far"
        told += f"; {'tried' if source.failing else 'read'} {day(source.checked_at)}; {news}"
    return f"{told}. {source.advice}" if source.advice else told


def alarm_messages(alarms: Sequence[Alarm]) -> list[str]:
    """What happened to sources and what to do about it, in as few messages as possible."""
    return pack(paragraph(_alarm(alarm)) for alarm in alarms)


def _alarm(alarm: Alarm) -> str:
    address = harmless(shortened(shown_address(alarm.address), _ADDRESS_CHARS)) if alarm.title else ""
    named = f"**{harmless(shortened(name(alarm.title, alarm.address), _TITLE_CHARS))}**"
    small = filter(None, (advice_on(alarm.kind, alarm.failure_kind).guild, address))
    return "\n".join([f"{named} {_happened(alarm)}", *(f"{SMALL}{line}" for line in small)])


def _happened(alarm: Alarm) -> str:
    why = harmless(shortened(cause(alarm.failure_kind, alarm.detail, alarm.address), _HEALTH_CHARS))
    since = day(alarm.since)
    match alarm.kind:
        case AlarmKind.SILENT:
            return f"has fallen silent: nothing new since {since}, which is unusually long."
        case AlarmKind.FAILING:
            return f"could not be read since {since}: {why}."
        case AlarmKind.ENDED:
            return f"has ended: {why}. I no longer read it; its articles stay."
        case AlarmKind.RECOVERED:
            return "is back: I read it again as usual."


def _items(lines: Iterable[str]) -> list[Block]:
    return [paragraph(f"- {line}", gap="\n") for line in lines]
