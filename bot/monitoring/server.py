"""`/healthz`, `/readyz` and `/metrics` on a port of its own, by the event loop that they report on.

- /healthz answers as long as the event loop runs; whoever restarts the bot asks here.
- /readyz says whether it can answer now: connected, its database readable, not stopping, not swamped.
- /metrics is for Prometheus.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from time import monotonic

from aiohttp import web

from bot.monitoring.metrics import CONTENT_TYPE, Metrics

log = logging.getLogger(__name__)

_TICK_S = 0.5
Ready = Callable[[], Awaitable[str]]
"""Why the bot cannot answer now; "" if it can."""


@asynccontextmanager
async def monitored(address: str, metrics: Metrics, ready: Ready) -> AsyncIterator[None]:
    """Serve at `host:port` ("" serves nothing) and measure the event loop meanwhile.

    A port that is taken is logged, and the bot runs without.
    """
    ticking = asyncio.create_task(_measure_lag(metrics))
    runner = web.AppRunner(_application(metrics, ready), access_log=None, handle_signals=False)
    try:
        if address:
            await runner.setup()
            await _listen(runner, address)
        yield
    finally:
        ticking.cancel()
        with suppress(asyncio.CancelledError):
            await ticking
        await runner.cleanup()


async def _listen(runner: web.AppRunner, address: str) -> None:
    host, _, port = address.rpartition(":")
    try:
        await web.TCPSite(runner, host.strip("[]"), int(port)).start()
    except OSError as error:
        log.warning("no /healthz and /metrics at MONITOR_ADDRESS=%s: %s", address, error.strerror or error)


def _application(metrics: Metrics, ready: Ready) -> web.Application:
    async def healthz(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def readyz(_: web.Request) -> web.Response:
        why = await ready()
        return web.Response(text=f"{why or 'ok'}\n", status=503 if why else 200)

    async def numbers(_: web.Request) -> web.Response:
        text = await asyncio.to_thread(metrics.text)  # it reads the database
        return web.Response(body=text, headers={"Content-Type": CONTENT_TYPE})

    application = web.Application()
    application.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", numbers)])
    return application


async def _measure_lag(metrics: Metrics) -> None:
    """How much later than it asked a task is woken."""
    while True:
        asked = monotonic()
        await asyncio.sleep(_TICK_S)
        metrics.lag.observe(max(monotonic() - asked - _TICK_S, 0.0))
