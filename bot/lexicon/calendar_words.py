"""The names of months and days in the languages that are read here: the one table of them. Pure.

A name may be spelt in several ways ("märz|maerz"); "-" stands where a language has no short form of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_MONTHS = {
    "en": """january february march april may june july august september october november december
             jan feb mar apr - jun jul aug sep|sept oct nov dec""",
    "de": """januar|jänner|jaenner februar märz|maerz april mai juni juli august september oktober november dezember
             - - - - - - - - - okt - dez""",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre|setiembre octubre noviembre diciembre",
    "fr": """janvier février|fevrier mars avril mai juin juillet août|aout septembre octobre novembre
             décembre|decembre""",
    "pt": "janeiro fevereiro março|marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}
_WEEKDAYS = {
    "en": """monday tuesday wednesday thursday friday saturday sunday
             mon tue|tues wed thu|thurs fri sat sun""",
    "de": "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    "es": "lunes martes miércoles|miercoles jueves viernes sábado|sabado domingo",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
}
LANGUAGES = tuple(_MONTHS)
AMBIGUOUS_MONTHS = frozenset({"may", "march"})
"""English months that are words too."""


def months(*languages: str) -> dict[str, int]:
    """Lower-case names of the months, long and short, with their numbers from 1.

    >>> months("en")["sept"], months("de", "nl")["maart"]
    (9, 3)
    """
    return _numbered((_MONTHS[language] for language in languages), per_year=12, first=1)


def weekdays(*languages: str) -> dict[str, int]:
    """Lower-case names of the days, long and short, with their numbers: Monday is 0.

    >>> weekdays("en")["tues"], weekdays("de")["sonntag"]
    (1, 6)
    """
    return _numbered((_WEEKDAYS[language] for language in languages), per_year=7, first=0)


def alternatives(names: Iterable[str]) -> str:
    """A regex that matches any of the names, the longest first.

    >>> alternatives(["tue", "tues"])
    'tues|tue'
    """
    return "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))


def _numbered(lists: Iterable[str], *, per_year: int, first: int) -> dict[str, int]:
    return {
        name: first + place % per_year
        for words in lists
        for place, names in enumerate(words.split())
        for name in names.split("|")
        if name != "-"
    }


ENGLISH_MONTHS = tuple(_MONTHS["en"].split()[:12])
ENGLISH_WEEKDAYS = tuple(_WEEKDAYS["en"].split()[:7])
