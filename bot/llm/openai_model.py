"""A `LanguageModel` behind any OpenAI-compatible server.

Servers differ in what they accept. The first request asks for everything; what a server refuses with a 400 is asked for
in the next best way, and what worked is remembered:

```
response_format   json_schema -> json_object -> none
length            max_tokens  -> max_completion_tokens
temperature       0           -> the server's own
stream            yes         -> no
```

`openai` is imported when the first request is made: it takes half a second, which a bot without a model need not pay.
"""

from __future__ import annotations

import queue
import re
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar, cast

from bot.llm.language_model import Completion, ContextOverflowError, JsonSchema, Message
from bot.llm.openai_apis import Dialect, Heard, Raw, Request, by_chat, by_responses
from bot.llm.openai_errors import RequestFailedError, called_off, mapped, pause_before_retry, refused, unreadable
from ingest.errors import LanguageModelError

if TYPE_CHECKING:
    from openai import OpenAI

T = TypeVar("T")

# Status codes for an unsupported parameter; llama-cpp-python answers 500 to json_schema.
_REFUSES_PARAMETER = (400, 422, 501)
_BROKEN_BY_PARAMETER = 500
_MAX_RETRIES = 2
_NAMES = r"think|thinking|thought|reasoning|reflection"
_BLOCK = re.compile(rf"<({_NAMES})\b[^>]*>.*?</\1\s*>|\[THINK\].*?\[/THINK\]", re.DOTALL | re.IGNORECASE)
_CLOSED = re.compile(rf"\A.*(?:</(?:{_NAMES})\s*>|\[/THINK\])", re.DOTALL | re.IGNORECASE)
_OPENED = re.compile(rf"(?:<(?:{_NAMES})\b[^>]*>|\[THINK\]).*", re.DOTALL | re.IGNORECASE)
# OpenAI's harmony format, as a server without its parser passes it through.
_FINAL = re.compile(r"\A.*<\|channel\|>\s*final\b[^<]*<\|message\|>", re.DOTALL)
_ANALYSIS = re.compile(r"<\|channel\|>.*", re.DOTALL)
_CONTROL = re.compile(r"<\|[a-z_]{1,40}\|>")


class OpenAIModel:
    """A model of an OpenAI-compatible server; may be called from several threads.

    Args:
        model: the model's name at the server.
        api_key: "" for servers that ask for none.
        base_url: the server's address up to and with `/v1`; "" is OpenAI's own.
        responses: speak OpenAI's Responses instead of chat completions.
        sleep: waits a number of seconds between two attempts.
    """

    def __init__(
        self,
        model: str,
        *,
        api_key: str = "",
        base_url: str = "",
        responses: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._send = by_responses if responses else by_chat
        self._model = model
        self._api_key = api_key
        self._base_url = base_url
        self._sleep = sleep
        self._dialect = Dialect()
        self._client: OpenAI | None = None
        self._opening = threading.Lock()

    def complete(
        self,
        messages: Sequence[Message],
        *,
        schema: JsonSchema | None,
        max_tokens: int,
        timeout_s: float,
        heard: Heard | None = None,
    ) -> Completion:
        """See `LanguageModel.complete`."""
        deadline = time.monotonic() + timeout_s
        so_far = None if heard is None else lambda text: heard(without_thinking(text))
        dialect = self._dialect
        retries = 0
        while True:
            try:
                left = deadline - time.monotonic()
                reply = self._ask(Request(self._model, messages, schema, max_tokens, left, dialect, so_far))
                self._remember(dialect, after_retries=retries)
                return self._read(reply)
            except LanguageModelError as error:
                conceded = self._conceded(error, dialect, schema)
                if conceded is not None:
                    dialect = conceded
                if conceded is None or _status(error) == _BROKEN_BY_PARAMETER:
                    self._pause(error, retries, deadline)
                    retries += 1

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()

    def _ask(self, request: Request) -> Raw | None:
        if request.timeout_s <= 0:
            raise called_off(self._model)
        client = self._opened()
        try:
            return _within(request.timeout_s, partial(self._send, client, request))
        except TimeoutError:
            raise called_off(self._model) from None
        except _expected() as error:
            raise mapped(error, self._model) from error

    def _opened(self) -> OpenAI:
        with self._opening:
            if self._client is None:
                from openai import OpenAI

                try:
                    self._client = OpenAI(
                        api_key=self._api_key or "none", base_url=self._base_url or None, max_retries=0
                    )
                except Exception as error:  # its HTTP library raises errors of its own for an invalid address
                    raise mapped(error, self._model) from error
            return self._client

    def _conceded(self, error: LanguageModelError, dialect: Dialect, schema: JsonSchema | None) -> Dialect | None:
        if isinstance(error, ContextOverflowError):
            return None
        if isinstance(error, RequestFailedError) and error.status in (*_REFUSES_PARAMETER, _BROKEN_BY_PARAMETER):
            return dialect.conceding(error.detail, structured=schema is not None)
        return None

    def _remember(self, dialect: Dialect, *, after_retries: int) -> None:
        """Keep what worked, unless the server had been failing: then the parameter may not have been the cause."""
        if after_retries == 0:
            self._dialect = dialect

    def _pause(self, error: LanguageModelError, retries: int, deadline: float) -> None:
        """Wait before another attempt, or raise the error if it is final or no time is left."""
        pause = pause_before_retry(error, retries)
        if pause is None or retries >= _MAX_RETRIES or time.monotonic() + pause >= deadline:
            raise error
        self._sleep(pause)

    def _read(self, reply: Raw | None) -> Completion:
        """The reply without the model's thinking."""
        if reply is None:
            raise unreadable(self._model)
        if reply.refused:
            raise refused(self._model)
        return Completion(without_thinking(reply.content), reply.finish_reason, reply.usage, reply.model)


def _expected() -> tuple[type[Exception], ...]:
    """What openai raises; a body that is not JSON, or not text, surfaces as ValueError."""
    from openai import OpenAIError

    return (OpenAIError, ValueError)


def _within(seconds: float, call: Callable[[], T]) -> T:
    """The result of `call`, or TimeoutError.

    openai's own timeout restarts with every byte, so a server that sends one now and then could hold a question
    forever; such a call is left to its thread, which ends with its connection.
    """
    outcome: queue.SimpleQueue[tuple[T | None, Exception | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            outcome.put((call(), None))
        except Exception as error:  # raised in the caller's thread
            outcome.put((None, error))

    threading.Thread(target=run, name="language model", daemon=True).start()
    try:
        result, error = outcome.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if error is not None:
        raise error
    return cast(T, result)


def _status(error: LanguageModelError) -> int | None:
    return error.status if isinstance(error, RequestFailedError) else None


def without_thinking(text: str) -> str:
    """The reply alone.

    A close without an open means that the chat template opened the block; an open without a close means that the
    reply was cut while the model was still thinking, and nothing is left.
    """
    text = _BLOCK.sub("", text)
    text = _CLOSED.sub("", text)
    text = _OPENED.sub("", text)
    text = _FINAL.sub("", text, count=1)
    text = _ANALYSIS.sub("", text)
    return _CONTROL.sub("", text).strip()
