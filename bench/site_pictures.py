"""Draws the published site of the sample articles into a folder, on a phone, light and dark. Needs Chromium.

python -m bench.site_pictures docs/gallery
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import threading
from collections.abc import AsyncIterator
from importlib.resources import as_file, files
from io import BytesIO
from pathlib import Path

from PIL import Image

from bot.publish.serving import SiteServer
from tests.browser import Browser
from tests.terminal import Terminal

AT = ("--at", "2025-12-06", "--weeks", "3")
HEIGHT = 1100


def made_site(folder: Path) -> Path:
    """The site of the sample articles."""
    terminal, site = Terminal(folder, folder / "data"), folder / "site"
    with as_file(files("ingest") / "data" / "samples") as samples:
        terminal.run("ingest", "add", samples)
        terminal.run("ingest", "run", "--once")
        terminal.run("bot", "publish", site, *AT)
    return site


async def pictures(site: Path) -> AsyncIterator[tuple[str, bytes]]:
    """The pages by the names of their pictures."""
    week = sorted((site / "weeks").iterdir())[-1]
    longest = max((site / "stories" / week.stem).iterdir(), key=lambda page: page.stat().st_size)
    with SiteServer(site, "127.0.0.1", 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        async with Browser.open() as browser:
            for name, page in (("index", site / "index.html"), ("week", week), ("story", longest)):
                for dark in (False, True):
                    await browser.visit(f"http://127.0.0.1:{server.port}/{page.relative_to(site)}", dark=dark)
                    yield f"site-{name}-phone{'' if dark else '-light'}.png", await browser.picture()
        server.shutdown()


async def draw(site: Path, into: Path) -> None:
    async for name, picture in pictures(site):
        with Image.open(BytesIO(picture)) as whole:
            shown = whole.convert("RGB").crop((0, 0, whole.width, min(whole.height, HEIGHT)))
            shown.quantize(64, dither=Image.Dither.NONE).save(into / name, optimize=True)
        print(into / name)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(draw(made_site(Path(folder)), Path(sys.argv[1])))
