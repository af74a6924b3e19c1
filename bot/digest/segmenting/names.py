"""The proper names of a line, fast: a week has tens of thousands of lines. Pure.

A number behind a name is its version: "Grok 4.3" names grok and grok4.3.
"""

from __future__ import annotations

import re

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
        word = bare(match[0])
        if is_amount(word):
            continue
        parts = HYPHEN.split(word)
        has_version = len(parts) > 1 and any(map(str.isdigit, word))
        for part in [word] if has_version else parts:
            if _is_name(part, text, match.start()):
                found.add(_key(part))
        version = "" if has_version else version_behind(text, match.end())
        if version:
            found.add(_key(parts[-1] + version.removeprefix("v")))
    return frozenset(found)


def _is_name(word: str, text: str, start: int) -> bool:
    lower = word.lower()
    if len(word.rstrip("+")) < 2 or is_amount(word) or lower in _TOO_COMMON or is_unit(lower):
        return False
    return is_name(word, opens=False) and (is_name(word, opens=True) or not begins_sentence(text, start))


def _key(word: str) -> str:
    compact = _JOINTS.sub("", word.casefold()).strip(".")
    return compact[:-1] if len(compact) > 3 and compact.endswith("s") and compact[-2] != "s" else compact
