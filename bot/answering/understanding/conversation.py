"""A follow-up made to stand alone, by rules: what it leaves out is taken from the conversation. Pure.

The rules, in order; the first that fits decides.

1. No earlier question of the user, or small talk: nothing changes.
2. Only names are left after "what about", "and", "how about": the latest question is asked again of the new names.
3. Only words of time, or a fragment ("compared to GPT-5.5?", "why?", "why OpenAI?"): the latest question is asked again
   with them.
4. A pronoun with nothing before it that it could mean ("which plans get it?"), or words that name only a side of
   something ("how much?", "the price?"): the topic of the latest question takes the pronoun's place or is added. Where
   the answer does not call the topic by that name, what it names is added ("the devin people": Cognition).
5. Anything else stands alone and the history stays out of it.

The latest question is itself made to stand alone first, so a chain of follow-ups keeps its topic.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.answering.models import Question, Turn
from bot.answering.understanding.kinds import AnswerType, Kind, answer_type_of, kind_of
from bot.answering.understanding.windows import find_window
from bot.lexicon.entities import Token, entities, is_content, tokens, topic
from bot.lexicon.name_spelling import is_common
from ingest.text.language import language_of_question

# Earlier turns that are looked at; a topic older than this is not what "it" means.
TURNS = 8
# A question with more words than this says what it is about, pronoun-free or not.
_ELLIPSIS_WORDS = 9

_OPENING = re.compile(
    r"^(?:\W*(?:ok(?:ay)?|and|but|so|also|oh|hm+|well|thanks|thx|nice|cool|then|und|aber|y|et|e|mais|pero)\b[\s,.!]*)+",
    re.I,
)
_WHAT_ABOUT = re.compile(
    r"^\W*(?:(?:what|how) about|same (?:question )?for|was ist mit|wie (?:ist|sieht) es mit|y qué hay de|et pour)\b\s*",
    re.I,
)
_FRAGMENT = re.compile(
    r"^\W*(?:compared (?:to|with)|versus|vs\.?|than|or|for|with|without|in|on|from|by|why|how|when|where|who)\b", re.I
)
_PRONOUN = re.compile(
    r"\b(?:it|its|it's|they|them|their|theirs|he|him|his|she|her|hers"
    r"|(?:this|that|these|those) ones?|the (?:first|last|other|new|old|same|second|next)? ?ones?"
    r"|(?:this|that|these|those)(?=\s*(?:[?.!,]|$|(?:is|was|are|were|has|have|had|do|does|did|can|will|would|mean|cost"
    r"|work|compare|happen|include|come|ship|support|use|run|help|make|apply|matter|affect|differ|change|improve|solve"
    r"|need|beat)s?\b))"
    r"|(?<=\bis )(?:this|that)(?=\s+\w+\W*$)|(?<=\bwas )(?:this|that)(?=\s+\w+\W*$)"
    r"|(?:this|that|these|those|the) (?:model|company|lab|tool|deal|round|thing|feature|product|paper|release|startup"
    r"|chip|framework|project|acquisition|team|people|guys|library|benchmark|method)s?)\b",
    re.I,
)
_FOREIGN_PRONOUN = re.compile(
    r"\b(?:davon|dessen|deren|damit|dafür|sie|es(?= (?:kostet|gibt|kann|hat|ist))|(?<=kostet )es|lo|eso|ello|su|sus"
    r"|celui-ci|cela|ça|il|elle|ils|elles|son|sa|ses|leur)\b|それ|その|これ",
    re.I,
)
# "why OpenAI?" and "when in Europe?" are fragments, "who runs OpenAI?" says all.
_ASKING = re.compile(r"why|how|when|where|who", re.I)
_LEADING = re.compile(r"in|on|at|for|from|by|to|with|without|of|or|not|the|an?", re.I)
# "it" that means nothing: "is it true that", "how long does it take to", "worth it".
_EMPTY_IT = re.compile(
    r"\b(?:is|was|isn't|would) it (?:true|possible|worth|legal|safe|likely|real|just|only|ok|okay)\b(?=\s+\w)"
    r"|\b(?:does|did|will|would) it (?:take|make sense|matter)\b(?=\s+\w+\s+\w)|\bit (?:seems|looks like|turns out)\b"
    r"|\bworth it\b",
    re.I,
)
# "did google buy it?" is not about Google: a subject is meant by a pronoun only from another clause, or as its owner.
_OTHER_CLAUSE = re.compile(
    r"[,;:.?!–—]|\s-\s|\b(?:when|if|that|because|after|before|and|but|while|since|who|which|where|whether|how|why|so)\b",
    re.I,
)
_OF_A_PERSON = re.compile(r"he|him|his|she|hers?", re.I)
_FULL_NAME = re.compile(r"\b[A-Z][^\W\d_]+(?:[ -][A-Z][^\W\d_]+){1,2}\b")
_OWNER = re.compile(r"(?:its|their|theirs|his|hers?)$", re.I)
# "which companies build their own chips?": the clause's subject is meant, whatever it is.
_OWN = re.compile(r"^\W*(?:which|what|who|how many)\b.*\b(?:its|their|his|her)(?= own\b)", re.I)
# "which labs signed, and when did they start?": what is asked for is meant by a pronoun of another clause.
_ASKED_FOR = re.compile(
    r"^\W*which (?!(?:ones?|of|is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b)\w+", re.I
)
_CITATION = re.compile(r"\([^()]*\d{4}-\d\d(?:-\d\d)?[^()]*\)|\[\d+\]|https?://\S+")


def rewrite_by_rules(question: Question) -> str:
    """The question with what it leaves out put in; unchanged if it is complete."""
    turns = question.history[-TURNS:]
    position = _latest_question(turns)
    if position is None:
        return question.text
    before = replace(question, text=turns[position].content, history=turns[:position])
    answer = next((turn.content for turn in turns[position + 1 :] if turn.role == "assistant"), "")
    return _put_in(question, before, answer)


def _latest_question(turns: Sequence[Turn]) -> int | None:
    asked = (n for n, turn in enumerate(turns) if turn.role == "user" and kind_of(turn.content) is Kind.QUESTION)
    return max(asked, default=None)


def _put_in(question: Question, before: Question, answer: str) -> str:
    """One follow-up after one earlier question and its answer."""
    language = language_of_question(question.text)
    said = _OPENING.sub("", question.text).strip()
    about = _WHAT_ABOUT.sub("", said)
    opened = len(about) < len(question.text.strip())
    timeless = _without_time(about, question)
    words = tokens(timeless, language)
    subject = [word for word in words if word.is_name or is_content(word)]
    if _asks_again(opened, timeless != about, said, words, subject):
        return _again(about, timeless, rewrite_by_rules(before), subject, question)
    pronoun = _pronoun(timeless, subject)
    if pronoun is None and (subject or len(words) > _ELLIPSIS_WORDS or (timeless != about and not opened)):
        return question.text
    topics = _topics(rewrite_by_rules(before), answer)
    if pronoun and (person := _person(rewrite_by_rules(before), answer, pronoun[0])):
        topics = [person, *(each for each in topics if each not in person)]
    return _with_topic(about, pronoun and pronoun[0], topics, opened)


def _asks_again(opened: bool, timed: bool, said: str, words: list[Token], subject: list[Token]) -> bool:
    """Rules 2 and 3: nothing is said but names, a time, or a fragment."""
    plain = [word for word in words if word not in subject]
    if opened and subject and not plain:
        return True
    if not words and timed:
        return True
    if not _FRAGMENT.match(said) or len(plain) > 2 or _says_all(words):
        return False
    return not any(_PRONOUN.search(word.text) for word in words)


def _says_all(words: list[Token]) -> bool:
    """Whether a question word is followed by more than a name: "who runs OpenAI?" is complete."""
    rest = [word for word in words[1:] if not word.is_name and not _LEADING.fullmatch(word.text)]
    return bool(words and _ASKING.fullmatch(words[0].text) and rest and any(word.is_name for word in words))


def _again(about: str, timeless: str, earlier: str, subject: list[Token], question: Question) -> str:
    """The earlier question of other names or another time."""
    if timeless != about:
        earlier = _without_time(earlier, question)
    names = entities(earlier, language_of_question(earlier))
    fragment = _FRAGMENT.match(about)
    if subject and names and not fragment:
        new = timeless.strip(" ?!.")
        for i, name in enumerate(names):
            earlier = earlier.replace(name, new if i == 0 else "", 1)
        about = about[len(timeless) :] if about.startswith(timeless) else ""
    return " ".join(f"{earlier.rstrip(' ?!.')} {about}".split())


def _without_time(text: str, question: Question) -> str:
    reading = find_window(text, question.asked_at, question.zone)
    return reading.rest_of(text) if reading else text


def _pronoun(text: str, subject: list[Token]) -> re.Match[str] | None:
    """The first pronoun that has nothing before it that it could mean."""
    first = min((word.span.start for word in subject if word.is_name), default=len(text))
    asked_for = _ASKED_FOR.match(text)
    empty = [match.span() for match in _EMPTY_IT.finditer(text)]
    empty += [(match.end() - 1, match.end()) for match in _OWN.finditer(text)]
    for pattern in (_PRONOUN, _FOREIGN_PRONOUN):
        for match in pattern.finditer(text):
            if any(start < match.end() and match.start() < end for start, end in empty):
                continue
            named_here = first < match.start() and (
                _OWNER.match(match[0]) or _OTHER_CLAUSE.search(text, first, match.start())
            )
            if not named_here and not (asked_for and _OTHER_CLAUSE.search(text, asked_for.end(), match.start())):
                return match
    return None


def _topics(earlier: str, answer: str) -> list[str]:
    """What the earlier question was about, and what its answer calls it."""
    topics = list(topic(earlier, language_of_question(earlier)))
    shown = _CITATION.sub("", answer)
    names = [name for name in entities(shown, language_of_question(shown)) if any(c.isupper() for c in name)]
    shown_words = {word.key for word in tokens(shown)}
    if not any(word.key in shown_words for each in topics for word in tokens(each)):
        topics += names[:1]
    return topics


def _person(earlier: str, answer: str, pronoun: str) -> str:
    """Whom "he" or "she" means: the person whom the answer names, first one whom the question did not."""
    if not _OF_A_PERSON.fullmatch(pronoun):
        return ""
    shown = _CITATION.sub("", answer)
    named = [name for name in _FULL_NAME.findall(shown) if not is_common(name.split()[-1].lower())]
    new = [name for name in named if name.lower() not in earlier.lower()]
    known = [name for name in _FULL_NAME.findall(earlier) if not is_common(name.split()[-1].lower())]
    return next(iter([*new, *known, *named] if answer_type_of(earlier) is AnswerType.PERSON else [*known, *new]), "")


def _with_topic(text: str, pronoun: str | None, topics: list[str], opened: bool) -> str:
    if not topics:
        return text
    if pronoun is None:
        return f"{text.rstrip(' ?!.')} {' '.join(topics)}?"
    text = re.sub(rf"\b{re.escape(pronoun)}\b", lambda _: topics[0], text, count=1)
    return " ".join([text.rstrip(" ?!."), *topics[1:]]) + "?"
