"""The bot in a process of its own, over services whose results can be worked out by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.discord import DiscordServer

ROOT = Path(__file__).parents[3]


BOT = """
import logging, os, threading
from bot.discord.running import run_discord
from bot.settings import BotSettings
from tests.bot.discord.fake_services import FakeServices
logging.basicConfig(level="INFO")
services = FakeServices()
threading.Thread(target=lambda: (os.read(0, 1), services.echo.gate.set()), daemon=True).start()
run_discord(BotSettings.load(), services.bundle)
"""


@contextmanager
def bot_process(server: DiscordServer, ready: Callable[[], object] | None = None) -> Iterator[subprocess.Popen[str]]:
    """The bot in a process of its own, over services known by hand; begins when it is `ready`, else connected.

    What is written to its standard input lets slow answers go on.
    """
    is_ready = ready or (lambda: server.connected)
    environment = os.environ | {
        "DISCORD_TOKEN": server.token,
        "DISCORD_API_URL": server.api_url,
        "MONITOR_ADDRESS": "off",
    }
    command = [sys.executable, "-c", BOT]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        try:
            server.wait_for(lambda: is_ready() or process.poll() is not None, timeout_s=30)
            assert process.poll() is None, process.communicate()[1]
            yield process
        finally:
            process.kill()
