"""Whether words can stand alone above a story: who did what, by name. By English words and form. Pure.

"It achieved gold-medal-level performance" lacks its name, "The founder's four-hour investor meeting" its verb, and "The
lab will be sold" its "reportedly", where the sentence it was cut from had one.
"""

from __future__ import annotations

import re
from itertools import pairwise

from bot.digest.segmenting.names import names_of

_AUXILIARY = frozenset(
    "is are was were be been has have had do does did will would can could may might must shall should won't isn't "
    "can't doesn't".split()
)
_ACTS = frozenset(
    """accept accuse achieve acquire add adopt agree aim allow announce answer appear apply approve argue ask attack
    back become begin believe block break bring build buy call cancel care carry change charge check choose claim
    climb close come compare compete confirm consider continue contribute cost crash create cross cut deal decide
    decline defeat defend deliver demand demonstrate deny deploy die discover double draw drive drop earn emerge
    employ enable end enter expand explain expose face fail fall fight file find finish fire fix follow forbid force
    gain get give go grow halve handle happen help hire hit hold hope improve include increase insist intend
    introduce invest investigate join jump keep kill know land last launch lay lead learn leave let limit list live
    lose lower make match mean meet merge miss move name need offer open outperform own pass pause pay plan play
    pledge point power prepare present prevent produce promise propose prove provide publish pull push put quit raise
    reach read receive recruit reduce refuse reject release rely remain remove replace reply require resign restore
    resume return reveal reverse rise run say scale score seek sell send serve set settle share shift ship show sign
    sink skip slash slow solve speak spend spread stand start stay steal step stop strike struggle succeed sue
    support surpass survive suspend take talk target tell test threaten tie top track train triple try turn unveil
    urge use value verify vote wait walk want warn weigh win withdraw work write yield""".split()
)
_IRREGULAR = frozenset(
    """became began bought broke brought built came caught chose cut drew drove fell felt fought found gave got grew
    held hit kept knew laid led left lost made meant met paid put quit ran rose said sank saw sold sent set shut spent
    spoke stole stood struck sued taught told took went withdrew won wrote""".split()
)
_WORD = re.compile(r"[^\W\d_]+(?:['’‐‑-][^\W\d_]+)*")
"""A compound is one word: a "cache-hit rate" hits nothing."""
_DETERMINERS = frozenset("a an the its their his her our my your this that these those of in on for with by".split())
_HEDGE = re.compile(
    r"\b(?:reported(?:ly)?|rumou?r\w*|alleged(?:ly)?|supposed(?:ly)?|apparently|leak(?:s|ed)?|unconfirmed|speculat\w+|"
    r"claim(?:s|ed)?|in talks|expected to|could|might|may)\b",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"^\W*(?:it|its|they|their|he|she|his|her|this|that|these|those|such|both|here|there|which|who)\b", re.IGNORECASE
)


def stands_alone(text: str, whole: str = "", *, is_title: bool = False) -> bool:
    """Whether it says who did what: a name, and behind it what it did.

    "A member asked about Polaris 2" names nobody who did anything; an editor's title may name them behind the verb.

    Args:
        whole: the sentence that the words were cut from; what it hedges must stay hedged.
    """
    verb = _verb(text)
    if verb is None or _BACK.match(text) is not None or unhedged(text, whole):
        return False
    return bool(names_of(f"- {text}" if is_title else f"- {text[:verb]}"))


def unhedged(text: str, whole: str) -> bool:
    """Whether a rumour lost its "reportedly"."""
    return _HEDGE.search(whole) is not None and _HEDGE.search(text) is None


def acts(text: str) -> bool:
    """Whether it has a finite verb."""
    return _verb(text) is not None


def _verb(text: str) -> int | None:
    """Where the first finite verb stands."""
    words = list(_WORD.finditer(text))
    if len(words) == 1:  # an order, or a name
        return words[0].start() if _is_verb(words[0][0], "") else None
    return next((word.start() for before, word in pairwise(words) if _is_verb(word[0], before[0])), None)


def _is_verb(word: str, before: str) -> bool:
    word = word.lower().replace("’", "'")
    if word in _AUXILIARY:
        return True
    if before.lower() in _DETERMINERS:
        return False
    if word.endswith("ed") and before[:1].isupper():  # what a name did
        return True
    return word in _IRREGULAR or any(stem in _ACTS for stem in _stems(word))


def _stems(word: str) -> tuple[str, ...]:
    """What a word may be a third person or a past tense of; a bare form is a noun as often as a verb."""
    if word.endswith("ed"):
        return word[:-2], word[:-1], word[:-3], f"{word[:-3]}y"
    if word.endswith("s"):
        return word[:-1], word[:-2], f"{word[:-3]}y"
    return ()
