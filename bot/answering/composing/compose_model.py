"""Answers with a language model's statements, each checked against copied quotes.

```
ask | parse | locate | gate -> shown
                          \\-> failed | ask again once, with the reasons | parse | locate | gate -> shown or dropped
```

Whatever the model returns: quotes are copied out of passages, statements that the gate refuses are not shown, and code
writes the marks [n]. A model that fails, or of which nothing is left, is told in `Composed`: quotes then answer alone.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from bot.answering.checking.verify import MAX_STATEMENT_CHARS, Problem, Support, no_names, verify
from bot.answering.composing.exchange import Exchange
from bot.answering.composing.pointing import readings
from bot.answering.composing.prompt import Prompt, repair_message, unreadable_message
from bot.answering.composing.reply import MAX_STATEMENTS, Draft, Reply, parse_reply
from bot.answering.models import Quote, Statement, Turn
from bot.answering.quotes import MAX_QUOTES, Evidence, join_neighbours, make_quote
from bot.llm.language_model import LanguageModel, Usage
from bot.translation import N_
from ingest.errors import LanguageModelError
from ingest.models import Passage

log = logging.getLogger(__name__)

Shown = Callable[[tuple[Statement, ...], tuple[Quote, ...]], None]
"""Called with statements that passed, and their quotes."""
MAX_REPLY_TOKENS = 2000
MAX_CHECKED = 4 * MAX_STATEMENTS
MIN_ROUND_S = 2.0  # less is not worth a second request
_CITATION = re.compile(
    r"\s*(?:\[\s*\d+(?:\s*[-–,;]\s*\d+)*\s*\]|【[^】]{0,40}】|\(\s*(?:sentences?|evidence)\s[\d,\s-]+\))"
)
_EMPHASIS = re.compile(r"(\*\*|__|`)(?=\S)(.+?)(?<=\S)\1")
# No quote says yes to a question: what follows is what can be checked.
_VERDICT = re.compile(
    r"^(?:yes|no|yeah|yep|nope|correct|indeed|ja|nein|sí|oui|non|sim|não)\b\s*[,;:!.—–-]+\s*(?=[^\W\d])", re.IGNORECASE
)
_HANDLE = re.compile(r"(?<![\w<])@(?=\w)")
# Controls and marks of direction, which hide or reorder what a reader sees; the joiners of scripts and emoji stay.
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


@dataclass(frozen=True, slots=True)
class Composed:
    """What the model's answer came to.

    Attributes:
        statements: those that passed, in the model's order, each with the numbers of its quotes.
        quotes: numbered from 1, at most `MAX_QUOTES`.
        nothing_found: the model says that the sentences hold no answer, and nothing of what it wrote passed.
        failure: why there are no statements, for a note ("no connection"), None otherwise.
        search: where nothing was found, what the model would search the articles for; "" where it names nothing.
        dropped: for each statement that was refused for good what was wrong, in words fit for a log.
        usage: tokens of all requests.
    """

    statements: tuple[Statement, ...] = ()
    quotes: tuple[Quote, ...] = ()
    nothing_found: bool = False
    failure: str | None = None
    search: str = ""
    dropped: tuple[str, ...] = ()
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True, eq=False)
class _Checked:
    text: str
    evidence: tuple[Evidence, ...]
    problems: tuple[Problem, ...]

    @property
    def reason(self) -> str:
        return "; ".join(p.reason for p in self.problems) or "no numbered sentence says this"

    @property
    def passed(self) -> bool:
        return bool(self.evidence) and not self.problems

    @property
    def logged(self) -> str:
        """What was wrong, without a word of anybody's."""
        return "+".join(p.kind.value for p in self.problems) or "no evidence"


