"""A follow-up made to stand alone by a language model, held to the words of the conversation.

It may only put together what was said: a rewriting with a word that nobody used, or without one that the asker used, is
dropped and the rules decide, as they do when the model fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.answering.models import Question, Turn
from bot.answering.understanding.conversation import earlier_turns, rewrite_by_rules
from bot.answering.understanding.kinds import Kind, kind_of
from bot.llm.language_model import LanguageModel, Message, Usage
from ingest.errors import LanguageModelError
from ingest.text.words import content_terms

TIMEOUT_S = 8.0
"""The answer itself is still to come."""
MAX_TOKENS = 400
"""Room for a reasoning model's thinking; the question itself is short."""
MAX_CHARS = 300
"""Of a rewritten question."""
_TURN_CHARS = 400
"""Of each turn that the model is shown: a question, or the beginning of an answer."""
_KEPT = 0.5
"""The share of the asker's own words that must be left: pronouns go, the subject stays."""

_ORDER = """\
Rewrite the last question of a conversation so that it can be understood without the conversation.
Put in the names it leaves out. Use only words of the conversation, keep the question's language, do not answer it.
If it can be understood as it is, repeat it. Reply with the question alone, in one line."""


@dataclass(frozen=True, slots=True)
class ModelRewriter:
    """Rewrites with a model, else by the rules. A `Rewriter`.

    Attributes:
        spend: told what each call has cost.
    """

    model: LanguageModel
    spend: Callable[[Usage], None] = lambda usage: None

    def __call__(self, question: Question) -> str:
        turns = earlier_turns(question)
        if not turns:
            return question.text
        try:
            completion = self.model.complete(
                _messages(question, turns), schema=None, max_tokens=MAX_TOKENS, timeout_s=TIMEOUT_S
            )
        except LanguageModelError:
            return rewrite_by_rules(question)
        self.spend(completion.usage)
        rewritten = " ".join(completion.content.strip().strip("\"'“”").split())
        return rewritten if _holds(rewritten, question, turns) else rewrite_by_rules(question)


def _messages(question: Question, turns: tuple[Turn, ...]) -> tuple[Message, Message]:
    said = "\n".join(f"{turn.role}: {' '.join(turn.content[:_TURN_CHARS].split())}" for turn in turns)
    return Message("system", _ORDER), Message("user", f"Conversation:\n{said}\n\nLast question: {question.text}")


def _holds(rewritten: str, question: Question, turns: tuple[Turn, ...]) -> bool:
    """Whether it is a question made of the conversation's words that keeps the asker's own."""
    if not rewritten or len(rewritten) > MAX_CHARS or kind_of(rewritten) is not Kind.QUESTION:
        return False
    own, new = set(content_terms(question.text)), set(content_terms(rewritten))
    known = own.union(*(content_terms(turn.content) for turn in turns))
    return new <= known and len(own & new) >= _KEPT * len(own)
