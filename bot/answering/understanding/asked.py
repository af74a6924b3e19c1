"""What of a message is the question: chat marks, links, greetings and talk of the asker are put aside. By rules, pure.

    marks (custom emoji, mentions, links) | clauses | those that only greet, thank or speak of the asker go
        | "my boss wants to know what ...": what comes before the question is dropped

Nothing with a name, a digit or a date in it ever goes, and where nothing else would be left all of it stays.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.answering.understanding.kinds import is_small_talk
from bot.lexicon.calendar_words import ENGLISH_MONTHS, alternatives
from bot.lexicon.entities import is_content, tokens

# Discord's reference, "Message Formatting": mentions, custom emoji, timestamps, slash commands.
_MARKS = re.compile(
    r"<a?:\w{1,32}:\d{1,25}>|<(?:@[!&]?|#|id:)\w{1,25}>|<t:-?\d{1,16}(?::\w)?>|</[\w -]{1,80}:\d{1,25}>"
)
_TYPED_EMOJI = re.compile(r"(?<!\S):[a-z][a-z0-9_+-]{1,31}:(?!\S)|(?<!\S)(?:[:;]-?[)(DPp3]|<3|[xX]D)(?!\S)")
_LINK = re.compile(r"<?(https?://[^\s<>]{1,2000})>?")
_CLAUSE_END = re.compile(r"(?<=[.!?;:])\s+|[.!?;]?\s*\n+\s*|,\s+|\s+[–—-]{1,2}\s+|(?<=\w)\s*\.\.\.?\s+")
_ASKER = (
    r"i|i['’]?m|i['’]?ve|i['’]?d|im|ive|me|my|mine|we|we['’]?re|our|us|you|ur|u|anyone|anybody|someone|somebody|everyone"
    r"|y['’]?all|ich|wir|mir|mein\w*|yo|nosotros|mi|je|nous|mon|ma"
)
_OF_ASKER = re.compile(rf"\b(?:{_ASKER})\b", re.IGNORECASE)
_OF_ASKING = re.compile(
    r"\b(?:question|ask(?:ed|ing)?|asks|wonder(?:ing)?|curious|sorry|help(?: (?:me|us|out|please|pls|needed|wanted))"
    r"|(?:please|pls|need) help|quick (?:one|q))\b",
    re.IGNORECASE,
)
_INTERROGATIVE = re.compile(
    r"(?<![\w-])(?:what|how|who|whom|whose|when|where|why|which)(?:['’]?s)?(?![\w-])", re.IGNORECASE
)
_WISH = re.compile(
    r"\b(?:know|learn|find out|hear|see|read|understand|looking for|interested in)"
    r"(?:\s+(?:about|if|whether))?\s+(?=\w)",
    re.IGNORECASE,
)
_TELLING = re.compile(
    r"\d|\b(?:today|yesterday|week|month|year|quarter|since|until|"
    rf"{alternatives(month for month in ENGLISH_MONTHS if month != 'may')})\b",
    re.IGNORECASE,
)
_LONELY_COMMA = re.compile(r"([,.!?;:])?(?:\s+,)+\s")
_NAME = re.compile(r"(?<=[^.!?\s] )[A-Z][a-z]{2}|[a-z][A-Z]|[A-Z]{3}")
_BACK = re.compile(
    r"\b(?:it|its|they|them|their|he|him|his|she|her|one)\b"
    r"|\b(?:this|that|these|those)\b(?=\W*$|\s+(?:is|was|are|were|do|does|did|has|have|can|will)\b)",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Asked:
    """A message taken apart.

    Attributes:
        text: the question; "" where the message holds nothing but marks and links.
        links: the addresses in it, in order.
    """

    text: str
    links: tuple[str, ...]


def asked(message: str) -> Asked:
    """The question in a message."""
    links = tuple(dict.fromkeys(link.rstrip(".,;:!?)\"'") for link in _LINK.findall(message)))
    text = _LINK.sub(" ", _MARKS.sub(" ", message))
    text = "".join(" , " if unicodedata.category(char) in ("So", "Sk", "Cs", "Co") else char for char in text)
    text = _TYPED_EMOJI.sub(" , ", text).replace("\ufe0f", "")
    text = " ".join(_LONELY_COMMA.sub(r"\1 ", text).split()).strip(" ,")
    if not _LETTER.search(text):
        return Asked("", links)
    return Asked(_question_in(text), links)


def _question_in(text: str) -> str:
    """Without the clauses that only greet, thank or speak of the asker; all of it where nothing else is said."""
    clauses = _clauses(text)
    kept = [clause for clause in clauses if not is_small_talk(clause)]
    telling = [clause for clause in kept if not _is_talk(clause)]
    kept = telling if _stands_alone(" ".join(telling)) else kept
    question = " ".join(kept).strip(" ,;:-–—") if len(kept) < len(clauses) else text
    return _without_frame(question or text)


def _stands_alone(text: str) -> bool:
    """Whether it names something or says enough to be searched for, and nothing in it points back."""
    if _BACK.search(text):
        return False
    words = tokens(text)
    return any(word.is_name for word in words) or sum(is_content(word) for word in words) > 1


def _clauses(text: str) -> list[str]:
    """The clauses with the marks that end them."""
    clauses, position = [], 0
    for end in _CLAUSE_END.finditer(text):
        clauses.append(text[position : end.end()].rstrip())
        position = end.end()
    return [clause for clause in [*clauses, text[position:]] if clause]


def _is_talk(clause: str) -> bool:
    """Whether a clause is about the asker and the asking, and nothing else."""
    if not (_OF_ASKER.search(clause) or _OF_ASKING.search(clause)) or _INTERROGATIVE.search(clause):
        return False
    return not _is_telling(clause)


def _is_telling(clause: str) -> bool:
    """Whether it holds a name, a number or a time."""
    return _TELLING.search(clause) is not None or _NAME.search(clause) is not None


def _without_frame(text: str) -> str:
    """Without "my boss wants to know" in front of what he wants to know."""
    for pattern in (_INTERROGATIVE, _WISH):
        match = pattern.search(text)
        if match is None:
            continue
        at = match.start() if pattern is _INTERROGATIVE else match.end()
        frame = text[:at]
        of_asker = _OF_ASKER.search(frame) or _OF_ASKING.search(frame)
        if of_asker and not _is_telling(frame) and _stands_alone(text[at:]):
            return text[at:]
        if pattern is _INTERROGATIVE:
            return text
    return text
