"""What a question presupposes and no quote says: "why did Mistral buy Hugging Face?". By rules, without a model. Pure.

Only questions that make sense only if something happened are checked: why, how or when did a named subject do
something. The remark names the verb, and says no more than that no quote has this word or one with the same meaning.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.lexicon.synonyms import synonyms
from ingest.text.words import STOP_WORDS, terms

_TAKEN_FOR_GRANTED = re.compile(
    r"^\W*(?:(?:so|and|but|hey|ok|wait)\W+)*(?:(?:why|how come)\b|(?:how|when)(?=\s+(?:did|was|were|has|have|had)\b))"
    r"(?:\s+(?P<helper>did|does|do|has|have|had|was|were|is|are))?\s+(?:the\s+)?",
    re.IGNORECASE,
)
_BE = frozenset({"was", "were", "is", "are"})
_PARTICLES = frozenset("down up out off away back over apart source".split())
# What was done to somebody ("was fired"); other words after "was" describe a state.
_DONE = re.compile(r"\w{3,}(?:ed|en|ught)|sold|shut|built|hit|cut|sunk|hacked|split|made|lost|won", re.IGNORECASE)
# These say that something happened, and leave open what.
_VAGUE = frozenset(
    """add become begin call change choose come compare consider decide differ do end feel fix get give go handle happen
    help improve keep know let like look make manage matter mean move need perform plan put reach run say see seem show
    start stay stop take talk tell think train try turn use want work write""".split()
)
_IRREGULAR = """
    sell sold|lay laid|build built|win won|lose lost|spin spun|pay paid|sue sued suing|merge merger|steal stole stolen
    beat beaten|break broke broken|fall fell fallen|fight fought|freeze froze frozen|hold held|rise rose risen
    sink sank sunk|strike struck|withdraw withdrew withdrawn|overtake overtook|forbid forbade forbidden|spend spent
"""
_FORMS = {
    term: frozenset(terms(group)) for group in re.split(r"[|\n]", _IRREGULAR) for term in terms(group)
}  # the search's stems know regular forms
_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_SHARED_LETTERS = 5
"""Words with so many letters in common at their beginning are forms of one: "acquire" and "acquisition"."""


def untold(question: str, names: Sequence[str], texts: Sequence[str]) -> str | None:
    """What the question says that somebody did, in its own words, where no text says so; None where one does.

    Args:
        names: what the question names, in its own spelling; the first of them is who did it.
        texts: the quotes and their titles.
    """
    deed = _deed(question, names)
    if not deed:
        return None
    told = {term for text in texts for term in terms(text)}
    return None if any(_is_told(term, told) for term in terms(deed.split()[0])) else deed


def _deed(question: str, names: Sequence[str]) -> str:
    """The verb behind the first name, with its particle; "" where the question takes nothing for granted."""
    opening = _TAKEN_FOR_GRANTED.match(question)
    if opening is None or not names:
        return ""
    clause = question[opening.end() :].split("?")[0]
    doer = _doer(names[0])
    if not clause.startswith(doer):
        return ""
    words = _WORD.findall(clause[len(doer) :])
    verb = words[0].lower() if words else ""
    done = bool(_DONE.fullmatch(verb)) if (opening["helper"] or "").lower() in _BE else True
    if not done or len(verb) < 3 or verb in STOP_WORDS or not _VAGUE.isdisjoint((verb, *terms(verb))):
        return ""
    return " ".join(words[: 2 if len(words) > 1 and words[1].lower() in _PARTICLES else 1])


def _doer(name: str) -> str:
    """The name up to its first small word: a verb that no dictionary has is taken for a part of it ("Mistral sued")."""
    words = name.split(" ")
    small = next((n for n, word in enumerate(words) if n and word[:1].islower() and words[0][:1].isupper()), len(words))
    return " ".join(words[:small])


def _is_told(term: str, told: set[str]) -> bool:
    forms = {term, *synonyms(term), *_FORMS.get(term, ())}
    stems = {form[:_SHARED_LETTERS] for form in forms if len(form) >= _SHARED_LETTERS}
    return not forms.isdisjoint(told) or any(word[:_SHARED_LETTERS] in stems for word in told)
