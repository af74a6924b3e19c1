"""What a question names and the quotes do not: the part of it that has no source. By rules, no model. Pure.

Silent where it cannot tell: a name of several words counts as named when one of them is, or one that is spelt nearly
so; only a version must be there to the digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.answering.gate.names import Name, NameIndex, find_names

MOST = 3
_SAYABLE = re.compile(r"[^\W_][\w .+'’&-]{1,39}")


def unsourced(names: Sequence[str], texts: Sequence[str]) -> tuple[str, ...]:
    """Those of a question's names that none of the texts names, at most `MOST`, in the question's own spelling."""
    index = NameIndex(texts)
    return tuple(name for name in names if _SAYABLE.fullmatch(name) and not _is_named(name, index))[:MOST]


def _is_named(name: str, index: NameIndex) -> bool:
    """Whether the name stands there; True where it is none by the gate's rules."""
    parts = list(_parts(name))
    versions = [part for part in parts if part.exact]
    if versions:
        return all(part in index for part in versions)
    return not parts or any(part in index or index.nearly(part) for part in parts)


def _parts(name: str) -> Iterator[Name]:
    """In capitals, because nobody writes them in a question and the gate goes by them."""
    return iter(find_names(name.upper()))
