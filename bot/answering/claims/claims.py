"""The claims of a message: its sentences that hold a name, a number or a date. By rules, pure.

Greetings, questions, orders and links claim nothing. "It has 34 billion parameters" is of what the sentence before it
names, so that sentence's names stand in the pronoun's place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.answering.understanding.kinds import is_small_talk
from bot.lexicon.dates import find_dates
from bot.lexicon.entities import entities
from bot.lexicon.figures import find_figures
from bot.lexicon.name_spelling import is_common
from bot.lexicon.names import find_names
from bot.lexicon.orders import tells_nothing
from ingest.models import Span
from ingest.text.sentences import split

MOST_CLAIMS = 5
"""Claims of one message that are checked."""
_FEWEST_WORDS = 3
_MASKED_LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\(\s?<?https?://[^\s<>()]{1,2000}>?\)")
_LINK = re.compile(r"<?https?://[^\s<>]{1,2000}>?")
# Discord's reference, "Message Formatting": mentions, custom emoji, timestamps, slash commands.
_MARKS = re.compile(
    r"<a?:\w{1,32}:\d{1,25}>|<(?:@[!&]?|#|id:)\w{1,25}>|<t:-?\d{1,16}(?::\w)?>|</[\w -]{1,80}:\d{1,25}>"
)
_LINE_START = re.compile(r"^[ \t]*(?:>{1,3}|#{1,3}|-#|[-*•]|\d{1,3}[.)])[ \t]+", re.MULTILINE)
_EMPHASIS = re.compile(r"\*{1,3}|`{1,3}|\|\||~~|(?<!\w)_{1,3}|_{1,3}(?!\w)")
_ANAPHOR = re.compile(
    r"^(?:It|They|He|She|This|Its|Their|His|Her|The (?:company|start-?up|model|lab|firm|maker|tool|robot))(?=\s)"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of a message.

    Attributes:
        text: as it was written, without marks and links.
        alone: the same with names in the place of a pronoun at its beginning; it is compared and never shown.
    """

    text: str
    alone: str


@dataclass(frozen=True, slots=True)
class Claims:
    """What a message claims: the first claims, how many more there are, and whether links in it stay unread."""

    first: tuple[Claim, ...]
    more: int
    has_links: bool


def claims_in(message: str) -> Claims:
    """The claims of a message in its own order.

    >>> [claim.text for claim in claims_in("Hi all! **Polaris 2** has 34 billion parameters. Is that much?").first]
    ['Polaris 2 has 34 billion parameters.']
    """
    text = _MASKED_LINK.sub(r"\1", message)
    has_links = text != message or _LINK.search(text) is not None
    text = _EMPHASIS.sub("", _LINE_START.sub("", _MARKS.sub(" ", _LINK.sub(" ", text))))
    found = list(_claims(text))
    return Claims(tuple(found[:MOST_CLAIMS]), max(0, len(found) - MOST_CLAIMS), has_links)


def anaphor_of(sentence: str) -> str:
    """The pronoun, or the noun in its place, with which a sentence begins; "" if it stands alone."""
    match = _ANAPHOR.match(sentence)
    return match.group() if match else ""


def named_in(text: str) -> str:
    """The names of a text in a row, each once."""
    return " ".join(dict.fromkeys(name.text for name in find_names(text)))


def names_something(text: str) -> bool:
    """Whether a text holds a name, be it in small letters ("openai bought cursor")."""
    written_small = (word for name in entities(text) for word in name.lower().split())
    return bool(find_names(text)) or not all(map(is_common, written_small))


def _claims(text: str) -> Iterator[Claim]:
    before = ""
    for sentence in _sentences(text):
        pronoun = anaphor_of(sentence)
        alone = f"{before} {sentence[len(pronoun) :].lstrip()}" if pronoun and before else sentence
        if _claims_something(sentence):
            yield Claim(sentence, alone)
        before = before if pronoun else named_in(sentence)


def _sentences(text: str) -> Iterator[str]:
    for line in text.splitlines():
        for span in split(line, Span(0, len(line))):
            yield " ".join(line[span.start : span.end].split())


def _claims_something(sentence: str) -> bool:
    if len(sentence.split()) < _FEWEST_WORDS or is_small_talk(sentence) or tells_nothing(sentence):
        return False
    return bool(find_figures(sentence) or find_dates(sentence) or names_something(sentence))
