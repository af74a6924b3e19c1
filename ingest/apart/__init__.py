"""What would take time from a process that answers people, in processes of their own that it keeps running.

Reading and embedding are work for Python's lock and for the processor; the embedded index keeps that lock while it
writes (see `index`).
"""

from __future__ import annotations

from collections.abc import Collection

from ingest.apart.index import IndexApart
from ingest.apart.keeper import Keeper, environment_without
from ingest.apart.process import Child, plain
from ingest.settings import IngestSettings

__all__ = ["IndexApart", "keep_reading"]


def keep_reading(settings: IngestSettings, hidden: Collection[str] = ()) -> Keeper:
    """Read what is due, and embed it, until the keeper is closed.

    Args:
        hidden: names of environment variables that the child must not see: keys and tokens of its parent.
    """
    greeting, environment = {"settings": plain(settings)}, environment_without(hidden)
    return Keeper(lambda: Child("ingest.apart.reading", lambda: greeting, environment), "the reading of sources")