def compose(
    model: LanguageModel,
    question: str,
    passages: Sequence[Passage],
    *,
    asked_at: datetime,
    timeout_s: float,
    history: Sequence[Turn] = (),
    max_tokens: int = MAX_REPLY_TOKENS,
    same_language: bool = True,
    language: str = "",
    names_among: Callable[[Sequence[str]], Collection[str]] = no_names,
    shown: Shown | None = None,
    asks_again: bool = True,
    clock: Callable[[], float] = time.monotonic,
) -> Composed:
    """Answer `question` out of `passages`, best first.

    Args:
        asked_at: the asker's clock, which the model is given.
        timeout_s: longest time for all requests together, in seconds.
        history: the conversation that the question goes on with, oldest first.
        max_tokens: longest reply, the thinking of a reasoning model included.
        same_language: whether the answer is in the language of the articles (see `verify`).
        language: code of the language to answer in, "" for that of the question.
        names_among: see `Support`.
        shown: called with what has passed so far, each time a statement passes while the model is still writing.
        asks_again: what fails is asked for once more; False for one request at most.
        clock: seconds, monotonic.

    Returns:
        Never raises for anything a model or its server does.
    """
    live = _Live(shown)
    exchange = Exchange(
        model, question, passages, asked_at, max_tokens, clock() + timeout_s, clock, language, history, live.heard
    )
    settings = passages, same_language, names_among
    live.check = lru_cache(MAX_CHECKED)(lambda draft: _check(draft, exchange.prompt, *settings))
    try:
        first = exchange.ask()
    except LanguageModelError as error:
        log.warning("%s (%s)", error, error.hint)
        return Composed(failure=error.why, usage=exchange.usage)
    finally:
        live.over = True
    return _composed(exchange, first, live.check, asks_again=asks_again)


class _Live:
    """Checks statements while the model is writing them.

    Attributes:
        check: see `_check`; it remembers what it has checked.
        over: the first reply is complete, or nobody waits for it any more.
    """

    check: Callable[[Draft], _Checked]

    def __init__(self, shown: Shown | None) -> None:
        self._shown = shown
        self._closed = self._passed = 0
        self.over = False

    @property
    def heard(self) -> Callable[[str], None] | None:
        """For `LanguageModel.complete`; None if nobody wants to see what passes."""
        return self._heard if self._shown else None

    def _heard(self, text: str) -> None:
        """Show what passes as soon as a statement is complete, which a closing brace ends."""
        if self.over or self._shown is None or text.count("}") == self._closed:
            return
        self._closed = text.count("}")
        passed = [checked for checked in map(self.check, parse_reply(text).drafts) if checked.passed]
        if len(passed) > self._passed and not self.over:
            self._passed = len(passed)
            statements, quotes, _ = _numbered(passed)
            self._shown(statements, quotes)


def _composed(exchange: Exchange, first: Reply, check: Callable[[Draft], _Checked], *, asks_again: bool) -> Composed:
    """What passed of the first reply and, where something failed or nothing could be read, of a second one."""
    checked = [check(draft) for draft in first.drafts]
    kept, failed = [c for c in checked if c.passed], [c for c in checked if not c.passed]
    says_no = first.found is False
    unread = not checked and not says_no
    if asks_again and (failed or unread) and exchange.time_left() >= MIN_ROUND_S:
        repaired, failed, found = _repaired(exchange, failed, check)
        checked += repaired + failed
        kept += repaired
        says_no = says_no or (unread and found is False)
    statements, quotes, crowded = _numbered(kept)
    return Composed(
        statements,
        quotes,
        nothing_found=says_no and not statements,
        failure=None if statements or says_no else _why_nothing(checked, exchange.truncated),
        search="" if statements else first.search,
        dropped=(*(c.logged for c in failed), *crowded),
        usage=exchange.usage,
    )


def marked(statements: Sequence[Statement]) -> str:
    """The answer as one text, the numbers of its quotes behind each statement: "... $65B. [1][2]"."""
    return " ".join(f"{s.text} {''.join(f'[{n}]' for n in s.quotes)}" for s in statements)


