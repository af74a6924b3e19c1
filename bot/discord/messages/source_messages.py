"""The bot's messages about sources in Discord, as Markdown. Pure: imports no Discord library."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.answering.links import is_web_address
from bot.discord.messages.discord_text import STARTER, how_to_add
from bot.lexicon.dates import day
from bot.render.citation import shortened
from bot.render.markdown import harmless
from bot.render.messages import SMALL
from bot.render.splitting import Block, pack, paragraph
from bot.services.source_phrases import cause, name, shown_address
from bot.services.uploads import shown_upload
from bot.translation import _, ngettext
from ingest.sources.advice import advice_on
from ingest.sources.alarm_rules import AlarmKind

if TYPE_CHECKING:
    from bot.services.source_records import Allowance, ListedSource
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
        return [_("Nothing changed: I already read that for this server.")]
    told = ngettext(
        "Added. I am reading it now; in a minute or two you can ask about the articles.",
        "Added. I am reading these {n} now; in a minute or two you can ask about the articles.",
        len(new),
    )
    head = paragraph(told.format(n=len(new)))
    return pack([head, *_items(f"{_(source.kind)}: {harmless(source.address)}" for source in new)])


def tags_there(tags: Sequence[str], title: str) -> str:
    """What helps where a forum has no tag for a source."""
    tagged = ", ".join(f"“{tag}”" for tag in tags)
    told = [_("It has {tags}.").format(tags=tagged) if tags else _("It has no tags.")]
    if title:
        told.append(_("The source is “{title}”.").format(title=shortened(title, _TITLE_CHARS)))
    return " ".join(told)


def imported(sources: Sequence[Registered]) -> list[str]:
    """What an OPML file added, without the whole list, which the person has just uploaded."""
    new = sum(source.is_new for source in sources)
    if not new:
        return added(sources)
    told = [ngettext("Added {n} feed.", "Added {n} feeds.", new).format(n=new)]
    if known := len(sources) - new:
        told.append(ngettext("{n} was known already.", "{n} were known already.", known).format(n=known))
    return [" ".join([*told, _("`/source health` shows in a few minutes how they are doing.")])]


def uploaded(sources: Sequence[Registered]) -> list[str]:
    """What became of a file: an article, or the feeds of a list."""
    first = sources[0]
    address = shown_upload(first.address)
    if not address:
        return imported(sources)
    if not first.is_new:
        return [_("Nothing changed: I already read `{file}` for this server.").format(file=address)]
    told = _("Added `{file}`. I am reading it now; `/source remove` with that name deletes the file too.")
    return [told.format(file=address)]


def refreshed(address: str) -> str:
    return _("I read {address} again; in a minute `/source health` shows how that went.").format(
        address=harmless(address)
    )


def removed(address: str) -> str:
    return _("Removed: {address}. Its articles are no longer shown on this server.").format(address=harmless(address))


def confirm_removal(source: ListedSource) -> str:
    return _("Remove {source}? Its articles would no longer be shown on this server.").format(
        source=_source_line(source)
    )


def listed(sources: Sequence[ListedSource], allowance: str = "", *, own: bool = False) -> list[str]:
    """The sources with their health, a server's own first, or a person's; `allowance` comes from `allowance_line`."""
    if not sources:
        return [" ".join((_("No sources yet."), how_to_add()))]
    mine = [source for source in sources if not source.shared]
    shared = [source for source in sources if source.shared]
    blocks: list[Block] = []
    for title, group in (
        (_("Your sources:") if own else _("This server's sources:"), mine),
        (_("Sources that come with the bot:"), shared),
    ):
        if group:
            blocks += [paragraph(title), *_items(map(_source_line, group))]
    return pack([*blocks, *([paragraph(f"{SMALL}{allowance}")] if mine and allowance else [])])


def allowance_line(allowance: Allowance, *, own: bool = False) -> str:
    """How much a server's own sources use of their limits; "" if there are none."""
    usage, limits = allowance.usage, allowance.limits
    taken = (
        (usage.sources, limits.sources, _("{used} of {most} sources")),
        (usage.articles_today, limits.articles_a_day, _("{used} of {most} new articles in 24 hours")),
        (usage.characters, limits.characters, _("{used} of {most} stored characters")),
    )
    told = ", ".join(what.format(used=f"{used:,}", most=f"{most:,}") for used, most, what in taken if most)
    whose = _("Yours: {limits}.") if own else _("This server's own: {limits}.")
    return whose.format(limits=told) if told else ""


