"""`python -m ingest`: the command line of the producer. Parses arguments and calls `ingest.cli`."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Sequence

from ingest.cli import Command, articles, keeping, reading, sources
from ingest.cli.terminal import Parser, data_dir_option, run
from ingest.models import SHARED_SCOPE
from ingest.settings import IngestSettings
from ingest.sources.models import SourceKind

KINDS = tuple(kind.value for kind in SourceKind)


def parser() -> Parser:
    """All subcommands; each names the function in `ingest.cli` that does it."""
    common = data_dir_option()
    top = Parser(prog="python -m ingest", description=__doc__, parents=[common])
    verbs = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def verb(name: str, do: Command, help_text: str) -> Parser:
        added: Parser = verbs.add_parser(name, help=help_text, description=help_text, parents=[common])
        added.set_defaults(do=do)
        return added

    add = verb("add", sources.add, "register sources: URLs, files, folders, OPML files, or the word `starter`")
    add.add_argument("address", nargs="+", metavar="URL|FILE|FOLDER")
    add.add_argument("--kind", choices=KINDS, help="treat the address as this kind")
    for name, help_text in (
        ("title", "title of a single file"),
        ("published", "its date, ISO 8601"),
        ("source", "its publisher's display name"),
        ("url", "its address on the web"),
    ):
        add.add_argument(f"--{name}", help=help_text)
    add.add_argument("--scope", default=SHARED_SCOPE, metavar="shared|GUILD_ID", help="who sees it")

    work = verb("run", reading.run_ingest, "read due sources and index their articles, until stopped")
    work.add_argument("--once", action="store_true", help="read what is due, work off the backlog, then exit")
    work.add_argument("--all", action="store_true", help="read every source, due or not")

    health = verb("sources", sources.list_sources, "list the sources with their health")
    health.add_argument("--json", action="store_true")
    acts = health.add_subparsers(metavar="ACTION")
    for name, do, help_text in sources.SOURCE_ACTIONS:
        act = acts.add_parser(name, help=help_text, description=help_text, parents=[common])
        act.set_defaults(do=do)
        if name != "export":
            act.add_argument("url", metavar="URL")

    show = verb("show", articles.show, "show one stored article")
    show.add_argument("id", metavar="ID")
    show.add_argument("--version", type=int, metavar="N")
    show.add_argument("--json", action="store_true")

    verb("why", articles.why, "show the history of an article, stage by stage").add_argument("url", metavar="URL")
    forget = verb("forget", articles.forget, "delete one article and keep it from coming back")
    forget.add_argument("url", metavar="URL")
    verb("rebuild", articles.rebuild, "rebuild the vector index from the catalogue")
    verb("status", articles.status, "show counts, newest article, backlog and the owner of the index").add_argument(
        "--json", action="store_true"
    )
    _add_keeping(verb)
    verb("prepare", articles.prepare, "export the models into MODEL_CACHE unless they are there")
    return top


def _add_keeping(verb: Callable[[str, Command, str], Parser]) -> None:
    """The subcommands that keep a catalogue as a whole."""
    away = verb("move", keeping.move, "copy the catalogue into an empty database; killed, the next one goes on")
    away.add_argument(
        "--to", required=True, metavar="URL", help="postgresql://USER:PASSWORD@HOST/DATABASE, sqlite:///FILE"
    )
    keep = verb("backup", keeping.backup, "write the catalogue into a file, while the bot may run")
    keep.add_argument("file", metavar="FILE")
    back = verb("restore", keeping.restore, "read a backup into an empty catalogue, of any database engine")
    back.add_argument("file", metavar="FILE")


def main(argv: Sequence[str] | None = None) -> int:
    """Parse, read the settings, do it. Returns the exit code."""
    arguments: Namespace = parser().parse_args(argv)
    settings = IngestSettings.load(data_dir=getattr(arguments, "data_dir", None))
    result: int = arguments.do(settings, arguments)
    return result


if __name__ == "__main__":
    sys.exit(run(main))
