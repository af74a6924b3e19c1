"""A web site on the loopback interface, in a thread: real sockets, and handlers that may misbehave in any way.

with WebServer() as web:
    web.on("/feed.xml", Reply(body=RSS, content_type="application/rss+xml"))
    web.on("/slow", lambda request: Raw([b"HTTP/1.1 200 OK\\r\\n", 0.2, b"\\r\\nlate"]))
    fetch(web.url("/feed.xml"))
    assert web.requests[0].headers["user-agent"]
"""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

CERTIFICATE = Path(__file__).with_name("loopback.pem")  # for localhost and 127.0.0.1, self-signed, until 2126


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent; header names are in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> object:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Reply:
    """A well-formed response. A body of parts is sent chunk by chunk, a number among them is a pause in seconds."""

    status: int = 200
    body: bytes | str | Iterable[bytes | float] = b""
    content_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes as they go over the wire, pauses in seconds between them; then the connection ends (`reset`: with RST)."""

    parts: Iterable[bytes | float] = ()
    reset: bool = False


Response = Reply | Raw
Handler = Callable[[Request], Response]


def json_reply(data: object, status: int = 200) -> Reply:
    """`data` as application/json."""
    return Reply(status, json.dumps(data), "application/json")


def redirect(location: str, status: int = 302) -> Reply:
    """A redirect to `location`."""
    return Reply(status, headers={"Location": location})


class WebServer:
    """Serves what `on` was told; anything else is 404. Each request is answered in a thread of its own.

    Args:
        host: a loopback address; all of 127.0.0.0/8 works on Linux.
        tls: serve https with `CERTIFICATE`.
    """

    def __init__(self, host: str = "127.0.0.1", *, tls: bool = False) -> None:
        self.requests: list[Request] = []
        self._handlers: dict[str, Handler] = {}
        self._server = _Server((host, 0), _Connection)
        self._server.answer = self._answer
        self._scheme = "https" if tls else "http"
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(CERTIFICATE)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def host(self) -> str:
        """`address:port`, as INGEST_ALLOW_HOSTS takes it."""
        address, port = self._server.server_address[:2]
        return f"{address!s}:{port}"

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def url(self, path: str = "/", *, host: str | None = None) -> str:
        """The address of `path` here; `host` names the server differently ("localhost")."""
        return f"{self._scheme}://{host or self.host.rpartition(':')[0]}:{self.port}{path}"

    def on(self, path: str, response: Response | Handler) -> None:
        """Answer `path` (without its query) like this from now on."""
        self._handlers[path] = response if callable(response) else lambda request: response

    def paths(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [request.path for request in self.requests]

    def _answer(self, request: Request) -> Response:
        self.requests.append(request)
        handler = self._handlers.get(request.path)
        return handler(request) if handler else Reply(404, "not here")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 512
    answer: Handler

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients under test hang up whenever they like."""


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 20
    server: _Server

    def do_GET(self) -> None:
        split = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        response = self.server.answer(Request(self.command, split.path, split.query, headers, body))
        with contextlib.suppress(OSError):
            self._send_raw(response) if isinstance(response, Raw) else self._send_reply(response)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_GET

    def _send_reply(self, reply: Reply) -> None:
        body = reply.body.encode() if isinstance(reply.body, str) else reply.body
        whole = isinstance(body, bytes)
        self.send_response(reply.status)
        given = {"Content-Type": reply.content_type, **reply.headers}
        if reply.status != 304:
            given |= {"Content-Length": str(len(body))} if isinstance(body, bytes) else {"Transfer-Encoding": "chunked"}
        for name, value in given.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD" or reply.status == 304:
            return
        self._send_parts([body] if whole else _chunked(body))  # type: ignore[list-item]

    def _send_raw(self, raw: Raw) -> None:
        self.close_connection = True
        self._send_parts(raw.parts)
        if raw.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def _send_parts(self, parts: Iterable[bytes | float]) -> None:
        for part in parts:
            if isinstance(part, bytes):
                self.wfile.write(part)
                self.wfile.flush()
            else:
                time.sleep(part)

    def log_message(self, format: str, *args: object) -> None:
        """Tests are quiet."""


def _chunked(parts: Iterable[bytes | float]) -> Iterable[bytes | float]:
    for part in parts:
        yield b"%x\r\n%b\r\n" % (len(part), part) if isinstance(part, bytes) else part
    yield b"0\r\n\r\n"
