"""What `python -m bot doctor` looks at on this machine: what is wrong, and what to do about it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.settings import BotSettings
from ingest.catalogue import Catalogue
from ingest.catalogue.facts import COLLECTION_ID
from ingest.clock import utc_now
from ingest.errors import LanguageModelError, VerbatimError
from ingest.index.owner_lock import holder
from ingest.sources.health import Health, advice_to, health_of, phrase
from ingest.wiring import open_catalogue

LEAST_FREE = 2**30
"""Bytes that should be free for the catalogue, the index and the model's export."""


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check.

    Attributes:
        check: what was looked at.
        what: what was found.
        hint: what to do; "" where nothing need be done.
    """

    check: str
    state: State
    what: str
    hint: str = ""


def ok(check: str, what: str) -> Finding:
    return Finding(check, State.OK, what)


def wrong(check: str, error: VerbatimError) -> Finding:
    return Finding(check, State.WRONG, str(error), error.hint)


def local_findings(settings: BotSettings, model: ModelCheck | None) -> Iterator[Finding]:
    """The data folder, the database with what it holds, the sources, and the language model.

    Args:
        model: asks the language model's server for something small; None where no model is set.
    """
    yield _folder(settings.data_dir)
    yield _model_cache(settings.model_cache)
    try:
        with open_catalogue(settings) as catalogue:
            yield ok("database", f"{catalogue.articles.count()} articles")
            yield _index(settings, catalogue)
            yield from _sources(catalogue)
    except VerbatimError as error:
        yield wrong("database", error)
    yield _language_model(model)


ModelCheck = Callable[[], str]
"""Returns the name under which the language model answered; raises LanguageModelError."""


def _folder(folder: Path) -> Finding:
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not os.access(nearest, os.W_OK):
        hint = "Set DATA_DIR to a folder that this user may write."
        return Finding("data folder", State.WRONG, f"{nearest} cannot be written", hint)
    free = shutil.disk_usage(nearest).free
    what = f"{folder}, {free / 2**30:.1f} GiB free"
    if free < LEAST_FREE:
        return Finding("data folder", State.WARNING, what, "Free some space: a full disk stops the ingest.")
    return ok("data folder", what)


def _model_cache(folder: Path) -> Finding:
    if any(folder.glob("*/model.onnx")):
        return ok("embedding model", f"exported to {folder}")
    hint = "It is made at the first start; `python -m ingest prepare` makes it now."
    return Finding("embedding model", State.WARNING, f"not yet exported to {folder}", hint)


def _index(settings: BotSettings, catalogue: Catalogue) -> Finding:
    waiting = catalogue.backlog.count(catalogue.facts.get(COLLECTION_ID))
    owner = None if settings.chroma_url else holder(settings.data_dir)
    held = f"held by {owner.command}, process {owner.pid} on {owner.host}" if owner else "held by nobody"
    if waiting and owner is None:
        hint = "Start the bot or `python -m ingest run`; until then these are found by their words only."
        return Finding("index", State.WARNING, f"{waiting} chunks wait to be indexed; {held}", hint)
    return ok("index", f"{waiting} chunks wait to be indexed; {held}")


def _sources(catalogue: Catalogue) -> Iterator[Finding]:
    sources, now = catalogue.sources.all(), utc_now()
    if not sources:
        hint = "Add one: `python -m ingest add URL`, or /source add in Discord."
        yield Finding("sources", State.WARNING, "there are none", hint)
        return
    poorly = [source for source in sources if health_of(source, now) in (Health.FAILING, Health.ENDED, Health.SILENT)]
    yield ok("sources", f"{len(sources) - len(poorly)} of {len(sources)} are well")
    for source in poorly:
        what = f"{source.address}: {phrase(source, now)}"
        yield Finding("source", State.WARNING, what, advice_to(source, now) or "")


def _language_model(model: ModelCheck | None) -> Finding:
    if model is None:
        return ok("language model", "none is set: answers are quotes alone")
    try:
        return ok("language model", f"{model()} answers")
    except LanguageModelError as error:
        return wrong("language model", error)
