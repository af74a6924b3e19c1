"""The bot's own words in the reader's language, by gettext catalogues (`bot/locale`).

Whose language is meant belongs to the context, like the id of a request: `speak` is called where Discord delivers
something, and the threads that work for it inherit it. Everywhere else it is English. What articles say and what people
wrote is never translated.

    _("Nothing was saved.")           translated where it is said
    SAVED = N_("Nothing was saved.")  marked for the catalogues, translated when it is said: _(SAVED)

`python -m tests.catalogues` brings the catalogues up to date.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "de", "es", "fr", "ja", "pt")
"""ISO 639-1 codes; English is written in the code."""
_DOMAIN = "verbatim"
_spoken: ContextVar[str] = ContextVar("spoken", default="en")


def N_(text: str) -> str:
    """The text itself: what is translated later."""
    return text


def _(text: str) -> str:
    """The text in the language of the context."""
    return _catalogue(_spoken.get()).gettext(text) if text else ""


def ngettext(one: str, many: str, number: int) -> str:
    """The form that the language of the context has for so many."""
    return _catalogue(_spoken.get()).ngettext(one, many, number)


def translated(text: str, language: str, context: str = "") -> str:
    """The text in a language; `context` tells apart what is one word in English (gettext's `msgctxt`)."""
    catalogue = _catalogue(language)
    return catalogue.pgettext(context, text) if context else catalogue.gettext(text)


def language_of(locale: str) -> str:
    """The language of a locale such as "pt-BR"; English where it is none of `LANGUAGES`."""
    code = locale.partition("-")[0]
    return code if code in LANGUAGES else "en"


def spoken() -> str:
    """The language of the context."""
    return _spoken.get()


def speak(language: str) -> None:
    """From now on in this context, the bot's words are in this language."""
    _spoken.set(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """`speak` for the length of a block."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    path = files(__package__).joinpath("locale", language, "LC_MESSAGES", f"{_DOMAIN}.mo")
    with path.open("rb") as file:
        return gettext.GNUTranslations(file)
