"""The commands that keep a catalogue: move it into another database, back it up, restore it."""

from __future__ import annotations

from argparse import Namespace
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from ingest.cli.reports import progress
from ingest.clock import utc_now
from ingest.settings import IngestSettings


def move(settings: IngestSettings, words: Namespace) -> int:
    from ingest.catalogue.move import move as move_rows

    with _alone(settings, "ingest move"), progress("moving rows", total=None) as advance:
        count = move_rows(settings.catalogue_url, words.to, advance)
    print(f"moved and compared: {count} rows; now set DATABASE_URL to the new database")
    return 0


def backup(settings: IngestSettings, words: Namespace) -> int:
    from ingest.catalogue.backup import backup as write_file

    with progress("writing rows", total=None) as advance:
        count = write_file(settings.catalogue_url, Path(words.file), utc_now(), advance)
    print(f"backed up: {count} rows")
    return 0


def restore(settings: IngestSettings, words: Namespace) -> int:
    from ingest.catalogue.backup import restore as read_file

    with _alone(settings, "ingest restore"), progress("reading rows", total=None) as advance:
        count = read_file(Path(words.file), settings.catalogue_url, advance)
    print(f"restored: {count} rows; the next `python -m ingest run` or the bot makes the index")
    return 0


def _alone(settings: IngestSettings, command: str) -> AbstractContextManager[object]:
    """Keeps the bot and other processes that use the embedded index from running meanwhile.

    Raises:
        IndexHeldError: one is running.
    """
    from ingest.index.owner_lock import own_index

    return nullcontext() if settings.chroma_url else own_index(settings.data_dir, command)
