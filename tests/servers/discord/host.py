"""A thread with an event loop that serves HTTP and websockets on a free port of 127.0.0.1."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiohttp import web

T = TypeVar("T")

_CALL_TIMEOUT_S = 10.0
_UPLOAD_LIMIT_BYTES = 50 * 1024 * 1024


class Host:
    """Runs an aiohttp application; everything it serves is touched in its loop only.

    Args:
        add_routes: puts the routes into the application, in the loop.
        on_stop: awaited in the loop before the port is closed.
    """

    def __init__(self, add_routes: Callable[[web.UrlDispatcher], None], on_stop: Callable[[], Awaitable[None]]) -> None:
        self._add_routes, self._on_stop = add_routes, on_stop
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="loopback discord", daemon=True)
        self.port = 0

    def start(self) -> None:
        self._thread.start()
        self.port = self.wait(self._start())

    def stop(self) -> None:
        self.wait(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_CALL_TIMEOUT_S)
        self._loop.close()

    def wait(self, work: Awaitable[T]) -> T:
        """Run a coroutine in the loop and wait for what it returns."""

        async def run() -> T:
            return await work

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(_CALL_TIMEOUT_S)

    def call(self, work: Callable[[], T]) -> T:
        """Run a function in the loop and wait for what it returns."""

        async def run() -> T:
            return work()

        return self.wait(run())

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    async def _start(self) -> int:
        app = web.Application(client_max_size=_UPLOAD_LIMIT_BYTES)
        self._add_routes(app.router)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port: int = self._runner.addresses[0][1]
        return port

    async def _stop(self) -> None:
        await self._on_stop()
        await self._runner.cleanup()
