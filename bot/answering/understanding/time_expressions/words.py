"""The vocabulary of time in English, German, Spanish, French and Japanese, as look-ups and as regex fragments."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.lexicon.calendar_words import AMBIGUOUS_MONTHS, ENGLISH_MONTHS, alternatives, months, weekdays

_UNIT_NAMES = {
    "hour": "hours hour hrs hr h stunden stunde horas hora heures heure",
    "day": "days day d tagen tage tag días dias día dia jours jour",
    "week": "weeks week wks wk wochen woche semanas semana semaines semaine",
    "month": "months month monaten monate monat meses mes mois",
    "quarter": "quarters quarter quartale quartal trimestres trimestre",
    "year": "years year yrs yr jahren jahre jahr años año années année ans",
}
_NUMBER_NAMES = {
    1: "one a an ein eine einem einer un una une",
    2: "two couple zwei dos deux",
    3: "three few drei tres trois paar unos unas quelques",
    4: "four vier cuatro quatre",
    5: "five several fünf cinco cinq",
    6: "six sechs seis",
    7: "seven sieben siete sept",
    8: "eight acht ocho huit",
    9: "nine neun nueve neuf",
    10: "ten zehn diez dix",
    12: "twelve dozen zwölf doce douze",
    14: "fourteen vierzehn catorce quatorze",
    30: "thirty dreißig treinta trente",
}
_ORDINAL_NAMES = {
    1: "first 1st erste ersten erster primer primera première premiere premier",
    2: "second 2nd zweite zweiten segunda segundo deuxième deuxieme seconde",
    3: "third 3rd dritte dritten tercera tercer troisième troisieme",
    4: "fourth 4th vierte vierten cuarta cuarto quatrième quatrieme",
    5: "fifth 5th fünfte fünften quinta quinto cinquième",
    -1: "last final letzte letzten última ultima último ultimo dernière derniere dernier",
}


def _by_name(names: dict[int, str]) -> dict[str, int]:
    return {name: value for value, words in names.items() for name in words.split()}


def any_of(names: Iterable[str]) -> str:
    """A regex group that matches any of the names, the longest first."""
    return f"(?:{alternatives(names)})"


_READ = ("en", "de", "es", "fr")
MONTHS = months(*_READ)
NUMBERS = _by_name(_NUMBER_NAMES)
ORDINALS = _by_name(_ORDINAL_NAMES)
WEEKDAYS = weekdays(*_READ)
UNITS = {name: unit for unit, words in _UNIT_NAMES.items() for name in words.split()}

# Names that are nothing but a month, so that they need no preposition; short forms ("dec", "mar") are more often
# something else.
_PLAIN_MONTHS = [name for name in ENGLISH_MONTHS if name not in AMBIGUOUS_MONTHS]
# Short day names ("sun", "sat", "mon") are read only after a preposition.
_PLAIN_WEEKDAYS = [name for name in WEEKDAYS if len(name) > 5 or name == "lunes"]

_MONTH = rf"{any_of(MONTHS)}\.?"
_YEAR = r"20[0-4]\d"
_COUNTED = r"(?:tokens?|steps?|gpus?|people|users?|times|runs?|images?|samples?|problems?|questions?)"
PERIOD_PARTS = {
    "early": r"(?:early|(?:beginning|start) of|anfang|(?:a )?(?:principios|comienzos) de|d[eé]but)",
    "mid": r"(?:mid|middle of|mitte|(?:a )?mediados de|mi|milieu)",
    "late": r"(?:late|end of|ende|(?:a )?(?:finales|fines) de|fin)",
}
# Since, before, after, until: on which side of the named period the window lies.
SIDES = {
    "since": r"(?:(?:ever )?since|starting(?: in| on| from)?|seit|ab|desde|depuis|[àa] partir de)",
    "before": r"(?:before|prior to|vor|antes del?|avant)",
    "after": r"(?:after|following|nach|despu[eé]s del?|apr[eè]s)",
    "until": r"(?:(?:up )?(?:until|till|til)|up to|through|as of|by|bis(?: zum?)?|hasta|jusqu['’](?:en|à|au))",
}
SIDES_AFTERWARDS = {
    "since": r"(?:\s+(?:onwards?|and later|or later)(?!\w)|から|以降|以来)",
    "before": r"(?:\s+or earlier(?!\w)|以前|より前)",
    "until": r"まで",
}
# Prepositions and articles that only lead up to a period; they go with it when it is taken out of the question.
LEAD = (
    r"(?:(?:in|on|at|during|within|over|from|between|of|for|throughout|im|in der|in den|am|von|zwischen|en|los|durante"
    r"|entre|de|del|au cours d[eu]|pendant|dans|au|du)\s+)?(?:(?:the|all|whole|den|der|dem|la|el|las|les|le)\s+)*"
)
# Between two periods that make one stretch: "June and July", "Monday to Friday".
JOINER = (
    r"\s*(?:(?:,\s*)?(?:and|to|until|till|through|thru|or|vs\.?|versus|und|bis|y|hasta|et|jusqu['’](?:en|à|au)|à|au)(?=\s)"
    r"|[-–—/&,~〜]|から|と)\s*(?:(?:in|on|of|the|zum|el|la|le|en|am)\s+)*"
)
# The question asks for what happened, not for how things are.
EVENT = re.compile(
    r"\b(?:did|was|were|happen\w*|news|new|announc\w*|releas\w*|launch\w*|publish\w*|drop\w*|rais\w*|ship\w*|headlines"
    r"|recap|digest|updates?|going on|came out|neu\w*|passiert|angekündigt|veröffentlich\w*|noticias|anunci\w*|lanz\w*"
    r"|public\w*|pasó|annonc\w*|nouvelles|actualités|sorti\w*|publi\w*)\b|発表|公開|ニュース|リリース",
    re.IGNORECASE,
)
# The question looks ahead, where a month or a day without a year is one to come.
FUTURE = re.compile(
    r"\b(?:will|won['’]t|gonna|going to|upcoming|tomorrow|expected|scheduled|planned|plan(?:s|ning)? to|should i"
    r"|deadline|next (?:week|month|quarter|year|day|few)|wird|nächste[nrsm]?|mañana|próxim[oa]|demain|prochaine?)\b"
    r"|['’]ll\b|来[週月年]|明日",
    re.IGNORECASE,
)
# Figures of a quarter or a year are reported after it has ended.
REPORTED = re.compile(
    r"\b(?:revenues?|earnings|profits?|loss(?:es)?|sales|results|guidance|umsatz|ingresos|recettes)\b", re.I
)

_FRAGMENTS = {
    # What is no part of a longer word, name or number: not in "Q4_K_M", "o3", "GPT-5", "5.6", "24/7".
    "B": r"(?<![\w.$€£#@/-])",
    "BM": r"(?<![\w.$€£#@])",
    "E": r"(?![\w%$€£])(?!-(?!ci\b)\w)(?![.,:]\d)",
    "ED": r"(?!\w)(?![.,:]\d)(?!\s*(?:%|million|billion))",
    "MONTH": _MONTH,
    "PLAIN_MONTH": any_of(_PLAIN_MONTHS),
    "WEEKDAY": any_of(WEEKDAYS),
    "PLAIN_WEEKDAY": any_of(_PLAIN_WEEKDAYS),
    "DAY": r"(?:3[01]|[12]\d|0?[1-9])",
    "TH": r"(?:st|nd|rd|th)?",
    "YEAR": _YEAR,
    "Y?": rf"(?:,?\s+(?:of\s+|de\s+|del\s+)?(?P<year>{_YEAR}|['’]\d\d|last year|this year)(?!\w))?",
    # A bare year that is no part of a name ("2025 International Olympiad") and counts nothing ("2048 tokens").
    "LONE": rf"(?!-)(?!\s+(?-i:[A-Z]))(?!\s+{_COUNTED}\b)",
    "WEEK": any_of(name for name, unit in UNITS.items() if unit == "week" and len(name) > 2),
    "UNIT": any_of(name for name in UNITS if len(name) > 2),
    "ANY_UNIT": any_of(UNITS),
    "COUNT": rf"(?:\d\d?\d?|(?:a\s+)?{any_of(NUMBERS)}(?:\s+of)?)",
    "ORDINAL": any_of(ORDINALS),
    "LAST": (
        r"(?:last|past|previous|preceding|letzte[nrsm]?|vergangene[nrsm]?|vorige[nrsm]?|[uú]ltim[oa]s?|derni(?:er|[eè]re)s?)"
    ),
    "LAST_AFTER": r"(?:pasad[oa]s?|derni(?:er|[eè]re)s?|pass[eé]e?s?)",
    "THIS": r"(?:this|the current|diese[nrsm]?|est[ea]|cet(?:te)?|ce)",
    "OF": r"(?:\s+(?:of|in|im|des|der|vom|de|del|du)(?:\s+(?:the|el|la|le))?)?",
    "PART": "(?:"
    + "|".join(f"(?P<{name}>{said})" for name, said in PERIOD_PARTS.items())
    + r")(?:\s+|-)(?:of\s+|de\s+)?",
    "TO": JOINER,
    "ON": (
        r"(?:on|since|until|till|before|after|by|from|through|between|and|to|the|am|vom|bis|seit|ab|nach|vor|el|del|desde"
        r"|hasta|le|du|au|depuis|avant|après)"
    ),
    "IN": (
        r"(?:in|during|of|from|since|until|till|before|after|by|through|throughout|between|for|this|im|ab|seit|vor|nach|bis"
        r"|en|de|desde|hasta|depuis|avant|apr[eè]s)"
    ),
}


def pattern(shape: str) -> re.Pattern[str]:
    """A shape of words with its `<FRAGMENTS>` put in, ready to search."""
    return re.compile(re.sub(r"<([A-Z_]+\??)>", lambda match: _FRAGMENTS[match[1]], shape), re.IGNORECASE)


def number(word: str) -> int:
    """The value of "3", "three", "a couple of", "drei"."""
    if word.isdigit():
        return int(word)
    return next(NUMBERS[part] for part in reversed(word.lower().split()) if part in NUMBERS)
