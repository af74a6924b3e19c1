"""From a question to what retrieval needs to know of it. Pure: no model, no database.

rewrite (follow-up -> stands alone) | window | kind, names, type of answer | search text
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from bot.answering.models import Question, Window
from bot.answering.understanding.asked import asked
from bot.answering.understanding.conversation import rewrite_by_rules
from bot.answering.understanding.kinds import AnswerType, Kind, answer_type_of, kind_of
from bot.answering.understanding.since import narrowed
from bot.answering.understanding.windows import Reading, find_window
from bot.lexicon.entities import entities
from ingest.models import Span
from ingest.text.language import language_of_question

_NEWEST = re.compile(
    r"\b(?:newest|latest|most recent(?:ly)?|recent(?:ly)?|lately|now|nowadays|current(?:ly)?|at the moment|rn|today"
    r"|these days|still|any ?more|so far|to date|up to date|yet|any(?:thing)? new|what(?:['’]?s| is) new|neue?st\w*"
    r"|aktuell\w*|jetzt|derzeit|inzwischen|más recientes?|actual(?:mente)?|ahora|todavía|actuel\w*|maintenant|récent\w*"
    r"|dernière version)\b|最新|現在|いま|まだ",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\bvs\b|\bversus\b|\bcompar\w+|\bdifferences?\b|\bboth\b|\ball (?:the|of)\b|\beach\b|\bevery\b|^\W*(?:list|name)\b"
    r"|\bany(?:thing)? (?:\w+ ){0,2}(?:news|updates?|new)\b|\b(?:timeline|history|overview|summar\w+|recap|roundup)\b"
    r"|\bwhat(?: \w+){0,3} (?:did|has|have|was|were|happened)\b.*\b(?:ship|release|launch|announce|publish|put out|say"
    r"|open[- ]?source)(?:e?d)?\b|\bwho (?:is|are|has|have)\b(?: \w+)? \w+ing\b"
    r"|\band (?:did|is|are|does|was|were|how|what|who|when|why|which)\b",
    re.IGNORECASE,
)
_TWO_SUBJECTS = re.compile(r"\s*(?:,?\s*(?:and|or|&|und|oder|y|o|et|ou)\s+|,\s*)(?:the\s+)?", re.IGNORECASE)
# Words about when, not what: matching them says nothing about an article.
_RELATIVE = re.compile(
    r"\b(?:last|past|this|previous|ago|today|yesterday|weekend|since|week|letzte\w*|diese\w*|gestern|heute|seit|pasad[oa]"
    r"|ayer|hoy|esta|este|derni\w+|hier|cette)\b|先|今|昨",
    re.IGNORECASE,
)
# What is said to the bot and not asked: no article says "explain".
_ORDER = re.compile(
    r"^\W*(?:(?:please|pls|can you|could you)\s+)*"
    r"(?:(?:explain|describe|summari[sz]e)(?:\s+to\s+(?:me|us))?|elaborate\s+on"
    r"|tell\s+(?:me|us)(?:\s+(?:more|something|everything))?(?:\s+about)?)\s+(?=\w)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as retrieval reads it.

    Attributes:
        text: the question standing alone: a follow-up with what it left out put in.
        search_text: `text` without the words that only count time from the clock, and without "explain".
        window: what it says about time; None when it says nothing, or names a time to come, which is the event's.
        wants_newest: it asks for the state of things now, so of two articles the newer one is right.
        wants_several: one article will hardly hold the whole answer.
        entities: what it names, in its own spelling, in order.
        answer_type: what the answer must hold.
        language: ISO 639-1, a guess.
        only: what was asked for beside the question: nothing outside it is seen.
        by_clock: the window counts from the clock ("this week"), so it means the news and not a past event.
        links: addresses that stand in the message.
    """

    text: str
    search_text: str
    window: Window | None
    wants_newest: bool
    kind: Kind
    wants_several: bool
    entities: tuple[str, ...]
    answer_type: AnswerType
    language: str
    only: Window | None = None
    by_clock: bool = False
    links: tuple[str, ...] = ()


def understand(question: Question) -> Understood:
    """Read a question; a follow-up is made to stand alone by what the conversation before it says."""
    said = asked(question.text)
    kind = Kind.QUESTION if said.links and not said.text else kind_of(said.text or question.text)
    text = said.text or ("" if said.links else question.text)
    if question.history and kind is Kind.QUESTION and text:
        text = rewrite_by_rules(replace(question, text=text))
    reading = find_window(text, question.asked_at, question.zone)
    timeless = reading.rest_of(text) if reading else text
    language = language_of_question(said.text)
    names = entities(timeless, language)
    return Understood(
        text=text,
        search_text=_search_text(text, reading, names),
        window=narrowed(_past(reading, question), question.window),
        only=question.window,
        by_clock=reading is not None and bool(_relative(reading, text)),
        links=said.links,
        wants_newest=_NEWEST.search(timeless) is not None,
        kind=kind,
        wants_several=_wants_several(timeless, names),
        entities=names,
        answer_type=answer_type_of(timeless),
        language=language,
    )


def _past(reading: Reading | None, question: Question) -> Window | None:
    """The window that the words name, where articles can be of it."""
    if reading is None or (reading.window.since and reading.window.since >= question.asked_at):
        return None
    return reading.window


def _search_text(text: str, reading: Reading | None, names: tuple[str, ...]) -> str:
    """Without "last week", with "in June": a month occurs in articles too, words such as "last week" do not.

    "explain" goes where something is named: without a name it is one of the few words that tell what is meant.
    """
    if reading is not None:
        text = Reading(reading.window, _relative(reading, text)).rest_of(text) or text
    return _ORDER.sub("", text) if names else text


def _relative(reading: Reading, text: str) -> tuple[Span, ...]:
    """The words that only count time from the clock."""
    return tuple(span for span in reading.spans if _RELATIVE.search(text[span.start : span.end]))


def _wants_several(text: str, names: tuple[str, ...]) -> bool:
    if _SEVERAL.search(text) or answer_type_of(text) in (AnswerType.LIST, AnswerType.COMPARISON):
        return True
    ends = [(text.find(name), text.find(name) + len(name)) for name in names]
    return any(_TWO_SUBJECTS.fullmatch(text[end:start]) for (_, end), (start, _) in pairwise(ends))
