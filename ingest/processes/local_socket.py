"""Sockets in a folder of this machine, for other processes of the same user.

The socket's file is open to its owner alone; who connects as another user is sent away all the same, where the kernel
can tell. The file of a killed process stays and refuses; whoever has its task next replaces it.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.errors import SettingsError

_MOST_WAITING = 32
_LONGEST_PATH = 100
"""Bytes of a socket's path; the kernels allow 104 to 108."""


def listening(folder: Path, name: str, what: str) -> socket.socket:
    """A socket that only this user may connect to: nobody can before `listen`, and by then the mode is set.

    Args:
        what: what it is for, for the error: "serve other programs".

    Raises:
        SettingsError: the folder cannot hold a socket.
    """
    (folder / name).unlink(missing_ok=True)
    opened = socket.socket(socket.AF_UNIX)
    try:
        with _short(folder, name) as path:
            opened.bind(path)
        os.chmod(folder / name, 0o600)
        opened.listen(_MOST_WAITING)
    except OSError as error:
        opened.close()
        hint = "Set DATA_DIR to a folder on a local disk that this user can write."
        raise SettingsError(f"cannot {what}", str(folder / name), error.strerror or str(error), hint=hint) from error
    return opened


def connect(channel: socket.socket, folder: Path, name: str) -> None:
    """Connect to the socket of that name.

    Raises:
        OSError: nobody listens there.
    """
    with _short(folder, name) as path:
        channel.connect(path)


def is_ours(channel: socket.socket) -> bool:
    """Whether the same user, or root, is on the other side (unix(7), SO_PEERCRED)."""
    if sys.platform != "linux":
        return True
    _, user, _ = struct.unpack("3i", channel.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i")))
    return user in (os.getuid(), 0)


@contextmanager
def _short(folder: Path, name: str) -> Iterator[str]:
    """The socket's path, short enough for the kernel: through the folder's descriptor where it is long (Linux)."""
    path = str(folder / name)
    if len(os.fsencode(path)) <= _LONGEST_PATH or not os.path.isdir("/proc/self/fd"):
        yield path
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}/{name}"
    finally:
        os.close(descriptor)
