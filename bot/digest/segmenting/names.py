"""The proper names of a line, fast: a week has tens of thousands of lines. Pure.

A number behind a name is its version: "Grok 4.3" names grok and grok4.3.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bot.lexicon.forms import is_unit
from bot.lexicon.name_spelling import HYPHEN, MARKED_TOKEN, bare, begins_sentence, is_amount, is_name, version_behind

_JOINTS = re.compile(r"[-‐‑'’&+]|\.(?!\d)|(?<!\d)\.")
_TOO_COMMON = frozenset({"us", "u.s", "usa"})


def names_of(text: str) -> frozenset[str]:
    """The names in a form that can be compared: small letters, no possessive, no plural.

    >>> sorted(names_of("Anthropic’s Claude beats Grok 4.3"))
    ['anthropic', 'claude', 'grok', 'grok4.3']
    """
    found = set()
    for match in MARKED_TOKEN.finditer(text):
        parts, versioned = _parts(match[0])
        for key, opens in parts:
            if opens or not begins_sentence(text, match.start()):
                found.add(key)
        version = version_behind(text, match.end()) if versioned else ""
        if version:
            found.add(_key(versioned + version.removeprefix("v")))
    return frozenset(found)


@lru_cache(maxsize=50_000)
def _parts(token: str) -> tuple[tuple[tuple[str, bool], ...], str]:
    """The names in a token, each with whether it is one even where it begins a sentence, and what a number behind it
    is a version of ("" for nothing). A week says the same names again and again."""
    word = bare(token)
    if is_amount(word):
        return (), ""
    parts = HYPHEN.split(word)
    has_version = len(parts) > 1 and any(map(str.isdigit, word))
    spelt = filter(_is_name, [word] if has_version else parts)
    return tuple((_key(part), is_name(part, opens=True)) for part in spelt), "" if has_version else parts[-1]


def _is_name(word: str) -> bool:
    lower = word.lower()
    if len(word.rstrip("+")) < 2 or is_amount(word) or lower in _TOO_COMMON or is_unit(lower):
        return False
    return is_name(word, opens=False)


def _key(word: str) -> str:
    compact = _JOINTS.sub("", word.casefold()).strip(".")
    return compact[:-1] if len(compact) > 3 and compact.endswith("s") and compact[-2] != "s" else compact
