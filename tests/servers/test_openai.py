"""The loopback language model speaks what the openai package understands, on good days and bad."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import openai
import pytest

from tests.servers.openai import BROKEN_JSON, HOSTILE_TEXTS, OpenAIServer, Reply, always, in_turn

MESSAGES: Any = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What is new?"}]
SCHEMA: Any = {"type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "object"}}}


def client(server: OpenAIServer, **options: Any) -> openai.OpenAI:
    settings: Any = {"base_url": server.base_url, "api_key": server.api_key, "max_retries": 0, **options}
    return openai.OpenAI(**settings)


def ask(api: openai.OpenAI, **options: Any) -> Any:
    return api.chat.completions.create(model="any", messages=MESSAGES, **options)


def failure(call: Callable[[], Any]) -> Exception:
    """What a call that must fail raises."""
    with pytest.raises((openai.OpenAIError, httpx.HTTPError)) as caught:
        call()
    return caught.value


def test_the_reply_and_its_fields_arrive_and_the_request_is_recorded() -> None:
    reply = Reply("Nothing.", "length", usage={"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5})
    with OpenAIServer(always(reply)) as server, client(server) as api:
        answer = ask(api, response_format=SCHEMA)
        assert [model.id for model in api.models.list()] == ["loopback-model"]
    assert (answer.choices[0].message.content, answer.choices[0].finish_reason) == ("Nothing.", "length")
    assert answer.usage.total_tokens == 5
    (request,) = server.requests
    assert (request.text, request.format, request.stream) == ("Be brief.\nWhat is new?", "json_schema", False)


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_a_streamed_text_arrives_whole(text: str) -> None:
    with OpenAIServer(always(Reply(text, reasoning_content="Let me think about it"))) as server, client(server) as api:
        chunks = list(ask(api, stream=True, stream_options={"include_usage": True}))
    deltas = [chunk.choices[0].delta for chunk in chunks if chunk.choices]
    assert "".join(delta.content or "" for delta in deltas) == text
    assert "".join(getattr(delta, "reasoning_content", None) or "" for delta in deltas) == "Let me think about it"
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-1].usage.total_tokens > 0


def test_a_server_without_structured_output_refuses_it_and_answers_without() -> None:
    with OpenAIServer(always(Reply(BROKEN_JSON)), refuse_formats=["json_schema"]) as server, client(server) as api:
        with pytest.raises(openai.BadRequestError, match="json_schema is not supported"):
            ask(api, response_format=SCHEMA)
        assert ask(api).choices[0].message.content == BROKEN_JSON


def test_failures_come_in_turn_and_a_retry_gets_through() -> None:
    replies = [Reply("slow down", status=429, headers={"Retry-After": "0.01"}), Reply("down", status=503), Reply("up")]
    with OpenAIServer(in_turn(replies)) as server:
        with client(server) as api, pytest.raises(openai.RateLimitError, match="slow down"):
            ask(api)
        with client(server, max_retries=1) as api:
            assert ask(api).choices[0].message.content == "up"
    assert len(server.requests) == 3


@pytest.mark.parametrize("stream", [False, True])
def test_a_cut_connection_is_an_error_not_a_short_answer(stream: bool) -> None:
    with OpenAIServer(always(Reply("x" * 200, cut_after=300))) as server, client(server) as api:
        error = failure(lambda: list(ask(api, stream=stream)))
    assert isinstance(error, openai.APIConnectionError | httpx.RemoteProtocolError)


def test_a_late_reply_runs_into_the_clients_timeout() -> None:
    with OpenAIServer(always(Reply("late", delay_s=0.5))) as server, client(server, timeout=0.05) as api:
        error = failure(lambda: ask(api))
    assert isinstance(error, openai.APITimeoutError)


def test_a_wrong_key_is_refused() -> None:
    with OpenAIServer(always(Reply("x"))) as server, client(server, api_key="wrong") as api:
        error = failure(lambda: ask(api))
    assert isinstance(error, openai.AuthenticationError)
    assert server.requests == []
