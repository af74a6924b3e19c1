"""The chain of migrations (Alembic). Imported only when a database is not at the newest one.

PostgreSQL came after migration 0006: a new database gets what the first six make, and goes on from there.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect

FOLDER = Path(__file__).parent
FIRST_ON_POSTGRESQL = "0006"
"""The migration whose tables `postgresql_0006.sql` holds."""


def configuration() -> Config:
    """Alembic's configuration without an .ini file."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database to a later schema, in one transaction of an engine that can write from the start."""
    config = configuration()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        if connection.dialect.name == "postgresql" and not inspect(connection).has_table("alembic_version"):
            connection.exec_driver_sql((FOLDER / f"postgresql_{FIRST_ON_POSTGRESQL}.sql").read_text("utf-8"))
            command.stamp(config, FIRST_ON_POSTGRESQL)
        command.upgrade(config, revision)
