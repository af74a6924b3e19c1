"""`python -m bot mcp` as a process, asked by the official client: over stdio, over HTTP, and beside a running bot."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from bot.mcp.tools import NOTICE
from tests.newsroom import Newsroom
from tests.program import CHANGED, GUILD, GUILDS_OWN, INVENTED, QUESTION, TRAP, TRUE, WrittenCorpus, written_corpus

TOKEN, GUILDS_TOKEN = "a-token-for-shared-things", "a-token-for-one-guild.1"
TOKENS = f"{TOKEN}:shared, {GUILDS_TOKEN}:{GUILD}"
PATIENCE_S = 60
TOOLS = {"search", "ask", "digest", "article", "sources", "verify_quote"}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> WrittenCorpus:
    return written_corpus(tmp_path_factory.mktemp("corpus"))


@pytest.fixture(scope="module")
def address(corpus: WrittenCorpus) -> Iterator[str]:
    """A server over HTTP for all tests of this file, which must end as told and log no words and no token."""
    with http_server(corpus) as (address, process):
        yield address
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0, log
        assert not [word for word in ("Kestrel", TOKEN, GUILDS_TOKEN, "Traceback") if word in log], log


@contextmanager
def http_server(corpus: WrittenCorpus, **settings: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "mcp", "--http", "127.0.0.1:0"],
        env=corpus.environment | {"MCP_TOKENS": TOKENS, "GUILD_QUESTIONS_PER_MINUTE": "1000"} | settings,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        yield process.stderr.readline().split()[-1], process
    finally:
        process.kill()
        process.communicate()


@asynccontextmanager
async def client_at(address: str, token: str = TOKEN) -> AsyncIterator[Client]:
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=PATIENCE_S) as http,
        Client(streamable_http_client(address, http_client=http)) as client,
    ):
        yield client


async def result_of(client: Client, tool: str, **arguments: object) -> dict[str, Any]:
    """A tool's result; the text for old clients must say the same, and both that it is data."""
    said = await client.call_tool(tool, arguments)
    assert not said.is_error, said.content
    shown = said.structured_content
    assert shown is not None
    assert shown["notice"] == NOTICE
    assert json.loads(said.content[0].text) == shown  # type: ignore[union-attr]
    return dict(shown["result"])


async def check_all_tools(client: Client) -> None:
    """Each tool, three quotes and a resource."""
    tools = (await client.list_tools()).tools
    assert {tool.name for tool in tools} == TOOLS
    assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools)
    assert client.instructions is not None
    assert NOTICE in client.instructions
    for text, status in ((TRUE, "exact"), (CHANGED, "near"), (INVENTED, "not_found")):
        assert (await result_of(client, "verify_quote", text=text))["status"] == status
    answer = await result_of(client, "ask", question=QUESTION)
    assert answer["status"] == "answered"
    hits = (await result_of(client, "search", query=QUESTION, limit=3))["hits"]
    article = await result_of(client, "article", id=hits[0]["article_id"])
    for quote in answer["quotes"]:
        assert quote["text"] == article["text"][quote["start"] : quote["end"]]
    assert (await result_of(client, "digest", days=7, at="2026-05-22"))["stories"]
    assert len((await result_of(client, "sources"))["sources"]) == 1
    resources = (await client.list_resources()).resources
    assert {resource.title for resource in resources} >= {article["title"]}
    read = (await client.read_resource(f"verbatim://article/{article['id']}")).contents
    assert [content.text for content in read] == [NOTICE, article["text"]]  # type: ignore[union-attr]


async def test_a_client_over_stdio_asks_reads_and_checks_quotes(corpus: WrittenCorpus) -> None:
    async with Client(corpus.server()) as client:
        await check_all_tools(client)


async def test_an_older_client_is_served_too(corpus: WrittenCorpus) -> None:
    async with Client(corpus.server(), mode="legacy") as client:
        assert (await result_of(client, "verify_quote", text=TRUE))["status"] == "exact"


async def test_a_client_over_http_with_a_token_does_the_same(address: str) -> None:
    async with client_at(address) as client:
        await check_all_tools(client)


async def test_a_token_sees_its_own_scope_alone(address: str) -> None:
    for token, status in ((TOKEN, "not_found"), (GUILDS_TOKEN, "exact")):
        async with client_at(address, token) as client:
            assert (await result_of(client, "verify_quote", text=GUILDS_OWN))["status"] == status


async def test_stdio_sees_the_scope_it_was_started_with(corpus: WrittenCorpus) -> None:
    async with Client(corpus.server("--scope", GUILD)) as client:
        assert (await result_of(client, "verify_quote", text=GUILDS_OWN))["status"] == "exact"


async def test_orders_in_an_article_come_as_data_behind_the_notice(address: str) -> None:
    async with client_at(address) as client:
        said = await client.call_tool("search", {"query": "Harbor benchmark for agents"})
    text = said.content[0].text  # type: ignore[union-attr]
    assert text.startswith('{"notice": ')
    assert text.index(NOTICE[:40]) < text.index(TRAP)


