"""What can be done about each kind of failure, for operators and for Discord servers. Pure."""

from __future__ import annotations

from typing import NamedTuple

from ingest.errors import FailureKind, SourceError, VerbatimError
from ingest.sources.alarm_rules import AlarmKind


class Advice(NamedTuple):
    """The same advice for two kinds of readers: operators can change settings and files, people on a server cannot."""

    operator: str
    guild: str


def _both(advice: str) -> Advice:
    return Advice(advice, advice)


_SITE_IS_AWAY = Advice(
    "Most sites come back by themselves, and it is tried again; if it stays away, remove the source.",
    "Most sites come back by themselves, and I keep trying; if it stays away, remove it.",
)
_REDIRECTED = _both("Open the address in a browser, and add the one where it ends instead.")
_TOO_MUCH = "It is more than I read. Is there a shorter page or a feed of it?"
_LOCAL = "Only my operator can fix that. Its articles stay."

ADVICE: dict[FailureKind, Advice] = {
    FailureKind.ADDRESS_REFUSED: Advice(
        "If this host is yours and may be read, name it in INGEST_ALLOW_HOSTS.", "I read public web sites only."
    ),
    FailureKind.BAD_URL: Advice(
        "Use a complete address that starts with http:// or https:// and has no password in it.",
        "Use a complete address that starts with https:// and has no password in it.",
    ),
    FailureKind.DNS: Advice(
        "Check the spelling of the host name, and this machine's name server.", "Check the spelling of the site's name."
    ),
    FailureKind.CONNECT: _SITE_IS_AWAY,
    FailureKind.TLS: _both("The site's certificate cannot be trusted; only the site can fix that."),
    FailureKind.TIMEOUT: Advice("If the site is always this slow, raise FETCH_TIMEOUT_S.", _SITE_IS_AWAY.guild),
    FailureKind.RESET: _SITE_IS_AWAY,
    FailureKind.TOO_LARGE: Advice("If it really has to be read, raise FETCH_MAX_BYTES.", _TOO_MUCH),
    FailureKind.TOO_MANY_REDIRECTS: _REDIRECTED,
    FailureKind.BAD_REDIRECT: _REDIRECTED,
    FailureKind.BAD_RESPONSE: _SITE_IS_AWAY,
    FailureKind.FORBIDDEN: Advice(
        "The site does not let programs read this; ask its operator, or remove the source.",
        "The site does not let programs read this. Does it have a feed? If not, remove it.",
    ),
    FailureKind.NOT_FOUND: _both("Check the address, or look for the site's feed."),
    FailureKind.GONE: _both("It will not come back: remove the source."),
    FailureKind.RATE_LIMITED: Advice(
        "It is read again when the site allows it; if this keeps happening, raise POLL_INTERVAL_S.",
        "I read it again when the site allows it.",
    ),
    FailureKind.CLIENT_ERROR: _both("The site does not answer programs as it should: check the address."),
    FailureKind.SERVER_ERROR: _SITE_IS_AWAY,
    FailureKind.ROBOTS: Advice(
        "Its robots.txt asks programs not to read this: add the site's feed instead.",
        "The site asks programs not to read this: add its feed instead.",
    ),
    FailureKind.WRONG_TYPE: Advice(
        "Open the address in a browser: if it is no longer a feed or an article, remove the source.",
        "Give the address of a feed, an article or a site.",
    ),
    FailureKind.BAD_CHARSET: Advice(
        "Its publisher has to declare its encoding; save a file of your own as UTF-8.",
        "It does not declare its encoding. Only the site can fix that.",
    ),
    FailureKind.BAD_XML: Advice(
        "The feed is broken; its operator has to fix that, and it is tried again.",
        "The feed is broken. Only the site can fix that; I keep trying.",
    ),
    FailureKind.NOT_A_FEED: Advice(
        "The address gives something else now: look for the site's feed, and add that.",
        "Look for the address of the site's feed, and add that.",
    ),
    FailureKind.NO_TEXT: Advice(
        "There is no text to read: if the page needs JavaScript or a login, remove it.",
        "There is no text to read: does the page need a login? Then remove it.",
    ),
    FailureKind.CONSENT_WALL: _both("The site shows a check or a log-in instead of its text: add its feed instead."),
    FailureKind.BAD_PDF: _both("The PDF is damaged or locked: look for another copy."),
    FailureKind.BAD_LINE: Advice("Correct the line; the others were read.", _LOCAL),
    FailureKind.PARSE_TIMEOUT: Advice("If it really has to be read, raise PARSE_TIMEOUT_S.", _TOO_MUCH),
    FailureKind.PARSE_MEMORY: Advice("If it really has to be read, raise PARSE_MAX_BYTES.", _TOO_MUCH),
    FailureKind.PARSE_CRASH: Advice(
        "The document cannot be parsed: look for another copy.", "I cannot read this document: look for another copy."
    ),
    FailureKind.FILE_MISSING: Advice("Its articles stay. Put the file back, or remove the source.", _LOCAL),
    FailureKind.FILE_UNREADABLE: Advice("Check the file's permissions.", _LOCAL),
}
SILENCE = Advice(
    "Check whether the site still publishes and whether its feed has moved; if it has, add the new address.",
    "Does the site still publish, and has its feed moved? Then add the new address and remove this one.",
)
_NONE = _both("")


def advice_on(alarm: AlarmKind, failure: FailureKind | None) -> Advice:
    """What to do about this alarm; empty if there is nothing to do."""
    if alarm is AlarmKind.SILENT:
        return SILENCE
    return ADVICE[failure] if failure is not None and alarm is not AlarmKind.RECOVERED else _NONE


def hint_for(error: VerbatimError) -> str:
    """The error's own hint, else the operator's advice for its kind of failure."""
    return error.hint or (ADVICE[error.kind].operator if isinstance(error, SourceError) else "")
