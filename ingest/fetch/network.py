"""Connections to allowed addresses only, within the time limit. The socket side of httpcore.

A name is resolved here, all its addresses are checked, and the connection goes to a checked one. Nothing is resolved
twice, so a name that changes its address between check and use (DNS rebinding) gains nothing. TLS still verifies names.

Every blocking call is limited to the time left for the fetch, so a server cannot prolong it by sending a byte a second.
"""

from __future__ import annotations

import queue
import select
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any

from httpcore import NetworkBackend, NetworkStream

from ingest.fetch.addresses import Address, AllowList, why_not_public

_MAX_ADDRESSES = 8  # addresses of one name that are tried


class AddressRefusedError(Exception):
    """A host has an address outside the public web."""


class ConnectionFailedError(OSError):
    """None of a host's addresses accepted the connection."""


class Stopwatch(threading.local):
    """The time left for the request that runs in this thread, whether it opened a connection of its own, and whether
    any of it was sent."""

    def __init__(self) -> None:
        self.ends_at = float("inf")
        self.opened = False
        self.wrote = False

    def start(self, seconds: float) -> None:
        self.ends_at = time.monotonic() + seconds
        self.wrote = False

    def left(self) -> float:
        """Seconds left, greater than 0.

        Raises:
            TimeoutError: no time is left.
        """
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the time limit was reached")
        return left


class GuardedBackend(NetworkBackend):
    """Opens TCP connections for an httpcore pool.

    httpcore's timeouts are ignored: they are per operation, while the stopwatch limits the whole fetch.
    """

    def __init__(self, allow: AllowList, stopwatch: Stopwatch) -> None:
        self._allow = allow
        self._stopwatch = stopwatch

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        """Connect to the first checked address that answers.

        Raises:
            AddressRefusedError, socket.gaierror, TimeoutError, ConnectionFailedError
        """
        self._stopwatch.opened = True
        addresses = _resolve(host, port, self._stopwatch.left())
        if not self._allow.names(host, port):
            self._check(addresses)
        return TimedStream(self._connect(addresses[:_MAX_ADDRESSES], port), self._stopwatch)

    def _check(self, addresses: list[Address]) -> None:
        for address in addresses:
            kind = why_not_public(address)
            if kind and not self._allow.covers(address):
                raise AddressRefusedError(f"its address {address} is not on the public web ({kind})")

    def _connect(self, addresses: list[Address], port: int) -> socket.socket:
        """Each address gets an equal share of the time left, so that a silent one does not use it all up."""
        failure: OSError = OSError("it has no address")
        for tried, address in enumerate(addresses):
            share = self._stopwatch.left() / (len(addresses) - tried)
            try:
                return _connected(address, port, share)
            except OSError as error:
                failure = error
        if isinstance(failure, TimeoutError):
            raise failure
        raise ConnectionFailedError(failure.strerror or str(failure)) from failure


class TimedStream(NetworkStream):
    """A socket whose every operation is bounded by the stopwatch of the thread that uses it."""

    def __init__(self, sock: socket.socket, stopwatch: Stopwatch) -> None:
        self._sock = sock
        self._stopwatch = stopwatch

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._sock.settimeout(self._stopwatch.left())
        return self._sock.recv(max_bytes)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        if buffer:
            self._stopwatch.wrote = True
            self._sock.settimeout(self._stopwatch.left())
            self._sock.sendall(buffer)

    def close(self) -> None:
        self._sock.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        try:
            self._sock.settimeout(self._stopwatch.left())
            return TimedStream(ssl_context.wrap_socket(self._sock, server_hostname=server_hostname), self._stopwatch)
        except BaseException:
            self.close()
            raise

    def get_extra_info(self, info: str) -> object:
        """Answers what the pool asks about idle connections: "is_readable" means that the server has closed it."""
        return _is_readable(self._sock) if info == "is_readable" else None


def _connected(address: Address, port: int, timeout: float) -> socket.socket:
    """Connect to exactly this address; `socket.create_connection` would look it up again."""
    sock = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6)
    try:
        sock.settimeout(timeout)
        sock.connect((str(address), port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        sock.close()
        raise
    return sock


def _is_readable(sock: socket.socket) -> bool:
    if sock.fileno() < 0:
        return True
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(0))


def _resolve(host: str, port: int, timeout: float) -> list[Address]:
    """All addresses of `host`. The look-up runs in its own thread, because the system's cannot be interrupted."""
    try:
        return [ip_address(host)]
    except ValueError:
        pass
    answers: queue.SimpleQueue[list[Address] | OSError] = queue.SimpleQueue()
    threading.Thread(target=_look_up, args=(host, port, answers), name=f"resolve {host}", daemon=True).start()
    try:
        answer = answers.get(timeout=timeout)
    except queue.Empty:
        raise TimeoutError("the name server did not answer in time") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def _look_up(host: str, port: int, answers: queue.SimpleQueue[list[Address] | OSError]) -> None:
    try:
        found = socket.getaddrinfo(host.encode("ascii"), port, type=socket.SOCK_STREAM)
    except OSError as error:
        answers.put(error)
    else:
        answers.put([ip_address(entry[4][0]) for entry in found])
