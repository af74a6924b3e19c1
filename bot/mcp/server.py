"""The MCP server, whatever its transport: tools and resources, limits, and errors that a model can read."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import anyio.to_thread
from mcp.server import Server, ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ListToolsResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
    Resource,
    TextContent,
    TextResourceContents,
)

from bot.contract import Json
from bot.desk.orders import ARTICLE_CHARS
from bot.desk.pace import Pace
from bot.desk.way import Way
from bot.mcp.tools import ARTICLE_URI, DESCRIPTIONS, INSTRUCTIONS, NOTICE, NOTICE_URI, TEMPLATE, all_tools
from ingest.errors import VerbatimError

AT_ONCE = 4
"""Requests of all clients worked on at the same time."""
_COSTLY = ("ask", "digest")
"""What may call a language model."""
log = logging.getLogger(__name__)
Context = ServerRequestContext[Any, Any]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a name for the limits (never shown), and the scopes that it sees."""

    name: str
    scopes: tuple[str, ...]


class Requests:
    """Requests of MCP clients, counted and handed on.

    Args:
        caller_of: tells from a request's context who asks.
        questions_per_minute, requests_per_minute: limits of each caller: answers and digests; all requests.
    """

    def __init__(
        self,
        way: Way,
        caller_of: Callable[[Context], Caller],
        questions_per_minute: int,
        requests_per_minute: int,
    ) -> None:
        self._way, self._caller_of = way, caller_of
        self._questions, self._requests = Pace(questions_per_minute), Pace(requests_per_minute)
        self._slots = anyio.CapacityLimiter(AT_ONCE)

    async def serve(self, context: Context, name: str, arguments: Mapping[str, Any]) -> Json:
        """The result of a request.

        Raises:
            VerbatimError: a limit is reached, or what `Desk.serve` raises.
        """
        caller = self._caller_of(context)
        self._requests.spend(caller.name)
        if name in _COSTLY:
            self._questions.spend(caller.name)
        work = partial(self._way.serve, name, arguments, caller.scopes)
        return await anyio.to_thread.run_sync(work, abandon_on_cancel=True, limiter=self._slots)

    async def call_tool(self, context: Context, params: CallToolRequestParams) -> CallToolResult:
        """A tool's result; what went wrong is a result too, which the model can read and mend."""
        if params.name not in DESCRIPTIONS:
            raise MCPError(INVALID_PARAMS, f"there is no tool {params.name[:40]!r}")
        try:
            result = await self.serve(context, params.name, params.arguments or {})
        except VerbatimError as error:
            return CallToolResult(content=[TextContent(text=told(error))], is_error=True)
        shown = {"notice": NOTICE, "result": result}
        text = json.dumps(shown, ensure_ascii=False)
        return CallToolResult(content=[TextContent(text=text)], structured_content=shown)

    async def list_resources(self, context: Context, _: PaginatedRequestParams | None) -> ListResourcesResult:
        """The newest articles; all others are read by their ids."""
        try:
            newest = await self.serve(context, "newest", {})
        except VerbatimError as error:
            raise MCPError(INTERNAL_ERROR, told(error)) from None
        return ListResourcesResult(resources=[_resource(card) for card in newest["articles"]])

    async def read_resource(self, context: Context, params: ReadResourceRequestParams) -> ReadResourceResult:
        """An article's text, behind the notice; at most `ARTICLE_CHARS` code points of it."""
        uri = str(params.uri)
        wanted = {"id": uri.removeprefix(ARTICLE_URI), "length": ARTICLE_CHARS}
        if not uri.startswith(ARTICLE_URI):
            raise MCPError(INVALID_PARAMS, "there is no such resource", data={"uri": uri[:200]})
        try:
            article = await self.serve(context, "article", wanted)
        except VerbatimError as error:
            raise MCPError(INVALID_PARAMS, told(error), data={"uri": uri[:200]}) from None
        notice = TextResourceContents(uri=NOTICE_URI, text=NOTICE, mime_type="text/plain")
        text = TextResourceContents(uri=uri, text=article["text"], mime_type="text/plain")
        return ReadResourceResult(contents=[notice, text])


def make_server(requests: Requests) -> Server[Any]:
    """A server over these requests."""

    async def list_tools(_: Context, __: PaginatedRequestParams | None) -> ListToolsResult:
        return ListToolsResult(tools=all_tools())

    async def list_templates(_: Context, __: PaginatedRequestParams | None) -> ListResourceTemplatesResult:
        return ListResourceTemplatesResult(resource_templates=[TEMPLATE])

    return Server(
        "verbatim",
        title="Verbatim",
        version=_version(),
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=requests.call_tool,
        on_list_resources=requests.list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=requests.read_resource,
    )


def _version() -> str:
    """The program's version; "" where it runs out of a checkout that is not installed."""
    try:
        return version("verbatim")
    except PackageNotFoundError:
        return ""


def told(error: VerbatimError) -> str:
    """An error with what to do about it."""
    return f"{error}\n{error.hint}".strip()


def _resource(card: Json) -> Resource:
    return Resource(
        uri=ARTICLE_URI + card["id"],
        name=card["id"],
        title=card["title"],
        description=f"{card['source']}, {card['published_at'] or 'no date'}",
        mime_type="text/plain",
    )
