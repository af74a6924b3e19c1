"""Names and amounts in the question that no quote mentions. By rules, without a model. Pure.

Silent when in doubt: a name of several words counts as mentioned if one of them is, or a word spelt almost like it;
of a version the digits must match.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.lexicon.figures import find_figures, supporting_figures
from bot.lexicon.names import Name, NameIndex, find_names
from bot.lexicon.units import TELLING_UNITS

MOST = 3
# "more than $1B" asks for other figures than its own.
_BOUND = re.compile(
    r"\b(?:over|under|above|below|than|least|most|up to|about|around|roughly|nearly|almost|approximately|between|to"
    r"|and)[\s~]*$|[<>~]\s*$",
    re.IGNORECASE,
)
_SAYABLE = re.compile(r"[^\W_][\w .+'’&-]{1,39}")


def unsourced(names: Sequence[str], texts: Sequence[str]) -> tuple[str, ...]:
    """Those of a question's names that none of the texts names, at most `MOST`, in the question's own spelling."""
    doubtful = [name for name in names if _SAYABLE.fullmatch(name) and not _is_plainly_said(name, texts)]
    if not doubtful:
        return ()
    index = NameIndex(texts)
    return tuple(name for name in doubtful if not _is_named(name, index))[:MOST]


def untold_figures(question: str, texts: Sequence[str]) -> tuple[str, ...]:
    """Amounts, shares and factors in the question that no text mentions, in the question's spelling."""
    told = [figure for text in texts for figure in supporting_figures(text)]
    claimed = (figure for figure in find_figures(question) if figure.unit in TELLING_UNITS - {"nth"})
    exact = (figure for figure in claimed if not _BOUND.search(question, 0, figure.start))
    return tuple(figure.text for figure in exact if not any(figure.supported_by(known) for known in told))[:MOST]


def _is_plainly_said(name: str, texts: Sequence[str]) -> bool:
    """Whether a name without digits stands in a text as it is: quick, and true of most names."""
    if any(map(str.isdigit, name)):
        return False
    said = re.compile(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", re.IGNORECASE)
    return any(said.search(text) for text in texts)


def _is_named(name: str, index: NameIndex) -> bool:
    """Whether the name occurs there; True if the checks do not count it as a name."""
    parts = list(_parts(name))
    versions = [part for part in parts if part.exact]
    if versions:
        return all(part in index or index.nearly(part) for part in versions)
    return not parts or any(part in index or index.nearly(part) for part in parts)


def _parts(name: str) -> Iterator[Name]:
    """In capitals, because people do not write them in questions and the checks rely on them."""
    return iter(find_names(name.upper()))
