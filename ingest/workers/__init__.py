"""Supervised child processes for work that would block the bot: one reads, one has the vector index open, one embeds
while there is something to embed.

Reading and embedding compete for Python's global lock and for the processor; the embedded index holds that lock while
it writes (see `ingest.index.remote_index`). The modules here are programs (`python -m`): nothing imports them.
"""

from __future__ import annotations

from collections.abc import Collection

from ingest.processes.child import Child, environment_without
from ingest.processes.keeper import Keeper
from ingest.settings import IngestSettings


def keep_reading(settings: IngestSettings, model: str, hidden: Collection[str] = ()) -> Keeper:
    """Run the worker that reads due sources and has their articles embedded, until the keeper is closed.

    Args:
        model: digest of the embedding model, so that the worker need not load it to know what lacks a vector.
        hidden: names of environment variables that the child must not see: keys and tokens of its parent.
    """
    greeting, environment = {"settings": settings.as_json(), "model": model}, environment_without(hidden)

    def start() -> Child:
        return Child("ingest.workers.read_worker", environment=environment, greeting=lambda: greeting)

    return Keeper(start, "the reading of sources")
