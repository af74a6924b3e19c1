"""The commands of `python -m bot` for other programs and for people without Discord. Each returns an exit code."""

from __future__ import annotations

import signal
import threading
from argparse import Namespace
from contextlib import closing
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from bot.answering.links import is_web_address
from bot.cli import seen_in_terminal
from bot.contract import Json, scopes_of
from bot.desk.way import Way
from bot.settings import BotSettings
from bot.wiring.desk import make_way
from ingest.clock import parse_clock, utc_now
from ingest.errors import SettingsError

MOST_WEEKS = 520


def mcp(settings: BotSettings, words: Namespace) -> int:
    """The MCP server: over standard input and output, or over HTTP until SIGTERM."""
    from bot.mcp.running import run_http, run_stdio

    scopes = seen_in_terminal(settings, scopes_of(words.scope))
    if words.http is None:
        run_stdio(settings, make_way(settings, "bot mcp"), scopes)
    else:
        run_http(settings, make_way(settings, "bot mcp"), *_host_and_port(words.http, "--http"))
    return 0


def publish(settings: BotSettings, words: Namespace) -> int:
    """The last weeks as a site; with --serve it stays and serves it until it is told to stop."""
    from bot.publish.folder import write_site
    from bot.publish.site import make_site

    if not 1 <= words.weeks <= MOST_WEEKS:
        raise SettingsError(
            "wrong usage", f"--weeks {words.weeks}", f"give 1 to {MOST_WEEKS} weeks", hint="See --help."
        )
    at = min(parse_clock(words.at), utc_now()) if words.at else utc_now()
    scopes, base = seen_in_terminal(settings, scopes_of(words.scope)), _base(words.url)
    folder, address = Path(words.folder), words.serve and _host_and_port(words.serve, "--serve")
    with closing(make_way(settings, "bot publish")) as way:
        written = write_site(folder, make_site(partial(_digest_of, way, scopes), at, words.weeks, base))
    print(f"published: {written.changed} files written, {written.same} unchanged, {written.deleted} deleted")
    if address:
        _serve_site(folder, *address)
    return 0


def _digest_of(way: Way, scopes: tuple[str, ...], order: Json) -> Json:
    return way.serve("digest", order, scopes)


def _base(url: str | None) -> str:
    """The site's address with one slash at its end."""
    if url is None:
        return ""
    if not is_web_address(url) or urlsplit(url).query or urlsplit(url).fragment:
        raise SettingsError("wrong usage", f"--url {url}", "is no plain http(s) address", hint="See --help.")
    return url.rstrip("/") + "/"


def _serve_site(folder: Path, host: str, port: int) -> None:
    from bot.publish.serving import SiteServer

    with SiteServer(folder, host, port) as server:
        print(f"http://{host}:{server.port}/", flush=True)
        stop = threading.Thread(target=server.shutdown)
        signal.signal(signal.SIGTERM, lambda *_: stop.start())
        server.serve_forever()


def _host_and_port(address: str, option: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    if not (host and port.isascii() and port.isdigit() and len(port) < 6 and int(port) < 65536):
        why = "is neither HOST:PORT, such as 127.0.0.1:8765, nor left out"
        raise SettingsError("wrong usage", f"{option} {address}", why, hint="See --help.")
    return host, int(port)
