"""One question's exchange with a language model, inside one deadline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.answering.composing.prompt import MAX_CONTEXT_CHARS, SCHEMA, Prompt, build_prompt
from bot.answering.composing.reply import Reply, parse_reply
from bot.answering.models import Turn
from bot.llm.language_model import ContextOverflowError, LanguageModel, Message, Usage
from ingest.models import Passage


class Exchange:
    """Asks, and asks again, with the conversation so far; adds up the tokens."""

    def __init__(
        self,
        model: LanguageModel,
        question: str,
        passages: Sequence[Passage],
        asked_at: datetime,
        max_tokens: int,
        deadline: float,
        clock: Callable[[], float],
        language: str = "",
        history: Sequence[Turn] = (),
        heard: Callable[[str], None] | None = None,
    ) -> None:
        self._model, self._question, self._passages = model, question, passages
        self._asked_at, self._max_tokens, self._deadline, self._clock = asked_at, max_tokens, deadline, clock
        self._language, self._history, self._heard = language, history, heard
        self.prompt = self._prompt(MAX_CONTEXT_CHARS)
        self._messages: tuple[Message, ...] = self.prompt.messages
        self.usage = Usage()
        self.truncated = False

    def time_left(self) -> float:
        return self._deadline - self._clock()

    def ask(self) -> Reply:
        """The first round; with half and a quarter of the passages where the model's context is too small."""
        for divisor in (1, 2, 4):
            self.prompt = self._prompt(MAX_CONTEXT_CHARS // divisor)
            self._messages = self.prompt.messages
            try:
                return self._complete()
            except ContextOverflowError:
                if divisor == 4:
                    raise
        raise AssertionError("unreachable")

    def ask_again(self, complaint: Message) -> Reply:
        """The repair round."""
        self._messages = (*self._messages, complaint)
        return self._complete()

    def _prompt(self, max_chars: int) -> Prompt:
        return build_prompt(
            self._question,
            self._passages,
            asked_at=self._asked_at,
            history=self._history,
            language=self._language,
            max_chars=max_chars,
        )

    def _complete(self) -> Reply:
        completion = self._model.complete(
            self._messages,
            schema=SCHEMA,
            max_tokens=self._max_tokens,
            timeout_s=max(self.time_left(), 0.1),
            heard=self._heard,
        )
        self.usage += completion.usage
        self.truncated = completion.truncated
        self._messages = (*self._messages, Message("assistant", completion.content))
        return parse_reply(completion.content)
