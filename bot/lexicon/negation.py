"""Whether a statement contradicts its source by a negation, or drops the source's caution. By rules. Pure.

Scope is what makes this hard: "X launched Y, not Z" does not deny that X launched Y. A cue is taken to govern the few
content words after it in its own clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.text.words import content_terms

_CLAUSE = re.compile(r"[.!?;:,()\[\]—–\n]|\s-\s|\b(?:but|while|whereas|although|though|which|because)\b")
_NO = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|cannot|without|\w+n['’]t|denie[sd]|deny|refuse[sd]?|"
    r"declin(?:ed?|es) to|fail(?:ed|s)? to|lack(?:s|ed)?|unable to|yet to|rather than|instead of)\b",
    re.IGNORECASE,
)
_PLAIN_NO = re.compile(
    r"\b(?:not|no|never|none|cannot|without|\w+n['’]t|neither|nor|denie[sd]|fail(?:ed|s)? to)\b", re.IGNORECASE
)
_NO_SCOPE = 3
_HEDGE = re.compile(
    r"\b(?:reportedly|allegedly|apparently|supposedly|purportedly|rumou?r(?:ed|s)?|unconfirmed|claims?|claimed|claiming|"
    r"said to|believed to|expected to|plan(?:s|ned|ning)? to|aim(?:s|ed|ing)? to|intend(?:s|ed)? to|in talks|"
    r"consider(?:s|ing)|may|might|could|likely|possibly|perhaps|probably|suggests?|appears? to|seems? to|potentially|"
    r"reported(?= (?:gains?|jumps?|as)\b)|according to (?:reports|rumou?rs|sources))\b",
    re.IGNORECASE,
)
# What a statement may say instead: any word of attribution, or of the future.
_ANY_HEDGE = re.compile(
    _HEDGE.pattern
    + r"|\b(?:reports?|(?<!as )reported|according to|said|says|estimate[sd]?|would|hop(?:es|ing) to|targets?|"
    r"targeting|alleg\w+|rumou?r\w*|plan(?:s|ned)?|propos(?:es|ed)|projections?|projected|expect(?:s|ed)|"
    r"about to|tells?|told|argue[sd]?|state[sd])\b",
    re.IGNORECASE,
)
_HEDGE_SCOPE = 6


def negation_flipped(statement: str, sources: Sequence[str]) -> str:
    """The words whose denial the statement adds or drops; "" if nothing is flipped."""
    denials = [words for source in sources for words in _governed(source)]
    denied_there = set().union(*denials)
    affirmed_there = {word for source in sources for word in content_terms(_without_denials(source))}
    denied_here = set().union(*_governed(statement))
    added = _PLAIN_NO.search(statement)
    if added and not any(_NO.search(source) for source in sources):
        return added.group()
    for words in _governed(statement, _PLAIN_NO):
        if not words & denied_there and words & affirmed_there:
            return " ".join(sorted(words & affirmed_there))
    affirmed_here = set(content_terms(statement)) - denied_here
    for words in denials:
        if words and words <= affirmed_here and not words <= affirmed_there:
            return " ".join(sorted(words))
    return ""


def hedge_dropped(statement: str, sources: Sequence[str]) -> str:
    """The source's own word of caution about what the statement says plainly; "" if there is none."""
    if _ANY_HEDGE.search(statement):
        return ""
    said = set(content_terms(statement))
    plain: set[str] = set()
    hedged: list[tuple[str, set[str]]] = []
    for source in sources:
        for clause in _CLAUSE.split(source):
            match = _HEDGE.search(clause)
            if match:
                hedged.append((match.group(), set(content_terms(clause[match.end() :])[:_HEDGE_SCOPE])))
            else:
                plain.update(content_terms(clause))
    for cue, governed in hedged:
        repeated = governed & said
        if len(repeated) >= 2 and len(repeated) * 2 >= len(governed) and not repeated <= plain:
            return cue
    return ""


def _governed(text: str, cues: re.Pattern[str] = _NO) -> Iterator[set[str]]:
    """For each cue of denial the stems of the next few content words of its clause."""
    for clause in _CLAUSE.split(text):
        for match in cues.finditer(clause):
            yield set(content_terms(clause[match.end() :])[:_NO_SCOPE])


def _without_denials(text: str) -> str:
    """The text without what follows a cue of denial in its clause."""
    clauses = (_NO.split(clause, maxsplit=1)[0] for clause in _CLAUSE.split(text))
    return " . ".join(clauses)
