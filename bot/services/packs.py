"""Starter packs: lists of feeds that a server may begin with. Knows no Discord."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, Field, ValidationError

from ingest.errors import SettingsError
from ingest.reading.registry import SHIPPED

MOST = 25
"""Packs of a menu (Discord developer reference, "Select Menu Structure")."""


class Feed(BaseModel, frozen=True):
    title: str = Field(min_length=1, max_length=100)
    url: str = Field(pattern=r"^https?://[^\s<>]{1,500}$")


class Pack(BaseModel, frozen=True):
    name: str = Field(pattern=r"^[^:]{1,80}$")
    about: str = Field("", max_length=100)
    feeds: tuple[Feed, ...] = Field(min_length=1, max_length=25)


class _Packs(BaseModel):
    pack: tuple[Pack, ...] = Field(max_length=MOST)


class PackService:
    """Reads the file each time, so that it can be changed while the bot runs.

    Args:
        path: of a TOML file; None for the one that comes with the program.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or SHIPPED / "packs.toml"

    def all(self) -> Sequence[Pack]:
        """The packs.

        Raises:
            SettingsError: the file cannot be read.
        """
        try:
            return _Packs.model_validate(tomllib.loads(self._path.read_text(encoding="utf-8"))).pack
        except (OSError, ValueError, ValidationError) as error:
            why = str(error).splitlines()[0]
            hint = "See ingest/data/packs.toml for its form."
            raise SettingsError("wrong setting", "PACKS_FILE", why, hint=hint) from error

    def named(self, name: str) -> Pack | None:
        """The pack of that name; None if there is none any more."""
        return next((pack for pack in self.all() if pack.name == name), None)
