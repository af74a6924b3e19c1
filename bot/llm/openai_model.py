"""The only file that knows `openai`: a `LanguageModel` behind any OpenAI-compatible server.

Servers differ in what they accept. The first request asks for everything; what a server refuses with a 400 is asked for
in the next best way, and what worked is remembered:

```
response_format   json_schema -> json_object -> none
length            max_tokens  -> max_completion_tokens
temperature       0           -> the server's own
```

`openai` is imported when the first request is made: it takes half a second, which a bot without a model need not pay.
"""

from __future__ import annotations

import queue
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from bot.llm.language_model import Completion, ContextOverflowError, JsonSchema, Message, Usage
from bot.llm.openai_errors import RequestFailedError, called_off, mapped, pause_before_retry, refused, unreadable
from ingest.errors import LanguageModelError

if TYPE_CHECKING:
    from openai import OpenAI

Form = Literal["json_schema", "json_object", "none"]
_NEXT_FORM: dict[Form, Form] = {"json_schema": "json_object", "json_object": "none"}
# What a server answers to a parameter that it does not have; 500 is llama-cpp-python's answer to json_schema.
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


@dataclass(frozen=True, slots=True)
class Dialect:
    """The parameters a server understands."""

    form: Form = "json_schema"
    length: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    temperature: bool = True

    def conceding(self, complaint: str, *, structured: bool) -> Dialect | None:
        """The next best after a refusal, None when nothing is left to give up."""
        if "max_completion_tokens" in complaint and self.length == "max_tokens":
            return replace(self, length="max_completion_tokens")
        if "temperature" in complaint and self.temperature:
            return replace(self, temperature=False)
        if structured and self.form in _NEXT_FORM:
            return replace(self, form=_NEXT_FORM[self.form])
        return None

    def parameters(self, schema: JsonSchema | None, max_tokens: int) -> dict[str, Any]:
        """As keyword arguments of a request."""
        parameters: dict[str, Any] = {self.length: max_tokens}
        if self.temperature:
            parameters["temperature"] = 0
        if schema is not None and self.form == "json_schema":
            named = {"name": "reply", "strict": True, "schema": dict(schema)}
            parameters["response_format"] = {"type": "json_schema", "json_schema": named}
        elif schema is not None and self.form == "json_object":
            parameters["response_format"] = {"type": "json_object"}
        return parameters


class OpenAIModel:
    """A model of an OpenAI-compatible server; may be called from several threads.

    Args:
        model: the model's name at the server.
        api_key: "" for servers that ask for none.
        base_url: the server's address up to and with `/v1`; "" is OpenAI's own.
        sleep: waits that many seconds between two tries.
    """

    def __init__(
        self, model: str, *, api_key: str = "", base_url: str = "", sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._model = model
        self._api_key = api_key
        self._base_url = base_url
        self._sleep = sleep
        self._dialect = Dialect()
        self._client: OpenAI | None = None
        self._opening = threading.Lock()

    def complete(
        self, messages: Sequence[Message], *, schema: JsonSchema | None, max_tokens: int, timeout_s: float
    ) -> Completion:
        """See `LanguageModel.complete`."""
        deadline = time.monotonic() + timeout_s
        wire = [{"role": message.role, "content": message.content} for message in messages]
        dialect = self._dialect
        retries = 0
        while True:
            try:
                left = deadline - time.monotonic()
                response = self._ask(wire, dialect.parameters(schema, max_tokens), left)
                self._remember(dialect, after_retries=retries)
                return self._read(response)
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

    def _ask(self, wire: list[dict[str, str]], parameters: dict[str, Any], left: float) -> Any:
        if left <= 0:
            raise called_off(self._model)
        client = self._opened()
        request = partial(client.chat.completions.create, model=self._model, messages=wire, timeout=left, **parameters)
        try:
            return _within(left, request)
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
                except Exception as error:  # its HTTP library has errors of its own for an address it cannot read
                    raise mapped(error, self._model) from error
            return self._client

    def _conceded(self, error: LanguageModelError, dialect: Dialect, schema: JsonSchema | None) -> Dialect | None:
        if isinstance(error, ContextOverflowError):
            return None
        if isinstance(error, RequestFailedError) and error.status in (*_REFUSES_PARAMETER, _BROKEN_BY_PARAMETER):
            return dialect.conceding(error.detail, structured=schema is not None)
        return None

    def _remember(self, dialect: Dialect, *, after_retries: int) -> None:
        """Keep what worked, unless the server had been failing: then it may not have been the parameter."""
        if after_retries == 0:
            self._dialect = dialect

    def _pause(self, error: LanguageModelError, retries: int, deadline: float) -> None:
        """Wait before another try, or raise the error when it is final or there is no time for one."""
        pause = pause_before_retry(error, retries)
        if pause is None or retries >= _MAX_RETRIES or time.monotonic() + pause >= deadline:
            raise error
        self._sleep(pause)

    def _read(self, response: Any) -> Completion:
        """The reply out of whatever the server sent; `reasoning_content` and the like are not looked at."""
        choices = getattr(response, "choices", None)
        choice = choices[0] if isinstance(choices, list) and choices else None
        message = getattr(choice, "message", None)
        if message is None:
            raise unreadable(self._model)
        refusal = getattr(message, "refusal", None)
        finish_reason = str(getattr(choice, "finish_reason", None) or "stop")
        if refusal or finish_reason == "content_filter":
            raise refused(self._model)
        content = getattr(message, "content", None)
        content = content if isinstance(content, str) else ""
        name = response.model if isinstance(getattr(response, "model", None), str) else self._model
        return Completion(without_thinking(content), finish_reason, _usage(response), name)


def _expected() -> tuple[type[Exception], ...]:
    """What openai raises; it lets a body that is no JSON, or no text, escape as ValueError."""
    from openai import OpenAIError

    return (OpenAIError, ValueError)


def _within(seconds: float, call: Callable[[], Any]) -> Any:
    """The result of `call`, or TimeoutError.

    openai's own timeout counts from byte to byte, so a server that sends one now and then could hold a question for
    ever; such a call is left to its thread, which ends with its connection.
    """
    outcome: queue.SimpleQueue[tuple[Any, Exception | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            outcome.put((call(), None))
        except Exception as error:  # handed over to the caller's thread, which raises it
            outcome.put((None, error))

    threading.Thread(target=run, name="language model", daemon=True).start()
    try:
        result, error = outcome.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if error is not None:
        raise error
    return result


def _status(error: LanguageModelError) -> int | None:
    return error.status if isinstance(error, RequestFailedError) else None


def _usage(response: Any) -> Usage:
    told = getattr(response, "usage", None)
    prompt, reply = getattr(told, "prompt_tokens", 0), getattr(told, "completion_tokens", 0)
    return Usage(prompt if isinstance(prompt, int) else 0, reply if isinstance(reply, int) else 0)


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
