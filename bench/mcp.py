"""What the MCP server adds to a call of the library, in milliseconds.

    python bench/mcp.py --data FOLDER [--work FOLDER] [--rounds 100]

FOLDER holds news_qa/, whose articles are read into --work, or into a temporary folder. This process owns their index,
as a bot would; a server process over stdio and one over HTTP hand on what the official client asks. So each request
goes the longest way: client, server, local socket, owner. Requests are made of the titles of the newest articles,
each asked in turn of the library, over stdio and over HTTP, so that all meet the same load of the machine. The row
"HTTP, bare" sends the very bytes of the official client over one plain connection: what the server adds, without what
the client does with its requests and results. Prints a table; the last line is JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

if Path(sys.path[0]).resolve() == Path(__file__).resolve().parent:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run as a file, this would be `mcp` itself

import httpx2
from mcp import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client

from bench.news import ingest
from bot.desk.counter import Counter
from bot.desk.desk import Desk
from bot.settings import BotSettings
from bot.wiring.answering import make_answerer, make_digester
from ingest.models import SHARED_SCOPE
from ingest.wiring import open_corpus

AIM_MS = 5.0
SCOPES = (SHARED_SCOPE,)
TOKEN = "a-token-for-this-benchmark"
FIELDS = {"search": "query", "verify_quote": "text", "ask": "question"}
Times = dict[str, list[float]]
Ask = Callable[[str, dict[str, Any]], Awaitable[None]]


@contextmanager
def opened(settings: BotSettings) -> Iterator[Desk]:
    with open_corpus(settings, "bench mcp") as corpus:
        answerer, digester = make_answerer(settings, corpus), make_digester(settings, corpus)
        yield Desk(corpus.catalogue, corpus.search, answerer, digester)


def requests(desk: Desk, rounds: int) -> list[tuple[str, dict[str, Any]]]:
    """Each tool with each of some titles, in turn."""
    titles = [card["title"] for card in desk.serve("newest", {"limit": 50}, SCOPES)["articles"]]
    return [(tool, {field: titles[n % len(titles)]}) for n in range(rounds) for tool, field in FIELDS.items()]


async def ask(client: Client, tool: str, arguments: dict[str, Any]) -> None:
    said = await client.call_tool(tool, arguments)
    assert not said.is_error, said.content


def environment(data: Path) -> dict[str, str]:
    many = {"USER_QUESTIONS_PER_MINUTE": "100000", "GUILD_QUESTIONS_PER_MINUTE": "100000"}
    tokens = {"MCP_TOKENS": f"{TOKEN}:{SHARED_SCOPE}", "PYTHONPATH": os.getcwd()}
    no_samples = {"DISCORD_TOKEN": "none"}
    return dict(os.environ) | {"DATA_DIR": str(data)} | many | tokens | no_samples


def over_stdio(data: Path) -> Client:
    return Client(StdioServerParameters(command=sys.executable, args=["-m", "bot", "mcp"], env=environment(data)))


@contextmanager
def http_server(data: Path) -> Iterator[str]:
    """The address of a server process."""
    command = [sys.executable, "-m", "bot", "mcp", "--http", "127.0.0.1:0"]
    process = subprocess.Popen(command, env=environment(data), stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        yield process.stderr.readline().split()[-1]
    finally:
        process.terminate()
        process.communicate()


class Bare:
    """Sends again, over one connection of its own, what the official client has just sent."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._connection = HTTPConnection(parts.hostname or "", parts.port)
        self._path, self._last = parts.path, (b"", dict[str, str]())

    async def learn(self, request: httpx2.Request) -> None:
        kept = {name: value for name, value in request.headers.items() if name not in ("connection", "accept-encoding")}
        if json.loads(request.content)["method"] == "tools/call":
            self._last = request.content, kept

    async def repeat(self, tool: str, arguments: dict[str, Any]) -> None:
        body, headers = self._last
        self._connection.request("POST", self._path, body, headers)
        said = json.loads(self._connection.getresponse().read())
        assert said["result"]["content"], (tool, arguments, said)


async def measure(desk: Desk, data: Path, address: str, rounds: int) -> dict[str, Times]:
    """Milliseconds of each request by each way; a first round, which warms up, is not counted."""
    bare = Bare(address)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=60, event_hooks={"request": [bare.learn]}) as http,
        Client(streamable_http_client(address, http_client=http)) as by_http,
        over_stdio(data) as by_stdio,
    ):

        async def library(tool: str, arguments: dict[str, Any]) -> None:
            desk.serve(tool, arguments, SCOPES)

        ways: dict[str, Ask] = {"library": library, "stdio": partial(ask, by_stdio), "HTTP": partial(ask, by_http)}
        ways["HTTP, bare"] = bare.repeat
        told: dict[str, Times] = {}
        for _ in ("warm up", "measure"):
            told = {way: {tool: [] for tool in FIELDS} for way in ways}
            for tool, arguments in requests(desk, rounds):
                for way, asked in ways.items():
                    began = time.perf_counter()
                    await asked(tool, arguments)
                    told[way][tool].append(1000 * (time.perf_counter() - began))
        return told


def added(told: dict[str, Times], way: str, tool: str) -> float:
    """The median of what each request took longer than the same request of the library."""
    pairs = zip(told[way][tool], told["library"][tool], strict=True)
    return statistics.median(mine - librarys for mine, librarys in pairs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds news_qa/")
    parser.add_argument("--work", type=Path, help="keeps the ingested articles in this folder")
    parser.add_argument("--rounds", type=int, default=100)
    words = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="verbatim-bench-") as temporary:
        data = (words.work or Path(temporary)).resolve()
        if not (data / "catalogue.db").exists():
            ingest(words.data / "news_qa" / "corpus.jsonl", data)
        report(data, words.rounds)


def report(data: Path, rounds: int) -> None:
    """Measure and print."""
    with opened(BotSettings.load(data_dir=data)) as desk, closing(Counter(desk, data)), http_server(data) as address:
        told = asyncio.run(measure(desk, data, address, rounds))
    load = round(os.getloadavg()[0] / (os.cpu_count() or 1), 1)
    result: dict[str, Any] = {
        "aim_ms": AIM_MS,
        "rounds": rounds,
        "load_per_core": load,
        "library_p50_ms": {},
        "added_p50_ms": {},
    }
    print(f"{'p50, ms':<26}" + "".join(f"{tool:>16}" for tool in FIELDS))
    for way, times in told.items():
        medians = {tool: statistics.median(times[tool]) for tool in FIELDS}
        print(f"{way:<26}" + "".join(f"{medians[tool]:>16.1f}" for tool in FIELDS))
        if way == "library":
            result["library_p50_ms"] = {tool: round(medians[tool], 2) for tool in FIELDS}
            continue
        more = {tool: round(added(told, way, tool), 2) for tool in FIELDS}
        result["added_p50_ms"][way] = more
        print(f"{'  added':<26}" + "".join(f"{more[tool]:>+16.1f}" for tool in FIELDS))
    result["within_aim"] = all(ms <= AIM_MS for more in result["added_p50_ms"].values() for ms in more.values())
    print(json.dumps(result))


if __name__ == "__main__":
    main()
