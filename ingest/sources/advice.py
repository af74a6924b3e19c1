"""Advice for operators: what can be done about each kind of failure, in one or two sentences. Pure."""

from __future__ import annotations

from ingest.errors import FailureKind, SourceError, VerbatimError
from ingest.sources.alarm_rules import AlarmKind

_SITE_IS_AWAY = "Most sites come back by themselves, and it is tried again; if it stays away, remove the source."
_NOT_READABLE = "Look at the address in a browser: if it is no feed or article any more, remove the source."

ADVICE: dict[FailureKind, str] = {
    FailureKind.ADDRESS_REFUSED: "If this host is yours and may be read, name it in INGEST_ALLOW_HOSTS.",
    FailureKind.BAD_URL: "Use a complete address that starts with http:// or https:// and has no password in it.",
    FailureKind.DNS: "Check the spelling of the host name, and this machine's name server.",
    FailureKind.CONNECT: _SITE_IS_AWAY,
    FailureKind.TLS: "The site's certificate cannot be trusted; its operator has to mend that.",
    FailureKind.TIMEOUT: "If the site is always this slow, raise FETCH_TIMEOUT_S.",
    FailureKind.RESET: _SITE_IS_AWAY,
    FailureKind.TOO_LARGE: "If it really has to be read, raise FETCH_MAX_BYTES.",
    FailureKind.TOO_MANY_REDIRECTS: "Open the address in a browser, and add the one where it ends instead.",
    FailureKind.BAD_REDIRECT: "Open the address in a browser, and add the one where it ends instead.",
    FailureKind.BAD_RESPONSE: _SITE_IS_AWAY,
    FailureKind.FORBIDDEN: "The site does not let programs read this; ask its operator, or remove the source.",
    FailureKind.NOT_FOUND: "Check the address, or look for the site's feed.",
    FailureKind.GONE: "It will not come back: remove the source.",
    FailureKind.RATE_LIMITED: "It is read again when the site allows it; where that stays so, raise POLL_INTERVAL_S.",
    FailureKind.CLIENT_ERROR: "The site does not answer programs as it should: check the address.",
    FailureKind.SERVER_ERROR: _SITE_IS_AWAY,
    FailureKind.ROBOTS: "Its robots.txt asks programs not to read this: add the site's feed instead.",
    FailureKind.WRONG_TYPE: _NOT_READABLE,
    FailureKind.BAD_CHARSET: "Its publisher has to say in which encoding it is; save a file of yours as UTF-8.",
    FailureKind.BAD_XML: "The feed is broken; its operator has to mend that, and it is tried again.",
    FailureKind.NOT_A_FEED: "The address gives something else now: look for the site's feed, and add that.",
    FailureKind.NO_TEXT: "There is no text to be read: if the page needs JavaScript or a login, remove it.",
    FailureKind.CONSENT_WALL: "The site shows a check or a log-in instead of its text: add its feed instead.",
    FailureKind.BAD_PDF: "The PDF is damaged or locked: look for another copy.",
    FailureKind.BAD_LINE: "Correct the line; the others were read.",
    FailureKind.PARSE_TIMEOUT: "If it really has to be read, raise PARSE_TIMEOUT_S.",
    FailureKind.PARSE_MEMORY: "If it really has to be read, raise PARSE_MAX_BYTES.",
    FailureKind.PARSE_CRASH: "The document cannot be parsed: look for another copy.",
    FailureKind.FILE_MISSING: "Its articles stay. Put the file back, or remove the source.",
    FailureKind.FILE_UNREADABLE: "Check the file's permissions.",
}

_SILENCE = "Look whether the site still publishes, and whether its feed has moved; if so, add the new one."


def advice_on(alarm: AlarmKind, failure: FailureKind | None) -> str:
    """What to do about this alarm; "" if there is nothing to do."""
    if alarm is AlarmKind.SILENT:
        return _SILENCE
    return ADVICE[failure] if failure is not None and alarm is not AlarmKind.RECOVERED else ""


def hint_for(error: VerbatimError) -> str:
    """The error's own hint, else the advice for its kind of failure."""
    return error.hint or (ADVICE[error.kind] if isinstance(error, SourceError) else "")
