"""How a source is doing and what can be done about it, for the people of a Discord server: plain text. Pure.

`ingest.sources.advice` tells operators the same, who can change settings; here nobody hears of those.
"""

from __future__ import annotations

from datetime import datetime

from bot.answering.links import is_web_address
from bot.dates import day
from ingest.catalogue.backlog import Stage
from ingest.errors import FailureKind
from ingest.sources.alarm_rules import AlarmKind
from ingest.sources.health import Health, health_of
from ingest.sources.models import EntryEvent, Source

_AWAY = "Most sites come back by themselves, and I keep trying; if it stays away, remove it."
_TOO_MUCH = "It is more than I read. Is there a shorter page or a feed of it?"
_LOCAL = "Only my operator can mend that. Its articles stay."

ADVICE: dict[FailureKind, str] = {
    FailureKind.ADDRESS_REFUSED: "I read public web sites only.",
    FailureKind.BAD_URL: "Use a complete address that starts with https:// and has no password in it.",
    FailureKind.DNS: "Check the spelling of the site's name.",
    FailureKind.CONNECT: _AWAY,
    FailureKind.TLS: "The site's certificate cannot be trusted; only the site can mend that.",
    FailureKind.TIMEOUT: _AWAY,
    FailureKind.RESET: _AWAY,
    FailureKind.TOO_LARGE: _TOO_MUCH,
    FailureKind.TOO_MANY_REDIRECTS: "Open the address in a browser, and add the one where it ends instead.",
    FailureKind.BAD_REDIRECT: "Open the address in a browser, and add the one where it ends instead.",
    FailureKind.BAD_RESPONSE: _AWAY,
    FailureKind.FORBIDDEN: "The site does not let programs read this. Does it have a feed? Else remove it.",
    FailureKind.NOT_FOUND: "Check the address, or look for the site's feed.",
    FailureKind.GONE: "It will not come back: remove it.",
    FailureKind.RATE_LIMITED: "I read it again when the site allows it.",
    FailureKind.CLIENT_ERROR: "The site does not answer programs as it should: check the address.",
    FailureKind.SERVER_ERROR: _AWAY,
    FailureKind.ROBOTS: "The site asks programs not to read this: add its feed instead.",
    FailureKind.WRONG_TYPE: "Give the address of a feed, an article or a site.",
    FailureKind.BAD_CHARSET: "It does not say in which encoding it is. Only the site can mend that.",
    FailureKind.BAD_XML: "The feed is broken. Only the site can mend that; I keep trying.",
    FailureKind.NOT_A_FEED: "Look for the address of the site's feed, and add that.",
    FailureKind.NO_TEXT: "There is no text to be read: does the page need a login? Then remove it.",
    FailureKind.CONSENT_WALL: "The site shows a check or a log-in instead of its text: add its feed instead.",
    FailureKind.BAD_PDF: "The PDF is damaged or locked: look for another copy.",
    FailureKind.BAD_LINE: _LOCAL,
    FailureKind.PARSE_TIMEOUT: _TOO_MUCH,
    FailureKind.PARSE_MEMORY: _TOO_MUCH,
    FailureKind.PARSE_CRASH: "I cannot read this document: look for another copy.",
    FailureKind.FILE_MISSING: _LOCAL,
    FailureKind.FILE_UNREADABLE: _LOCAL,
}
"""What to do about each way in which a source fails."""

SILENCE = "Does the site still publish, and has its feed moved? Then add the new address and remove this one."


OPERATORS_FILES = "files of my operator"
_NOT_PUBLIC = "is not on the public web"


def cause(kind: FailureKind | None, why: str, address: str = "") -> str:
    """Why something could not be read. Which private address a name has is nobody's business, nor are paths.

    Args:
        address: of the source, where there is one.
    """
    if address and not is_web_address(address):
        return "its files cannot be read"
    return f"it {_NOT_PUBLIC}" if kind is FailureKind.ADDRESS_REFUSED or _NOT_PUBLIC in why else why


def shown_address(address: str) -> str:
    """The address of a source; "" for files, whose paths are the operator's business."""
    return address if is_web_address(address) else ""


def name(title: str, address: str) -> str:
    """What a source is called."""
    return title or shown_address(address) or OPERATORS_FILES


def event(happened: EntryEvent) -> str:
    """What a source made of an entry: one line of /why."""
    item, when = happened.item, happened.at
    detail = f" ({cause(None, item.detail, happened.address)})" if item.detail else ""
    named = f"“{item.title}”" if item.title else shown_address(item.url or "") or "an entry"
    return f"{day(when)}, {when:%H:%M} UTC: {item.outcome}{detail}: {named}, from {name('', happened.address)}"


def stage(reached: Stage) -> str:
    """How far a stored article has come: one line of /why."""
    if reached.indexed == reached.chunks:
        return f"It is stored, in version {reached.version}, and found by words and meaning."
    return (
        f"It is stored, in version {reached.version}, and found by its words; by its meaning so far "
        f"{reached.indexed} of {reached.chunks} passages are."
    )


def health(source: Source, now: datetime) -> str:
    """One phrase: "well", or what is wrong and since when."""
    state, kind = health_of(source, now), _kind(source)
    why = cause(kind, source.failure_why or "", source.address)
    if state is Health.FAILING:
        since = f" since {day(source.failing_since)}" if source.failing_since and source.failures > 1 else " last time"
        return f"could not be read{since}: {why}"
    if state is Health.ENDED:
        return f"ended: {why}"
    if state is Health.SILENT:
        return f"silent: nothing new since {day(source.newest_at)}, which is unusually long"
    return state.value.replace("_", " ")


def advice(source: Source, now: datetime) -> str:
    """What people can do about it; "" where all is well."""
    state, kind = health_of(source, now), _kind(source)
    if state is Health.SILENT:
        return SILENCE
    return ADVICE[kind] if kind is not None and state in (Health.FAILING, Health.ENDED) else ""


def advice_on(alarm: AlarmKind, kind: FailureKind | None) -> str:
    """What people can do when a source raised an alarm; "" where there is nothing to do."""
    if alarm is AlarmKind.SILENT:
        return SILENCE
    return ADVICE[kind] if kind is not None and alarm is not AlarmKind.RECOVERED else ""


def _kind(source: Source) -> FailureKind | None:
    return FailureKind(source.failure_kind) if source.failure_kind else None
