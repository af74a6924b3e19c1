"""`python -m bot`: the Discord bot, and its answers in a terminal. Parses words and calls `bot.cli`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from bot import cli, cli_programs, cli_webhooks
from bot.digest.timetable import Rhythm
from bot.services.webhook_rows import HookKind
from bot.settings import BotSettings
from ingest.cli.terminal import Parser, data_dir_option, run
from ingest.models import SHARED_SCOPE


def parser() -> Parser:
    """All subcommands; without one, the Discord bot starts."""
    common = data_dir_option()
    top = Parser(prog="python -m bot", description=__doc__, parents=[common])
    top.set_defaults(do=cli.discord_bot)
    verbs = Verbs(top, common)
    _answers(verbs)
    _reports(verbs)
    _programs(verbs)
    _webhooks(verbs.group("webhooks", "post digests to Discord's or Slack's webhooks, or as JSON"))
    reported = verbs.add("reports", cli.reports, "answers that users reported as wrong, as cases for a question set")
    reported.add_argument("--jsonl", action="store_true", required=True, help="one case per line on stdout")
    return top


class Verbs:
    """The commands below a parser; each takes the options of `common` too."""

    def __init__(self, top: Parser, common: Parser, *, required: bool = False) -> None:
        self._common = common
        self._added = top.add_subparsers(title="commands", metavar="COMMAND", required=required)

    def add(self, name: str, do: cli.Command, help_text: str) -> Parser:
        """A command that calls `do`."""
        added: Parser = self._added.add_parser(name, help=help_text, description=help_text, parents=[self._common])
        added.set_defaults(do=do)
        return added

    def group(self, name: str, help_text: str) -> Verbs:
        """A command that has commands of its own."""
        return Verbs(self._added.add_parser(name, help=help_text), self._common, required=True)


def _asking(added: Parser) -> Parser:
    """The options of a command that takes a question."""
    added.add_argument("question", nargs="?", metavar="QUESTION")
    added.add_argument("--json", action="store_true")
    added.add_argument("--jsonl", action="store_true", help="questions on stdin, an answer per line on stdout")
    return added


def _at(added: Parser, help_text: str = "answer as of this time, ISO 8601") -> None:
    added.add_argument("--at", metavar="TIME", help=help_text)


def _scope(added: Parser, help_text: str) -> None:
    added.add_argument("--scope", default=SHARED_SCOPE, metavar="shared|GUILD_ID", help=help_text)


def _answers(verbs: Verbs) -> None:
    """The commands that tell what the articles say."""
    ask = _asking(verbs.add("ask", cli.ask, "answer one question, or many with --jsonl"))
    search = _asking(verbs.add("search", cli.search, "the passages found for a question, best first"))
    digest = verbs.add("digest", cli.digest, "what mattered in the last days: each story once, with its quotes")
    for added in (ask, search, digest):
        _at(added)
        _scope(added, "whose sources to search")
    search.add_argument("--top", type=int, default=10, metavar="N", help="how many, 10 by default")
    digest.add_argument("--days", type=int, default=7, metavar="N", help="how many times 24 hours back, 7 by default")
    digest.add_argument("--topic", metavar="WORDS", help="only stories about this")
    shape = digest.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true")
    shape.add_argument("--format", choices=["md"], default="md", help="md: Markdown, the default")


def _reports(verbs: Verbs) -> None:
    """The commands that tell how it goes."""
    status = verbs.add("status", cli.status, "today's questions in Discord, and the language model's tokens")
    looks = "check settings, Discord, database, index, sources and model; say what to do"
    for added in (status, verbs.add("doctor", cli.doctor, looks)):
        added.add_argument("--json", action="store_true")


def _programs(verbs: Verbs) -> None:
    """The commands that serve others: people at a terminal, other programs, readers of a site."""
    verbs.add("chat", cli.chat, "a conversation in the terminal")
    mcp = verbs.add(
        "mcp", cli_programs.mcp, "serve other programs by the Model Context Protocol, over stdin and stdout"
    )
    http = "over streamable HTTP instead, at 127.0.0.1:8765 by default; needs MCP_TOKENS"
    mcp.add_argument("--http", nargs="?", const="127.0.0.1:8765", metavar="HOST:PORT", help=http)
    _scope(mcp, "whose sources, over stdin")
    site = verbs.add("publish", cli_programs.publish, "write the digests of the last weeks as a static site with feeds")
    site.add_argument("folder", metavar="FOLDER")
    site.add_argument("--weeks", type=int, default=12, metavar="N", help="how many, 12 by default")
    _at(site, "as of this time, ISO 8601")
    site.add_argument("--url", metavar="URL", help="the site's public address, for feeds and previews")
    _scope(site, "whose sources")
    serve = "then serve it, on loopback by default"
    site.add_argument("--serve", nargs="?", const="127.0.0.1:8766", metavar="HOST:PORT", help=serve)


def _webhooks(verbs: Verbs) -> None:
    """The commands about webhooks."""
    added = verbs.add("add", cli_webhooks.add, "post to an address from now on")
    added.add_argument("url", metavar="URL", help="its address, which is a secret; - reads it from standard input")
    added.add_argument("--kind", choices=[kind.value for kind in HookKind], help="by default told by the address")
    _scope(added, "whose digests")
    added.add_argument("--digest", choices=[r.value for r in Rhythm], default="weekly", help="weekly by default")
    added.add_argument("--weekday", choices=cli_webhooks.WEEKDAYS, default="monday", help="of weekly digests")
    added.add_argument("--hour", type=int, default=9, metavar="HOUR", help="of the day, 0 to 23, 9 by default")
    added.add_argument("--zone", default="UTC", metavar="ZONE", help="time zone, like Europe/Berlin")
    added.add_argument("--watches", action="store_true", help="also what the watches of that server tell")
    added.add_argument("--secret", metavar="SECRET", help="signs JSON (whsec_...), - reads it; one is made by default")
    shown = verbs.add("list", cli_webhooks.shown, "all webhooks, without their addresses")
    shown.add_argument("--json", action="store_true")
    for name, do, help_text in (
        ("remove", cli_webhooks.remove, "forget one"), ("test", cli_webhooks.test, "send a test message now"),
    ):  # fmt: skip
        verbs.add(name, do, help_text).add_argument("number", type=int, metavar="NUMBER")
    verbs.add("send", cli_webhooks.deliver, "send what is due, once; a running bot does so by itself")


def main(argv: Sequence[str] | None = None) -> int:
    """Parse, read the settings, do it. Returns the exit code."""
    arguments = parser().parse_args(argv)
    settings = BotSettings.load(data_dir=getattr(arguments, "data_dir", None))
    result: int = arguments.do(settings, arguments)
    return result


if __name__ == "__main__":
    sys.exit(run(main))
