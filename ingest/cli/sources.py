"""The commands about sources: `add`, `sources`, and the actions of `sources`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ingest.catalogue import Catalogue
from ingest.cli import Command
from ingest.cli.reports import SourceRow, source_json, source_table
from ingest.cli.terminal import print_error, print_json
from ingest.clock import utc_now
from ingest.errors import SettingsError, SourceError
from ingest.reading.registry import Registry
from ingest.settings import IngestSettings
from ingest.sources.models import NO_OVERRIDES, FileOverrides, Source, SourceKind
from ingest.wiring import open_catalogue, open_documents, open_fetcher


def add(settings: IngestSettings, words: Namespace) -> int:
    given = FileOverrides(title=words.title, published=words.published, source=words.source, url=words.url)
    kind = SourceKind(words.kind) if words.kind else None
    if given != NO_OVERRIDES and len(words.address) > 1:
        hint = "Add the files one by one."
        raise SettingsError(
            "wrong usage",
            " ".join(words.address),
            "--title, --published, --source and --url apply to one file only",
            hint=hint,
        )
    failed = False
    with _registry(settings) as registry:
        for address in words.address:
            try:
                for source in registry.add(address, utc_now(), scope=words.scope, kind=kind, given=given):
                    print(f"{'added' if source.is_new else 'already known'}: {source.kind} {source.address}")
            except SourceError as error:
                print_error(error)
                failed = True
    return 1 if failed else 0


def list_sources(settings: IngestSettings, words: Namespace) -> int:
    with open_catalogue(settings) as catalogue:
        counts, alarms = catalogue.sources.article_counts(), catalogue.alarms.lasting()
        scopes = catalogue.sources.subscribed_scopes()
        rows = [
            SourceRow(source, scopes.get(source.id, []), counts.get(source.id, 0), alarms.get(source.id))
            for source in catalogue.sources.all()
        ]
    if words.json:
        print_json(list(map(source_json, rows)))
    else:
        source_table(rows)
    return 0


def remove_source(settings: IngestSettings, words: Namespace) -> int:
    with _registry(settings) as registry:
        print(f"removed: {registry.remove(words.url).address}")
    return 0


def enable_source(settings: IngestSettings, words: Namespace) -> int:
    return _change_source(settings, words, "enabled", lambda c, s: c.sources.set_enabled(s, True))


def disable_source(settings: IngestSettings, words: Namespace) -> int:
    return _change_source(settings, words, "disabled", lambda c, s: c.sources.set_enabled(s, False))


def refresh_source(settings: IngestSettings, words: Namespace) -> int:
    return _change_source(settings, words, "due now", lambda c, s: c.sources.refresh(s, utc_now()))


def _change_source(
    settings: IngestSettings, words: Namespace, done: str, change: Callable[[Catalogue, Source], None]
) -> int:
    with _registry(settings) as registry:
        source = registry.find(words.url)
        change(registry.catalogue, source)
    print(f"{done}: {source.address}")
    return 0


def test_source(settings: IngestSettings, words: Namespace) -> int:
    with _registry(settings) as registry:
        preview = registry.test(words.url)
    print(f"{preview.kind} {preview.address}: {preview.title}")
    for title in preview.titles:
        print(f"  - {title}")
    return 0


def export_sources(settings: IngestSettings, _: Namespace) -> int:
    from ingest.parse.opml import Outline, write_opml

    with open_catalogue(settings) as catalogue:
        feeds = [s for s in catalogue.sources.all() if s.kind.is_feed]
    print(write_opml((Outline(s.address, s.title or s.address) for s in feeds), "Verbatim"), end="")
    return 0


SOURCE_ACTIONS: tuple[tuple[str, Command, str], ...] = (
    ("remove", remove_source, "remove a source; its articles are hidden at once and deleted after 30 days"),
    ("enable", enable_source, "resume reading a source"),
    ("disable", disable_source, "stop reading a source; its articles stay"),
    ("refresh", refresh_source, "make a source due now, and read it whole"),
    ("test", test_source, "show what would be read, without changing anything"),
    ("export", export_sources, "print the feeds as OPML"),
)


@contextmanager
def _registry(settings: IngestSettings) -> Iterator[Registry]:
    with (
        open_catalogue(settings) as catalogue,
        open_fetcher(settings) as fetcher,
        open_documents(settings) as documents,
    ):
        yield Registry(catalogue, fetcher, documents)
