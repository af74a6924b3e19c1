"""The commands about the corpus as a whole: status, rebuild, prepare."""

from __future__ import annotations

from argparse import Namespace

from ingest.cli.reports import progress, status_json, status_lines
from ingest.cli.terminal import print_json
from ingest.settings import IngestSettings


def rebuild(settings: IngestSettings, _: Namespace) -> int:
    from ingest.index.rebuild import rebuild_index

    with progress("indexing", total=None) as advance:
        count = rebuild_index(settings, advance)
    print(f"rebuilt: {count} chunks")
    return 0


def status(settings: IngestSettings, words: Namespace) -> int:
    report = status_json(settings)
    if words.json:
        print_json(report)
    else:
        print("\n".join(status_lines(report)))
    return 0


def prepare(settings: IngestSettings, _: Namespace) -> int:
    from ingest.embedding.encoders import prepare as prepare_model

    prepare_model(settings)
    return 0
