"""Prints the transcript of docs/mcp.md: the official client, served by `python -m bot mcp` over stdio.

    python -m tests.mcp_transcript [docs/mcp.md]

With a file, its text between the two marks is replaced instead. Every result is what that process sent; long ones are
shortened at a mark of their own.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from mcp import Client

from tests.program import CHANGED, INVENTED, OLD_FIGURE, QUESTION, TRUE, written_corpus
from tests.transcripts import put

SHOWN = {
    "ask": ("status", "answer", "quotes"),
    "verify_quote": ("status", "quote", "is_current_version", "current_version", "alike", "differences"),
}
QUOTE = ("text", "start", "end", "link")


async def scenes(client: Client) -> AsyncIterator[str]:
    """What is called, and what comes back."""
    yield f"> tools/list\n{', '.join(tool.name for tool in (await client.list_tools()).tools)}"
    yield await call(client, "ask", question=QUESTION)
    for text in (TRUE, CHANGED, OLD_FIGURE, INVENTED):
        yield await call(client, "verify_quote", text=text)
    yield await call(client, "ask", question="How do I bake sourdough bread?")


async def call(client: Client, tool: str, **arguments: str) -> str:
    said = await client.call_tool(tool, arguments)
    assert said.structured_content is not None
    notice, result = said.structured_content["notice"], said.structured_content["result"]
    shown = {name: brief(result[name]) for name in SHOWN[tool] if name in result}
    told = json.dumps({"notice": notice[:41] + " ...", "result": shown}, ensure_ascii=False, indent=2)
    return f"> {tool} {json.dumps(arguments, ensure_ascii=False)}\n{told}"


def brief(value: Any) -> Any:
    """Quotes without what the table of fields below tells."""
    if isinstance(value, list):
        return [brief(each) for each in value]
    if not isinstance(value, dict) or "link" not in value:
        return value
    version = {"article": {name: value["article"][name] for name in ("id", "title", "version")}}
    return {name: value[name] for name in QUOTE} | version


async def play() -> str:
    """The scenes as one code block of Markdown."""
    with tempfile.TemporaryDirectory() as folder:
        async with Client(written_corpus(Path(folder)).server()) as client:
            played = "\n\n".join([scene async for scene in scenes(client)])
    return f"```text\n{played}\n```\n"


def main() -> None:
    """Play, then print or write."""
    put(asyncio.run(play()))


if __name__ == "__main__":
    main()
