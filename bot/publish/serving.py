"""Serves a published folder on loopback, to look at it."""

from __future__ import annotations

import io
import sys
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from ingest.errors import SettingsError

TYPES = {".json": "application/feed+json", ".xml": "application/atom+xml", ".html": "text/html; charset=utf-8"}
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SiteServer(ThreadingHTTPServer):
    """Serves the files of one folder to programs of this machine."""

    daemon_threads = True

    def __init__(self, folder: Path, host: str, port: int) -> None:
        try:
            super().__init__((host, port), partial(_Handler, directory=str(folder)))
        except OSError as error:
            hint = "Give --serve another HOST:PORT."
            raise SettingsError("cannot listen", f"{host}:{port}", error.strerror or str(error), hint=hint) from None

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that hangs up in the middle of a file is no news; all else is shown."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Handler(SimpleHTTPRequestHandler):
    extensions_map = SimpleHTTPRequestHandler.extensions_map | TYPES

    def send_head(self) -> io.BytesIO | BinaryIO | None:
        """Nothing to pages of other sites (DNS rebinding), no hidden files, no lists of folders."""
        if not _is_local(self.headers.get("Host", "")):
            self.send_error(HTTPStatus.MISDIRECTED_REQUEST)
            return None
        if any(part.startswith(".") for part in unquote(urlsplit(self.path).path).split("/")):
            self.send_error(HTTPStatus.NOT_FOUND)
            return None
        return super().send_head()

    def list_directory(self, path: object) -> None:
        self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        for name, value in HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Who reads what is nobody's business."""


def _is_local(host: str) -> bool:
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    return name in ("localhost", "127.0.0.1", "[::1]")
