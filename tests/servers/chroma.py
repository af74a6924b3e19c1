"""A real Chroma server (`chroma run`) on loopback, and a gate before it that asks for a key like Chroma Cloud."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

KEY_HEADER = "x-chroma-token"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_chroma(folder: Path, port: int = 0) -> tuple[subprocess.Popen[bytes], str]:
    """Start it on `folder`; its process and address, once it answers."""
    port = port or free_port()
    program = Path(sys.executable).with_name("chroma")
    command = [str(program), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    url = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            httpx.get(f"{url}/api/v2/heartbeat").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return process, url
    process.kill()
    raise RuntimeError("chroma run did not start")


class Gate:
    """Lets those with the key through to a server.

    Attributes:
        url: its address.
        paths: what was asked for with the key.
    """

    def __init__(self, server: str, key: str) -> None:
        self.paths: list[str] = []
        self.turned_away = 0
        gate = self

        class Handler(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.headers.get(KEY_HEADER) != key:
                    gate.turned_away += 1
                    self.answer(401, b'{"error":"AuthError","message":"no key"}')
                    return
                gate.paths.append(self.path)
                headers = {"Content-Type": self.headers.get("Content-Type", "application/json")}
                reply = httpx.request(self.command, server + self.path, content=body, headers=headers)
                self.answer(reply.status_code, reply.content)

            do_GET = do_POST = do_DELETE = handle_any

            def answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"


@contextmanager
def gate_before(server: str, key: str) -> Iterator[Gate]:
    gate = Gate(server, key)
    thread = threading.Thread(target=gate.http.serve_forever, daemon=True)
    thread.start()
    yield gate
    gate.http.shutdown()
    gate.http.server_close()
    thread.join()
