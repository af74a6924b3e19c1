"""What answering needs of a language model: messages in, one completion out, in bounded time. Knows no vendor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from ingest.errors import LanguageModelError

JsonSchema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation with a language model."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens counted by the server; 0 if it does not count them."""

    prompt_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(self.prompt_tokens + other.prompt_tokens, self.completion_tokens + other.completion_tokens)


@dataclass(frozen=True, slots=True)
class Completion:
    """What a language model wrote, without its thinking.

    Attributes:
        content: the reply, "" if there is none.
        finish_reason: "stop", "length" if it was cut, or whatever the server says.
        model: the name the server answers under.
    """

    content: str
    finish_reason: str
    usage: Usage
    model: str

    @property
    def truncated(self) -> bool:
        """Whether the reply ended because `max_tokens` or the context was used up."""
        return self.finish_reason == "length"


class ContextOverflowError(LanguageModelError):
    """The messages are longer than the model's context; fewer passages may fit."""


class LanguageModel(Protocol):
    """Any language model; called from a thread, by `compose_model` and by the digest's writer."""

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: JsonSchema | None,
        max_tokens: int,
        timeout_s: float,
        heard: Callable[[str], None] | None = None,
    ) -> Completion:
        """Continue the conversation.

        Args:
            messages: oldest first.
            schema: JSON schema the reply should follow; a server without structured output may ignore it.
            max_tokens: longest reply, thinking included.
            timeout_s: longest time for the whole call, retries included, in seconds.
            heard: called, from another thread, with all that is written so far, each time there is more; after a retry
                it begins again. A server that cannot stream never calls it.

        Raises:
            ContextOverflowError: the messages do not fit.
            LanguageModelError: any other failure; nothing else is raised.
        """
        ...
