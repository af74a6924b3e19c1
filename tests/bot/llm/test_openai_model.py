"""Any OpenAI-compatible server, on good days and bad, is a `LanguageModel` that raises nothing but its own errors."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import openai
import pytest

from bot.llm.language_model import Completion, ContextOverflowError, JsonSchema, Message, Usage
from bot.llm.openai_errors import VERDICTS
from bot.llm.openai_model import OpenAIModel
from ingest.errors import LanguageModelError
from tests.servers.openai import ChatRequest, OpenAIServer, Reply, in_turn

SCHEMA: JsonSchema = {"type": "object", "properties": {"found": {"type": "boolean"}}}
MESSAGES = [Message("system", "Be brief."), Message("user", "What is new?")]
REFUSED_PORT = "http://127.0.0.1:9/v1"


class Asked:
    """A model at a server, with the pauses it made instead of waiting."""

    def __init__(self, base_url: str, api_key: str = "loopback-key") -> None:
        self.pauses: list[float] = []
        self.model = OpenAIModel("tiny", api_key=api_key, base_url=base_url, sleep=self.pauses.append)

    def complete(self, timeout_s: float = 20.0, schema: JsonSchema | None = SCHEMA) -> Completion:
        return self.model.complete(MESSAGES, schema=schema, max_tokens=50, timeout_s=timeout_s)

    def failure(self, timeout_s: float = 20.0) -> LanguageModelError:
        with pytest.raises(LanguageModelError) as caught:
            self.complete(timeout_s)
        return caught.value


@pytest.fixture
def serve() -> Iterator[Callable[..., tuple[OpenAIServer, Asked]]]:
    """Start a loopback server and a model that talks to it; both end with the test."""
    opened: list[tuple[OpenAIServer, Asked]] = []

    def start(*replies: Reply, **options: Any) -> tuple[OpenAIServer, Asked]:
        server = OpenAIServer(in_turn(replies), **options).__enter__()
        opened.append((server, Asked(server.base_url)))
        return opened[-1]

    yield start
    for server, asked in opened:
        asked.model.close()
        server.__exit__()


Serve = Callable[..., tuple[OpenAIServer, Asked]]
OK = Reply("{}")


def test_a_reply_comes_with_its_tokens_its_end_and_the_models_name(serve: Serve) -> None:
    server, asked = serve(Reply("cut", "length", usage={"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}))
    completion = asked.complete()
    assert completion == Completion("cut", "length", Usage(3, 2), "tiny")
    assert completion.truncated
    assert server.requests[0].body["max_tokens"] == 50


@pytest.mark.parametrize(
    ("refused", "formats"),
    [
        ([], ["json_schema"]),
        (["json_schema"], ["json_schema", "json_object"]),
        (["json_schema", "json_object"], ["json_schema", "json_object", "text"]),
    ],
)
def test_the_best_form_a_server_has_is_found_once_and_remembered(
    serve: Serve, refused: list[str], formats: list[str]
) -> None:
    server, asked = serve(OK, refuse_formats=refused)
    asked.complete()
    assert [request.format for request in server.requests] == formats
    asked.complete()
    assert [request.format for request in server.requests[len(formats) :]] == formats[-1:]


@pytest.mark.parametrize(
    ("complaint", "gone"),
    [
        ("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", "max_tokens"),
        ("'temperature' does not support 0 with this model.", "temperature"),
    ],
)
def test_a_parameter_that_a_reasoning_model_refuses_is_left_out(serve: Serve, complaint: str, gone: str) -> None:
    server, asked = serve(Reply(complaint, status=400), OK)
    asked.complete()
    assert gone not in server.requests[1].body
    assert server.requests[1].format == "json_schema"


def test_a_server_that_breaks_on_a_schema_is_asked_without_it(serve: Serve) -> None:
    server, asked = serve(Reply("oops", status=500), OK)
    assert asked.complete().content == "{}"
    assert [request.format for request in server.requests] == ["json_schema", "json_object"]


@pytest.mark.parametrize(
    "complaint",
    [
        "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens.",
        "the request exceeds the available context size. try increasing the context size",
        "'max_tokens' or 'max_completion_tokens' is too large: 50. This model's maximum context length is 40 tokens.",
    ],
    ids=["OpenAI", "llama.cpp", "vLLM"],
)
def test_a_context_that_is_too_small_is_told_apart(serve: Serve, complaint: str) -> None:
    server, asked = serve(Reply(complaint, status=400))
    assert isinstance(asked.failure(), ContextOverflowError)
    assert len(server.requests) == 1


@pytest.mark.parametrize("header", [{"Retry-After": "7"}, {"retry-after-ms": "7000"}])
def test_a_busy_server_is_asked_again_when_it_says(serve: Serve, header: dict[str, str]) -> None:
    _, asked = serve(Reply("slow down", status=429, headers=header), OK)
    assert asked.complete().content == "{}"
    assert asked.pauses == [7.0]


def test_a_server_that_wants_to_be_asked_after_the_deadline_is_not_waited_for(serve: Serve) -> None:
    server, asked = serve(Reply("slow down", status=429, headers={"Retry-After": "3600"}))
    error = asked.failure()
    assert (error.retryable, asked.pauses, len(server.requests)) == (True, [], 1)


def test_a_broken_server_is_given_up_after_three_tries(serve: Serve) -> None:
    server, asked = serve(Reply("oops", status=503))
    assert asked.failure().hint
    assert len(server.requests) == 3
    assert asked.pauses == [0.5, 1.0]


@pytest.mark.parametrize(
    ("reply", "setting"),
    [
        (Reply("no such model", status=404), "OPENAI_MODEL"),
        (Reply("not yours", status=403), "OPENAI_MODEL"),
        (Reply("bad key", status=401), "OPENAI_API_KEY"),
        (Reply("insufficient_quota", status=429), "billing"),
    ],
)
def test_what_the_operator_can_mend_is_named_and_not_tried_again(serve: Serve, reply: Reply, setting: str) -> None:
    server, asked = serve(reply)
    error = asked.failure()
    assert setting in error.hint
    assert not error.retryable
    assert len(server.requests) == 1


def test_a_reply_that_breaks_off_is_asked_for_again(serve: Serve) -> None:
    _, asked = serve(Reply("a long reply", cut_after=20), OK)
    assert asked.complete().content == "{}"


def test_no_server_at_all_is_one_line_with_a_hint() -> None:
    error = Asked(REFUSED_PORT).failure()
    assert "OPENAI_BASE_URL" in error.hint
    assert error.retryable


def test_a_server_that_is_silent_ends_at_the_deadline(serve: Serve) -> None:
    _, asked = serve(Reply("late", delay_s=2.0))
    assert "no answer in time" in str(asked.failure(timeout_s=0.2))


def test_thinking_never_leaks(serve: Serve) -> None:
    _, asked = serve(Reply("<think>secret</think>reply", reasoning_content="secret"), Reply(None))
    assert asked.complete().content == "reply"
    assert asked.complete().content == ""


def test_a_filtered_reply_is_a_refusal(serve: Serve) -> None:
    _, asked = serve(Reply("I can't", "content_filter"))
    assert "declined" in str(asked.failure())


class _Raw(BaseHTTPRequestHandler):
    """Answers any request with the class's bytes, then one byte at a time while `drip`."""

    body = b""
    drip = False

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        try:
            for i in range(len(self.body)):
                self.wfile.write(self.body[i : i + 1])
                time.sleep(0.05 if self.drip else 0)
        except ConnectionError:
            pass

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def raw_failure(body: bytes, *, drip: bool = False, timeout_s: float = 20.0) -> LanguageModelError:
    """What a server that answers these bytes comes to."""
    handler = type("Handler", (_Raw,), {"body": body, "drip": drip})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        http.daemon_threads = True
        http.block_on_close = False
        thread = threading.Thread(target=http.serve_forever, args=(0.02,))
        thread.start()
        asked = Asked(f"http://127.0.0.1:{http.server_port}/v1")
        try:
            return asked.failure(timeout_s)
        finally:
            asked.model.close()
            http.shutdown()
            thread.join()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[1]",
        b"{}",
        b'{"choices": [',
        b'{"choices": "x"}',
        b'{"choices": [1]}',
        b'{"choices": "\xff"}',
        b"<p>",
    ],
)
def test_a_server_that_talks_nonsense_is_an_unreadable_answer(body: bytes) -> None:
    assert "unreadable answer" in str(raw_failure(body))