def health_report(sources: Sequence[ListedSource], alarms: str = "") -> list[str]:
    """The sources with the dates of their last read and last new article; failing ones first, then the longest silent.

    `alarms` comes from `status_text.alarms_state`.
    """
    if not sources:
        return [" ".join((_("No sources yet."), how_to_add()))]
    failing = sum(source.failing for source in sources)
    told = ngettext("{n} source, {failing} failing.", "{n} sources, {failing} failing.", len(sources))
    head = f"{told.format(n=len(sources), failing=failing or _('none'))} {alarms}".strip()
    never = datetime.min.replace(tzinfo=UTC)
    ranked = sorted(sources, key=lambda s: (not s.failing, s.new_item_at or never))
    return pack([paragraph(head), *_items(map(_health_line, ranked))])


def article_history(lines: Sequence[str]) -> list[str]:
    return pack(_items(map(harmless, lines)))


def previewed(preview: Preview) -> list[str]:
    """A preview of what an address would give."""
    named = harmless(shortened(preview.title, _TITLE_CHARS)) or _("no title")
    kind = _(preview.kind)
    head = _("{kind}: {title}, at {address}. Nothing was changed.").format(
        kind=kind[:1].upper() + kind[1:], title=named, address=harmless(preview.address)
    )
    if not preview.titles:
        return pack([paragraph(head), paragraph(_("It has no articles now."))])
    shown = preview.titles[:_PREVIEWED]
    count = _("Its newest {n} of {all} articles:").format(n=len(shown), all=len(preview.titles))
    return pack([paragraph(head), paragraph(count), *_items(harmless(shortened(t, _TITLE_CHARS)) for t in shown)])


def _source_line(source: ListedSource) -> str:
    named = (harmless(shortened(source.title, _TITLE_CHARS)), harmless(source.address))
    articles = ngettext("{n} article", "{n} articles", source.articles).format(n=f"{source.articles:,}")
    told = f"{_(source.kind)}, {articles}, {harmless(source.health)}"
    return f"{': '.join(filter(None, named))} ({told})"


def _health_line(source: ListedSource) -> str:
    named = harmless(shortened(source.title or source.address, _TITLE_CHARS))
    told = f"**{named}**: {harmless(shortened(source.health, _HEALTH_CHARS))}"
    if source.checked_at:
        read = _("tried {day}") if source.failing else _("read {day}")
        newest = source.new_item_at
        news = _("last new article {day}").format(day=day(newest)) if newest else _("nothing new so far")
        told += f"; {read.format(day=day(source.checked_at))}; {news}"
    return f"{told}. {source.advice}" if source.advice else told


def alarm_messages(alarms: Sequence[Alarm]) -> list[str]:
    """What happened to sources and what to do about it, in as few messages as possible."""
    return pack(paragraph(_alarm(alarm)) for alarm in alarms)


def _alarm(alarm: Alarm) -> str:
    address = harmless(shortened(shown_address(alarm.address), _ADDRESS_CHARS)) if alarm.title else ""
    named = f"**{harmless(shortened(name(alarm.title, alarm.address), _TITLE_CHARS))}**"
    small = filter(None, (_(advice_on(alarm.kind, alarm.failure_kind).guild), address))
    return "\n".join([f"{named} {_happened(alarm)}", *(f"{SMALL}{line}" for line in small)])


def _happened(alarm: Alarm) -> str:
    why = harmless(shortened(cause(alarm.failure_kind, alarm.detail, alarm.address), _HEALTH_CHARS))
    since = day(alarm.since)
    match alarm.kind:
        case AlarmKind.SILENT:
            return _("has fallen silent: nothing new since {since}, which is unusually long.").format(since=since)
        case AlarmKind.FAILING:
            return _("could not be read since {since}: {why}.").format(since=since, why=why)
        case AlarmKind.ENDED:
            return _("has ended: {why}. I no longer read it; its articles stay.").format(why=why)
        case AlarmKind.RECOVERED:
            return _("is back: I read it again as usual.")


def _items(lines: Iterable[str]) -> list[Block]:
    return [paragraph(f"- {line}", gap="\n") for line in lines]
