"""The REST side: parses a request, records it, checks it against Discord's document, and calls its handler.

discord.py reads JSON only when the type is exactly `application/json`, and takes a 429 for Discord's own only when it
has a `Via` header.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.servers.discord.errors import DiscordError
from tests.servers.discord.nouns import Attachment
from tests.servers.discord.rest import accounts, commands, interactions, messages, threads
from tests.servers.discord.routes import Call, Handler, Templates
from tests.servers.discord.schema import OpenApi
from tests.servers.discord.traffic import Fault, Faults, RateLimits, RecordedRequest
from tests.servers.discord.world import World

PREFIX = "/api/v10"

_PARTS = (accounts, commands, interactions, messages, threads)
_WITHOUT_TOKEN = ("/interactions/", "/webhooks/")


class _Unanswered(Exception):
    """What was asked for is done, and is not to be answered."""

    def __init__(self, payload: Any) -> None:
        self.payload = payload


class Api:
    """Answers everything under `/api/v10`.

    Args:
        token: the bot's token; requests with another get 401.
        gateway_info: makes the answer to /gateway/bot.
        on_request: called after every request that has been answered.
    """

    def __init__(
        self,
        world: World,
        token: str,
        gateway_info: Callable[[], dict[str, Any]],
        on_request: Callable[[], None],
        rate_limits: RateLimits,
    ) -> None:
        self.world, self.token, self.on_request = world, token, on_request
        self.requests: list[RecordedRequest] = []
        self.faults = Faults()
        self._rate_limits = rate_limits
        self._document = OpenApi()
        table = {template: handlers for part in _PARTS for template, handlers in part.routes.table.items()}
        table["/gateway"] = table["/gateway/bot"] = {"GET": lambda call: gateway_info()}
        self._templates: Templates[dict[str, Handler]] = Templates(table.items())

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """The aiohttp handler."""
        body, files = await _read(request)
        path = request.raw_path.partition("?")[0].removeprefix(PREFIX)
        record = RecordedRequest(request.method, path, dict(request.query), body, [f.filename for f in files])
        record.violations = self._document.violations(record.method, path, record.query, body)
        self.requests.append(record)
        headers = {"Via": "1.1 google"}
        try:
            payload = self._answer(request, record, files, headers)
            record.status = 204 if payload is None else 200
        except DiscordError as refusal:
            record.status, payload = refusal.status, refusal.body
        except ConnectionAbortedError:
            assert request.transport is not None
            request.transport.abort()
            payload = None
        except _Unanswered as done:
            record.status, payload = 200, done.payload
            self.on_request()
            await asyncio.Event().wait()  # until the bot hangs up
        finally:
            self.on_request()
        return _response(record.status, payload, headers)

    def _answer(
        self, request: web.Request, record: RecordedRequest, files: list[Attachment], headers: dict[str, str]
    ) -> Any:
        found = self._templates.find(record.path)
        template, handlers, params = found or (record.path, {}, {})
        rate_headers, over = self._rate_limits.spend(record.method, template, params)
        headers |= rate_headers
        fault = self.faults.take(record.method, record.path) or over
        if fault and not fault.silent:
            _fail(fault, headers)
        authorized = request.headers.get("Authorization") == f"Bot {self.token}"
        if not (authorized or record.path.startswith(_WITHOUT_TOKEN)):
            raise DiscordError(401, 0, "401: Unauthorized")
        if found is None:
            raise DiscordError(404, 0, "404: Not Found")
        if record.method not in handlers:
            raise DiscordError(405, 0, "405: Method Not Allowed")
        if record.violations:
            errors = {"_errors": [{"code": "SCHEMA", "message": text} for text in record.violations]}
            raise DiscordError(400, 50035, "Invalid Form Body", errors)
        payload = handlers[record.method](Call(self.world, params, record.query, record.json, files))
        if fault:
            raise _Unanswered(payload)
        return payload


def _fail(fault: Fault, headers: dict[str, str]) -> None:
    """Raises: what a fault asks for."""
    if fault.status == 0:
        raise ConnectionAbortedError
    if fault.status == 429:
        scope = "global" if fault.is_global else "user"
        headers |= {"Retry-After": str(max(1, round(fault.retry_after))), "X-RateLimit-Scope": scope}
    raise fault.error()


async def _read(request: web.Request) -> tuple[Any, list[Attachment]]:
    """The JSON body and the files of a request; None for no body."""
    if not request.content_type.startswith("multipart/"):
        raw = await request.read()
        return (json.loads(raw) if raw else None), []
    form = await request.post()
    uploads = [field for field in form.values() if isinstance(field, web.FileField)]
    payload = form.get("payload_json")
    files = [Attachment(upload.filename, upload.file.read(), upload.content_type) for upload in uploads]
    return (json.loads(payload) if isinstance(payload, str) else None), files


def _response(status: int, payload: Any, headers: dict[str, str]) -> web.Response:
    if payload is None:
        return web.Response(status=204, headers=headers)
    body = json.dumps(payload).encode()
    return web.Response(status=status, body=body, headers={**headers, "Content-Type": "application/json"})