async def test_what_is_wrong_is_told_so_that_a_model_can_mend_it(address: str) -> None:
    async with client_at(address) as client:
        for tool, arguments in (("search", {"query": ""}), ("article", {"id": "none"}), ("ask", {"q": "x"})):
            said = await client.call_tool(tool, arguments)
            assert said.is_error
            assert "Traceback" not in str(said.content)
        for uri in ("verbatim://article/none", "file:///etc/passwd", "verbatim://article/../../x"):
            with pytest.raises(MCPError):
                await client.read_resource(uri)
        with pytest.raises(MCPError, match="no tool"):
            await client.call_tool("newest", {})


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, 401),
        ({"Authorization": "Bearer wrong-token-of-some-length"}, 401),
        ({"Authorization": f"Basic {TOKEN}"}, 401),
        ({"Authorization": f"Bearer {TOKEN[:-1]}"}, 401),
        ({"Authorization": f"Bearer {TOKEN}", "Host": "evil.example"}, 421),
        ({"Authorization": f"Bearer {TOKEN}", "Host": "127.0.0.1.evil.example:80"}, 421),
        ({"Authorization": f"Bearer {TOKEN}", "Origin": "https://evil.example"}, 403),
        ({"Authorization": f"Bearer {TOKEN}", "Origin": "null"}, 403),
        ({"Authorization": f"Bearer {TOKEN}", "Content-Type": "text/plain"}, 400),
    ],
)
def test_strangers_and_pages_of_other_sites_are_sent_away(address: str, headers: dict[str, str], code: int) -> None:
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "sources", "arguments": {}}}
    usual = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    said = httpx.post(address, content=json.dumps(call), headers=usual | headers)
    assert said.status_code == code
    assert "sources" not in said.text


def test_a_huge_request_is_refused(address: str) -> None:
    usual = {"Accept": "application/json, text/event-stream", "Authorization": f"Bearer {TOKEN}"}
    said = httpx.post(address, json={"jsonrpc": "2.0", "id": 1, "method": "x" * 200_000}, headers=usual)
    assert said.status_code == 413


async def test_a_token_that_asks_too_often_is_told_to_wait_and_others_are_not(corpus: WrittenCorpus) -> None:
    with http_server(corpus, USER_QUESTIONS_PER_MINUTE="2") as (address, _):
        async with client_at(address) as client:
            said = [await client.call_tool("ask", {"question": QUESTION}) for _ in range(3)]
            assert [one.is_error for one in said] == [False, False, True]
            assert "seconds" in str(said[2].content)
            assert not (await client.call_tool("search", {"query": QUESTION})).is_error
        async with client_at(address, GUILDS_TOKEN) as other:
            assert not (await other.call_tool("ask", {"question": QUESTION})).is_error


@pytest.mark.parametrize(
    ("words", "tokens", "code", "told"),
    [
        (("--http",), "", 2, "MCP_TOKENS"),
        (("--http",), "short:shared", 2, "MCP_TOKENS"),
        (("--http",), f"{TOKEN}:everybody", 2, "MCP_TOKENS"),
        (("--http",), f"{TOKEN}:shared,{TOKEN}:12", 2, "MCP_TOKENS"),
        (("--http", "nowhere"), TOKENS, 2, "--http"),
        (("--http", "0.0.0.0:0"), TOKENS, 2, "MCP_ALLOWED_HOSTS"),
        (("--scope", "everybody"), TOKENS, 2, "everybody"),
    ],
)
def test_wrong_settings_are_told_by_name_and_no_token_is_shown(
    corpus: WrittenCorpus, words: tuple[str, ...], tokens: str, code: int, told: str
) -> None:
    environment = corpus.environment | {"MCP_TOKENS": tokens}
    command = [sys.executable, "-m", "bot", "mcp", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == code, done.stderr
    assert done.stderr.startswith("error: ")
    assert told in done.stderr
    assert TOKEN not in done.stderr


async def test_beside_a_running_bot_it_asks_the_bot_which_owns_the_index(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Newsroom.open(data) as room:
        room.add(room.feed)
        room.wait_until_read()
        scope = str(room.guild.id)
        async with Client(WrittenCorpus(data).server("--scope", scope)) as client:
            answer = await result_of(client, "ask", question="What did Nordlicht Labs release?")
            assert answer["status"] == "answered"
            quote = answer["quotes"][0]["text"]
            assert (await result_of(client, "verify_quote", text=quote))["status"] == "exact"
            assert room.process.stop() == 0, room.process.log
            assert (await result_of(client, "verify_quote", text=quote))["status"] == "exact"
        assert "Traceback" not in room.process.log
        assert "Nordlicht" not in room.process.log


def test_other_commands_do_not_wait_for_the_mcp_package() -> None:
    code = "import sys, bot.__main__; bot.__main__.parser(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"mcp", "mcp_types", "starlette", "uvicorn"}.intersection(loaded)