def test_a_server_that_drips_ends_at_the_deadline_too() -> None:
    assert "no answer in time" in str(raw_failure(b"{" + b" " * 40, drip=True, timeout_s=0.3))


def test_a_key_that_cannot_be_sent_is_named() -> None:
    asked = Asked(REFUSED_PORT, api_key="schlüssel–1")
    assert "OPENAI_API_KEY" in asked.failure().hint


def test_an_address_that_is_none_is_named() -> None:
    assert "OPENAI_BASE_URL" in Asked("http://[::bad/v1").failure().hint


def test_every_error_of_a_request_has_a_verdict_of_its_own() -> None:
    """Fails when openai adds an error of a request, or of a status, that is not in the table."""
    bases = (openai.APIError, openai.APIConnectionError, openai.APIStatusError)
    raised = {error for base in bases for error in (base, *base.__subclasses__())}
    assert {error.__name__ for error in raised} - set(VERDICTS) == set()


def test_openai_is_not_imported_before_the_first_request() -> None:
    code = "import sys, bot.llm.openai_model as m; m.OpenAIModel('x'); sys.exit('openai' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_one_model_serves_several_threads(serve: Serve) -> None:
    server, asked = serve(OK)

    def echo(request: ChatRequest) -> Reply:
        return Reply(request.text.split()[-1])

    server.model = echo
    replies: list[str] = []

    def ask(n: int) -> None:
        replies.append(
            asked.model.complete([Message("user", f"say {n}")], schema=None, max_tokens=5, timeout_s=20).content
        )

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(replies) == [str(n) for n in range(6)]