def _repaired(
    exchange: Exchange, failed: Sequence[_Checked], check: Callable[[Draft], _Checked]
) -> tuple[list[_Checked], list[_Checked], bool | None]:
    """Ask once more for what failed, or could not be read.

    Returns:
        What passes now, what is dropped for good, and `Reply.found`.
    """
    complaints = [(c.text, c.reason) for c in failed]
    complaint = repair_message(complaints) if failed else unreadable_message(truncated=exchange.truncated)
    try:
        reply = exchange.ask_again(complaint)
    except LanguageModelError:
        return [], list(failed), None
    again = [check(draft) for draft in reply.drafts]
    passed = [c for c in again if c.passed]
    return passed, [c for c in again if not c.passed] if again else list(failed), reply.found


def _check(
    draft: Draft,
    prompt: Prompt,
    passages: Sequence[Passage],
    same_language: bool,
    names_among: Callable[[Sequence[str]], Collection[str]],
) -> _Checked:
    """The draft with the first evidence that supports it, else with what is wrong."""
    text = _plain(draft.text)
    checked = _Checked(text, (), ())
    for evidence in readings(draft, prompt, passages) if text else ():
        checked = _at_the_gate(text, evidence, same_language=same_language, names_among=names_among)
        if checked.passed:
            break
    return checked


def _at_the_gate(
    text: str,
    evidence: tuple[Evidence, ...],
    *,
    same_language: bool,
    names_among: Callable[[Sequence[str]], Collection[str]],
) -> _Checked:
    cards = tuple(piece.passage.article for piece in evidence)
    around = tuple(f"{piece.passage.heading}\n{piece.passage.text}" for piece in evidence)
    support = Support(tuple(piece.text for piece in evidence), cards, around, names_among)
    problems = verify(text, support, same_language=same_language)
    if problems and all(problem.mendable for problem in problems):
        return _Checked(_with_hedge(text, problems[0].found), evidence, ())
    return _Checked(text, evidence, tuple(problems))


def _with_hedge(text: str, hedge: str) -> str:
    """Give a statement back the caution of its source, in the source's own word."""
    ending = text[-1] if text[-1] in ".!?" else ""
    return f'{text[: len(text) - len(ending)]} (in the source: "{hedge}"){ending}'


def _plain(text: str) -> str:
    """Without the citation marks and the emphasis a model adds unasked, a yes or no before it, and the @ of copied
    handles; other mark-up is the gate's matter."""
    text = _CITATION.sub("", _INVISIBLE.sub("", text[: 2 * MAX_STATEMENT_CHARS]))
    text = " ".join(_HANDLE.sub("", _EMPHASIS.sub(r"\2", text)).split())
    bare = _VERDICT.sub("", text)
    small = bare != text and bare.split(" ")[0].islower()  # "vLLM" keeps its letters
    return bare[:1].upper() + bare[1:] if small else bare


def _numbered(kept: Sequence[_Checked]) -> tuple[tuple[Statement, ...], tuple[Quote, ...], list[str]]:
    """Give numbers to quotes; a statement whose quotes find no room any more is left out whole."""
    pieces: list[Evidence] = []
    shown: list[_Checked] = []
    crowded: list[str] = []
    for checked in kept:
        together = join_neighbours([*pieces, *checked.evidence])
        if len(together) <= MAX_QUOTES and all(checked.text != other.text for other in shown):
            pieces = list(together)
            shown.append(checked)
        else:
            crowded.append("no room")
    quotes = tuple(make_quote(n, piece) for n, piece in enumerate(pieces, 1))
    return tuple(Statement(c.text, _numbers_of(c, pieces)) for c in shown), quotes, crowded


def _numbers_of(checked: _Checked, pieces: Sequence[Evidence]) -> tuple[int, ...]:
    """The numbers of the quotes that hold the statement's evidence."""
    return tuple(n for n, piece in enumerate(pieces, 1) if any(piece.covers(own) for own in checked.evidence))


def _why_nothing(checked: Sequence[_Checked], truncated: bool) -> str:
    if checked:
        return N_("no statement of the language model was supported by a quote")
    return N_("the language model's reply was cut") if truncated else N_("the language model's reply could not be read")
