"""Failures whose words are meant for the people of a Discord server, and those of others are not."""

from __future__ import annotations

from ingest.errors import VerbatimError


class AskersError(VerbatimError):
    """What the person who asked can mend: told to them whole, hint included."""
