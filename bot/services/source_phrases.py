"""The health of sources and advice about them, for the people of a Discord server, as plain text. Pure.

Private addresses, file paths and settings are the operator's business and never appear here.
"""

from __future__ import annotations

from datetime import datetime

from bot.answering.links import is_web_address
from bot.lexicon.dates import day
from bot.services.uploads import shown_upload
from bot.translation import N_, _
from ingest.catalogue.backlog import Stage
from ingest.errors import FailureKind
from ingest.sources.advice import ADVICE, SILENCE
from ingest.sources.health import Health, health_of
from ingest.sources.models import EntryEvent, Source

OPERATORS_FILES = N_("files of my operator")
_NOT_PUBLIC = "is not on the public web"


def cause(kind: FailureKind | None, why: str, address: str = "") -> str:
    """Why something could not be read, without private addresses and paths.

    Args:
        address: of the source, where there is one.
    """
    if address and not is_web_address(address):
        return _("its files cannot be read")
    is_private = kind is FailureKind.ADDRESS_REFUSED or _NOT_PUBLIC in why
    return _("it is not on the public web") if is_private else why


def shown_address(address: str) -> str:
    """The address of a source; "" for files, whose paths are the operator's business, but for uploaded ones."""
    return address if is_web_address(address) else shown_upload(address)


def name(title: str, address: str) -> str:
    """The display name of a source."""
    return title or shown_address(address) or _(OPERATORS_FILES)


def event(happened: EntryEvent) -> str:
    """What happened to an entry of a source: one line of /why."""
    item, when = happened.item, happened.at
    detail = f" ({cause(None, item.detail, happened.address)})" if item.detail else ""
    named = f"“{item.title}”" if item.title else shown_address(item.url or "") or _("an entry")
    source = name("", happened.address)
    return _("{day}, {time} UTC: {outcome}: {entry}, from {source}").format(
        day=day(when), time=f"{when:%H:%M}", outcome=f"{item.outcome}{detail}", entry=named, source=source
    )


def stage(reached: Stage) -> str:
    """How far a stored article has been indexed: one line of /why."""
    if reached.indexed == reached.chunks:
        return _("It is stored, in version {version}, and found by words and meaning.").format(version=reached.version)
    told = _(
        "It is stored, in version {version}, and found by its words; by its meaning so far {indexed} of {chunks} "
        "passages are."
    )
    return told.format(version=reached.version, indexed=reached.indexed, chunks=reached.chunks)


def health(source: Source, now: datetime) -> str:
    """One phrase: "well", or what is wrong and since when."""
    state, kind = health_of(source, now), _kind(source)
    why = cause(kind, source.failure_why or "", source.address)
    if state is Health.FAILING:
        if source.failing_since and source.failures > 1:
            return _("could not be read since {day}: {why}").format(day=day(source.failing_since), why=why)
        return _("could not be read last time: {why}").format(why=why)
    if state is Health.ENDED:
        return _("ended: {why}").format(why=why)
    if state is Health.SILENT:
        return _("silent: nothing new since {day}, which is unusually long").format(day=day(source.newest_at))
    return _(_STATES[state])


_STATES = {Health.WELL: N_("well"), Health.NOT_READ_YET: N_("not read yet"), Health.DISABLED: N_("disabled")}


def advice(source: Source, now: datetime) -> str:
    """What people can do about it; "" if all is well."""
    state, kind = health_of(source, now), _kind(source)
    if state is Health.SILENT:
        return _(SILENCE.guild)
    return _(ADVICE[kind].guild) if kind is not None and state in (Health.FAILING, Health.ENDED) else ""


def _kind(source: Source) -> FailureKind | None:
    return FailureKind(source.failure_kind) if source.failure_kind else None
