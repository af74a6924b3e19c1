"""A headless Chromium, driven over its DevTools protocol: pages as people see them, at a width and a colour scheme.

async with Browser.open() as browser:
    await browser.visit(url, width=390, dark=True)
"""

from __future__ import annotations

import asyncio
import base64
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import aiohttp

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
START_S = 60


class Browser:
    """One page of a running browser."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket, self._sent, self._session = socket, 0, ""
        self.troubles: list[str] = []

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator[Self]:
        assert CHROMIUM is not None
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
            process = await asyncio.create_subprocess_exec(
                CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
                "--disable-dev-shm-usage", "--remote-debugging-port=0", f"--user-data-dir={profile}", "about:blank",
                stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
            )  # fmt: skip
            try:
                async with (
                    aiohttp.ClientSession() as http,
                    http.ws_connect(await _address(profile), max_msg_size=0) as ws,
                ):
                    browser = cls(ws)
                    await browser._attach()
                    yield browser
            finally:
                process.kill()
                await process.wait()

    async def visit(self, url: str, *, width: int = 390, height: int = 844, dark: bool = False) -> None:
        """Open a page and wait until it has loaded."""
        shape = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        await self.send("Emulation.setDeviceMetricsOverride", **shape)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.send("Emulation.setEmulatedMedia", features=[scheme])
        await self.send("Page.navigate", url=url)
        ready = "new Promise(r => document.readyState === 'complete' ? r(1) : addEventListener('load', () => r(1)))"
        await self.evaluate(ready)
        assert await self.evaluate("location.href") == url

    async def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page, which may allow no scripts of its own."""
        told = await self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    async def press(self, key: str) -> None:
        for kind in ("keyDown", "keyUp"):
            await self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=9)

    async def picture(self) -> bytes:
        """The whole page as a PNG."""
        told = await self.send("Page.captureScreenshot", captureBeyondViewport=True)
        return base64.b64decode(told["data"])

    async def send(self, method: str, **parameters: object) -> dict[str, Any]:
        self._sent += 1
        message = {"id": self._sent, "method": method, "params": parameters}
        await self._socket.send_json(message | ({"sessionId": self._session} if self._session else {}))
        while True:
            told = await self._socket.receive_json(timeout=START_S)
            if told.get("method") in ("Log.entryAdded", "Runtime.exceptionThrown"):
                self.troubles.append(str(told["params"]))
            if told.get("id") == self._sent:
                assert "error" not in told, told
                return dict(told["result"])

    async def _attach(self) -> None:
        target = await self.send("Target.createTarget", url="about:blank")
        attached = await self.send("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Log"):
            await self.send(f"{domain}.enable")


async def _address(profile: str) -> str:
    """Where the browser listens, which it writes into its profile."""
    file = Path(profile) / "DevToolsActivePort"
    async with asyncio.timeout(START_S):
        while True:
            lines = file.read_text().splitlines() if file.exists() else []
            if len(lines) == 2:
                return f"ws://127.0.0.1:{lines[0]}{lines[1]}"
            await asyncio.sleep(0.05)
