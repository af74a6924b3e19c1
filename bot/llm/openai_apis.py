"""The two interfaces of OpenAI-compatible servers: chat completions, which all of them have, and Responses.

Both take the same messages and give the same `Raw` reply. Sources: OpenAI's API reference, "Chat" and "Responses".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from bot.llm.language_model import JsonSchema, Message, Usage

if TYPE_CHECKING:
    from openai import OpenAI

Form = Literal["json_schema", "json_object", "none"]
_NEXT_FORM: dict[Form, Form] = {"json_schema": "json_object", "json_object": "none"}
Heard = Callable[[str], None]
"""Called with all that the model has written so far, each time it has written more."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """The parameters a server understands."""

    form: Form = "json_schema"
    length: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    temperature: bool = True
    stream: bool = True

    def conceding(self, complaint: str, *, structured: bool) -> Dialect | None:
        """The next best dialect after a refusal; None if there is nothing left to drop."""
        if "max_completion_tokens" in complaint and self.length == "max_tokens":
            return replace(self, length="max_completion_tokens")
        if "temperature" in complaint and self.temperature:
            return replace(self, temperature=False)
        if "stream" in complaint and self.stream:
            return replace(self, stream=False)
        if structured and self.form in _NEXT_FORM:
            return replace(self, form=_NEXT_FORM[self.form])
        return None

    def format_of(self, schema: JsonSchema | None) -> dict[str, Any] | None:
        """The form of reply to ask for; None for free text. A named schema stands beside its type, as in Responses."""
        if schema is None or self.form == "none":
            return None
        named = {"name": "reply", "strict": True, "schema": dict(schema)}
        return {"type": self.form} | (named if self.form == "json_schema" else {})


@dataclass(frozen=True, slots=True)
class Request:
    """One request for a reply.

    Attributes:
        timeout_s: longest pause between two bytes, in seconds.
        heard: where the reply is wanted while it is being written.
    """

    model: str
    messages: Sequence[Message]
    schema: JsonSchema | None
    max_tokens: int
    timeout_s: float
    dialect: Dialect
    heard: Heard | None = None

    @property
    def wire(self) -> list[Any]:
        """The messages as both interfaces take them."""
        return [{"role": message.role, "content": message.content} for message in self.messages]

    @property
    def streamed(self) -> bool:
        return self.heard is not None and self.dialect.stream


@dataclass(frozen=True, slots=True)
class Raw:
    """A reply as the server sent it.

    Attributes:
        content: with the model's thinking, if the server leaves it in.
        refused: the model or a filter declined to answer.
    """

    content: str
    finish_reason: str
    refused: bool
    usage: Usage
    model: str


def by_chat(client: OpenAI, request: Request) -> Raw | None:
    """A reply by chat completions; None if what came is not one."""
    dialect, streamed = request.dialect, request.streamed
    parameters: dict[str, Any] = {dialect.length: request.max_tokens, "timeout": request.timeout_s}
    if dialect.temperature:
        parameters["temperature"] = 0
    if form := dialect.format_of(request.schema):
        kind = form.pop("type")
        parameters["response_format"] = {"type": kind} | ({"json_schema": form} if form else {})
    if streamed:
        parameters |= {"stream": True, "stream_options": {"include_usage": True}}
    answer = client.chat.completions.create(model=request.model, messages=request.wire, **parameters)
    return _chunks(answer, request) if streamed else _completion(answer, request)


def _completion(answer: Any, request: Request) -> Raw | None:
    """`reasoning_content` and the like are ignored."""
    choices = getattr(answer, "choices", None)
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = getattr(choice, "message", None)
    if message is None:
        return None
    reason = _text(getattr(choice, "finish_reason", None)) or "stop"
    refused = bool(getattr(message, "refusal", None)) or reason == "content_filter"
    return Raw(_text(getattr(message, "content", None)), reason, refused, _usage(answer), _name(answer, request))


def _chunks(stream: Any, request: Request) -> Raw | None:
    content, reason, refused, usage, name, heard_of = "", "stop", False, Usage(), request.model, False
    for chunk in _unbroken(stream):
        usage, name = usage + _usage(chunk), _name(chunk, request)
        for choice in getattr(chunk, "choices", None) or ():
            heard_of = True
            delta = getattr(choice, "delta", None)
            reason = _text(getattr(choice, "finish_reason", None)) or reason
            refused = refused or bool(getattr(delta, "refusal", None)) or reason == "content_filter"
            if more := _text(getattr(delta, "content", None)):
                content += more
                _tell(request, content)
    return Raw(content, reason, refused, usage, name) if heard_of else None


def by_responses(client: OpenAI, request: Request) -> Raw | None:
    """A reply by Responses, which the server is asked not to store; None if what came is not one."""
    parameters: dict[str, Any] = {"max_output_tokens": request.max_tokens, "timeout": request.timeout_s}
    if request.dialect.temperature:
        parameters["temperature"] = 0
    if form := request.dialect.format_of(request.schema):
        parameters["text"] = {"format": form}
    if request.streamed:
        parameters["stream"] = True
    answer = client.responses.create(model=request.model, input=request.wire, store=False, **parameters)
    return _events(answer, request) if request.streamed else _response(answer, request)


def _events(stream: Any, request: Request) -> Raw | None:
    content, last = "", None
    for event in _unbroken(stream):
        if getattr(event, "type", "") == "response.output_text.delta":
            content += _text(getattr(event, "delta", None))
            _tell(request, content)
        last = getattr(event, "response", None) or last
    return _response(last, request)


def _response(answer: Any, request: Request) -> Raw | None:
    output = getattr(answer, "output", None)
    if not isinstance(output, list):
        return None
    parts = [part for item in output for part in getattr(item, "content", None) or ()]
    text = "".join(_text(getattr(part, "text", None)) for part in parts if _kind(part) == "output_text")
    why = _text(getattr(getattr(answer, "incomplete_details", None), "reason", None))
    refused = why == "content_filter" or any(_kind(part) == "refusal" for part in parts)
    reason = "length" if why == "max_output_tokens" else why or "stop"
    return Raw(text, reason, refused, _usage(answer), _name(answer, request))


def _unbroken(stream: Any) -> Iterator[Any]:
    """The events of a stream; where its connection breaks, an error of openai's instead of its HTTP library's."""
    from openai import APIConnectionError, OpenAIError

    try:
        yield from stream
    except (OpenAIError, ValueError):
        raise
    except Exception as error:
        raise APIConnectionError(request=stream.response.request) from error


def _kind(part: Any) -> str:
    return _text(getattr(part, "type", None))


def _tell(request: Request, content: str) -> None:
    if request.heard is not None:
        request.heard(content)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _name(answer: Any, request: Request) -> str:
    return _text(getattr(answer, "model", None)) or request.model


def _usage(answer: Any) -> Usage:
    counted = getattr(answer, "usage", None)
    prompt, reply = (
        next((n for name in names if isinstance(n := getattr(counted, name, None), int)), 0)
        for names in (("prompt_tokens", "input_tokens"), ("completion_tokens", "output_tokens"))
    )
    return Usage(prompt, reply)
