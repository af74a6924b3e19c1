"""The catalogue: the truth about sources, articles and chunks. Knows SQL, but no network.

Everything here may be called from any thread and any process. Writes are atomic: everything a method promises is stored
when it returns, and nothing is stored if it raises.
"""

from __future__ import annotations

from typing import Self

from ingest.catalogue.alarms import Alarms
from ingest.catalogue.articles import Articles
from ingest.catalogue.backlog import Backlog
from ingest.catalogue.chunks import Chunks
from ingest.catalogue.database import Database, open_database
from ingest.catalogue.facts import Facts
from ingest.catalogue.leases import Leases
from ingest.catalogue.quotas import Quotas
from ingest.catalogue.read_batches import ReadBatches
from ingest.catalogue.retention import Retention
from ingest.catalogue.sources import Sources


class Catalogue:
    """One open catalogue, as views of the same database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.sources = Sources(database)
        self.articles = Articles(database)
        self.chunks = Chunks(database)
        self.backlog = Backlog(database)
        self.facts = Facts(database)
        self.read_batches = ReadBatches(database)
        self.alarms = Alarms(database)
        self.leases = Leases(database)
        self.retention = Retention(database)
        self.quotas = Quotas(database)

    @classmethod
    def open(cls, url: str, *, for_search: bool = False) -> Self:
        """Open the catalogue at a SQLAlchemy URL; a new one is made, an old one migrated.

        Args:
            for_search: keep more of it in memory.

        Raises:
            CatalogueError: it cannot be opened, or a newer program wrote it.
            SettingsError: the URL names no supported database.
        """
        return cls(open_database(url, for_search=for_search))

    def close(self) -> None:
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
