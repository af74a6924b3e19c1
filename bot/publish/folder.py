"""Writes a site into a folder: each file at once and only when it has changed; nothing that is not ours is touched."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import SettingsError, VerbatimError

LIST = ".verbatim-site.json"
"""Names the files that we wrote, so that only these are ever deleted."""
_OURS = re.compile(
    r"(?:index\.html|style\.css|feed\.xml|feed\.json|weeks/[0-9W-]{8}\.html|stories/[0-9W-]{8}/[0-9a-f]{10}\.html)"
)
_READABLE = 0o644


@dataclass(frozen=True, slots=True)
class Written:
    """How many files were written, left as they were, and deleted."""

    changed: int
    same: int
    deleted: int


def write_site(folder: Path, site: Mapping[str, str]) -> Written:
    """Write the files of a site, in the order of the mapping: what is linked before what links to it.

    Raises:
        SettingsError: the folder holds a site of somebody else.
        VerbatimError: it cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        before = _written_before(folder)
        if before is None and any((folder / name).exists() for name in site):
            hint = "Give an empty folder, or one that this command wrote before."
            raise SettingsError(
                "cannot publish", str(folder), "it has files of these names that are not ours", hint=hint
            )
        _note(folder, {*(before or ()), *site})
        changed = sum(_write(folder / name, text) for name, text in site.items())
        gone = [name for name in before or () if name not in site and _OURS.fullmatch(name)]
        for name in gone:
            _delete(folder, name)
        _note(folder, set(site))
    except OSError as error:
        hint = "Give a folder that this user can write."
        raise VerbatimError("cannot publish", str(folder), error.strerror or str(error), hint=hint) from error
    return Written(changed, len(site) - changed, len(gone))


def _written_before(folder: Path) -> list[str] | None:
    """The files of the last time; None if there was none."""
    try:
        names = json.loads((folder / LIST).read_text("utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:
        return []
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _note(folder: Path, names: set[str]) -> None:
    _write(folder / LIST, json.dumps(sorted(names), indent=0) + "\n")


def _write(path: Path, text: str) -> bool:
    """Replace the file at once if its content has changed; returns whether it has. A link is replaced, not followed."""
    content = text.encode("utf-8")
    with suppress(OSError):
        if not path.is_symlink() and path.read_bytes() == content:
            return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            os.fchmod(file.fileno(), _READABLE)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    return True


def _delete(folder: Path, name: str) -> None:
    """Delete a file of ours, and the week's folder with its last one."""
    path = folder / name
    path.unlink(missing_ok=True)
    if path.parent != folder:
        with suppress(OSError):
            path.parent.rmdir()
