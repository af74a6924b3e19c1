"""Single facts about the corpus, by name."""

from __future__ import annotations

from sqlalchemy import delete, select

from ingest.catalogue.database import Database
from ingest.catalogue.dialect import insert_new, upsert
from ingest.catalogue.schema import facts

COLLECTION = "collection"
"""Name of the Chroma collection in use."""

COLLECTION_ID = "collection_id"
"""Its id, which marks the chunks it holds."""


class Facts:
    """A small, persistent dictionary of strings."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> str | None:
        with self._database.read() as connection:
            return connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar()

    def set(self, name: str, value: str) -> None:
        statement = upsert(facts, ["name"], changed=["value"]).values(name=name, value=value)
        with self._database.write(alone=False) as connection:
            connection.execute(statement)

    def claim(self, name: str, value: str) -> str:
        """Set a fact unless it is already set; return the stored value."""
        with self._database.write(alone=False) as connection:
            connection.execute(insert_new(facts).values(name=name, value=value))
            return str(connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar_one())

    def forget(self, name: str) -> None:
        with self._database.write(alone=False) as connection:
            connection.execute(delete(facts).where(facts.c.name == name))
