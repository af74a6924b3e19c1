"""Errors whose text is meant for users; the texts of other errors are for operators."""

from __future__ import annotations

from ingest.errors import VerbatimError


class AskersError(VerbatimError):
    """An error that the user can fix; they see its whole text, hint included."""
