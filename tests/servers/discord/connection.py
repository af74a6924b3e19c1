"""One websocket of the gateway: frames out in order, compressed as asked.

Anything but `compress=zlib-stream` is answered uncompressed, which discord.py takes whatever it asked for.
"""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.servers.discord.nouns import Json


class Connection:
    """One websocket; frames leave through a queue, so that a slow gateway stays in order.

    Args:
        request: the request that became the websocket.
        delay_s: asked before each frame: seconds to wait.
    """

    def __init__(self, request: web.Request, socket: web.WebSocketResponse, delay_s: Callable[[], float]) -> None:
        self.socket = socket
        self.closed_here = False
        self._transport = request.transport
        compressed = request.query.get("compress") == "zlib-stream"
        self._deflate = zlib.compressobj() if compressed else None
        self._delay_s = delay_s
        self._queue: asyncio.Queue[Json] = asyncio.Queue()
        self._writer = asyncio.create_task(self._write())

    def send(self, op: int, data: Any = None, seq: int | None = None, event: str | None = None) -> None:
        self._queue.put_nowait({"op": op, "d": data, "s": seq, "t": event})

    async def close(self, code: int) -> None:
        """Close the websocket; 1006, which cannot be sent, cuts the connection."""
        self.closed_here = True
        self.stop()
        if code == 1006 and self._transport is not None:
            self._transport.abort()
        else:
            await self.socket.close(code=code)

    def stop(self) -> None:
        self._writer.cancel()

    async def _write(self) -> None:
        while True:
            frame = json.dumps(await self._queue.get())
            if delay_s := self._delay_s():
                await asyncio.sleep(delay_s)
            try:
                if self._deflate is None:
                    await self.socket.send_str(frame)
                else:
                    packed = self._deflate.compress(frame.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
                    await self.socket.send_bytes(packed)
            except ConnectionError:
                return