@pytest.fixture(params=[False, True], ids=["chat", "responses"])
def responses(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def written_by(server: OpenAIServer, *, responses: bool, timeout_s: float = 20.0) -> tuple[Completion, list[str]]:
    """The reply, and what could be read of it while it was being written."""
    heard: list[str] = []
    model = OpenAIModel("tiny", api_key="loopback-key", base_url=server.base_url, responses=responses, sleep=_no_pause)
    try:
        reply = model.complete(MESSAGES, schema=SCHEMA, max_tokens=50, timeout_s=timeout_s, heard=heard.append)
    finally:
        model.close()
    return reply, heard


def _no_pause(seconds: float) -> None:
    """Go on at once."""


LONG = '{"statements": [], "search": "forty words or so"}'


def test_both_interfaces_give_the_same_reply(serve: Serve, responses: bool) -> None:
    server, _ = serve(Reply(f"<think>hm</think>{LONG}", "length", usage=_tokens(7, 9)))
    with_pauses, heard = written_by(server, responses=responses)
    assert with_pauses == Completion(LONG, "length", Usage(7, 9), "tiny")
    assert server.requests[0].format == "json_schema"
    assert heard[-1] == LONG
    assert all(LONG.startswith(part) for part in heard)


def test_without_a_listener_nothing_is_streamed(serve: Serve, responses: bool) -> None:
    server, _ = serve(Reply(LONG))
    model = OpenAIModel("tiny", api_key="loopback-key", base_url=server.base_url, responses=responses)
    assert model.complete(MESSAGES, schema=None, max_tokens=50, timeout_s=20.0).content == LONG
    model.close()
    assert not server.requests[0].stream


def test_a_model_that_declines_is_told_apart_by_both_interfaces(serve: Serve, responses: bool) -> None:
    server, _ = serve(Reply("", "content_filter"))
    with pytest.raises(LanguageModelError, match="declined"):
        written_by(server, responses=responses)


def test_a_stream_that_breaks_is_asked_for_again(serve: Serve, responses: bool) -> None:
    server, _ = serve(Reply(LONG, cut_after=400), Reply(LONG))
    assert written_by(server, responses=responses)[0].content == LONG
    assert len(server.requests) == 2


def test_a_server_that_cannot_stream_is_asked_without(serve: Serve, responses: bool) -> None:
    server, _ = serve(Reply("stream is not supported", status=400), Reply(LONG))
    assert written_by(server, responses=responses) == (Completion(LONG, "stop", Usage(5, 7), "tiny"), [])


def test_responses_are_not_stored_at_the_server(serve: Serve) -> None:
    server, _ = serve(Reply(LONG))
    written_by(server, responses=True)
    assert server.requests[0].body["store"] is False


def _tokens(prompt: int, reply: int) -> dict[str, int]:
    return {"prompt_tokens": prompt, "completion_tokens": reply, "total_tokens": prompt + reply}
