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
    verbs = top.add_subparsers(title="commands", metavar="COMMAND")

    def verb(name: str, do: cli.Command, help_text: str, *, asks: bool = False) -> Parser:
        added: Parser = verbs.add_parser(name, help=help_text, description=help_text, parents=[common])
        added.set_defaults(do=do)
        if asks:
            added.add_argument("question", nargs="?", metavar="QUESTION")
            added.add_argument("--json", action="store_true")
            added.add_argument("--jsonl", action="store_true", help="questions on stdin, an answer per line on stdout")
        if asks or name == "digest":
            added.add_argument("--at", metavar="TIME", help="answer as of this time, ISO 8601")
            added.add_argument(
                "--scope", default=SHARED_SCOPE, metavar="shared|GUILD_ID", help="whose sources to search"
            )
        return added

    verb("ask", cli.ask, "answer one question, or many with --jsonl", asks=True)
    search = verb("search", cli.search, "the passages found for a question, best first", asks=True)
    search.add_argument("--top", type=int, default=10, metavar="N", help="how many, 10 by default")
    digest = verb("digest", cli.digest, "what mattered in the last days: each story once, with its quotes")
    digest.add_argument("--days", type=int, default=7, metavar="N", help="how many times 24 hours back, 7 by default")
    digest.add_argument("--topic", metavar="WORDS", help="only stories about this")
    shape = digest.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true")
    shape.add_argument("--format", choices=["md"], default="md", help="md: Markdown, the default")
    status = verb("status", cli.status, "today's questions in Discord, and the language model's tokens")
    status.add_argument("--json", action="store_true")
    doctor = verb("doctor", cli.doctor, "check settings, Discord, database, index, sources and model; say what to do")
    doctor.add_argument("--json", action="store_true")
    verb("chat", cli.chat, "a conversation in the terminal")
    served = verb("mcp", cli_programs.mcp, "serve other programs by the Model Context Protocol, over stdin and stdout")
    served.add_argument(
        "--http",
        nargs="?",
        const="127.0.0.1:8765",
        metavar="HOST:PORT",
        help="over streamable HTTP instead, at 127.0.0.1:8765 by default; needs MCP_TOKENS",
    )
    served.add_argument("--scope", default=SHARED_SCOPE, metavar="shared|GUILD_ID", help="whose sources, over stdin")
    site = verb("publish", cli_programs.publish, "write the digests of the last weeks as a static site with feeds")
    site.add_argument("folder", metavar="FOLDER")
    site.add_argument("--weeks", type=int, default=12, metavar="N", help="how many, 12 by default")
    site.add_argument("--at", metavar="TIME", help="as of this time, ISO 8601")
    site.add_argument("--url", metavar="URL", help="the site's public address, for feeds and previews")
    site.add_argument("--scope", default=SHARED_SCOPE, metavar="shared|GUILD_ID", help="whose sources")
    site.add_argument(
        "--serve", nargs="?", const="127.0.0.1:8766", metavar="HOST:PORT", help="then serve it, on loopback by default"
    )
    _webhooks(verbs.add_parser("webhooks", help="post digests to Discord's or Slack's webhooks, or as JSON"), common)
    reported = verb("reports", cli.reports, "answers that users reported as wrong, as cases for a question set")
    reported.add_argument("--jsonl", action="store_true", required=True, help="one case per line on stdout")
    return top


def _webhooks(top: Parser, common: Parser) -> None:
    """The commands about webhooks."""
    verbs = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def verb(name: str, do: cli.Command, help_text: str) -> Parser:
        added: Parser = verbs.add_parser(name, help=help_text, description=help_text, parents=[common])
        added.set_defaults(do=do)
        return added

    added = verb("add", cli_webhooks.add, "post to an address from now on")
    added.add_argument("url", metavar="URL", help="its address, which is a secret; - reads it from standard input")
    added.add_argument("--kind", choices=[kind.value for kind in HookKind], help="by default told by the address")
    added.add_argument("--scope", default=SHARED_SCOPE, metavar="shared|GUILD_ID", help="whose digests")
    added.add_argument("--digest", choices=[r.value for r in Rhythm], default="weekly", help="weekly by default")
    added.add_argument("--weekday", choices=cli_webhooks.WEEKDAYS, default="monday", help="of weekly digests")
    added.add_argument("--hour", type=int, default=9, metavar="HOUR", help="of the day, 0 to 23, 9 by default")
    added.add_argument("--zone", default="UTC", metavar="ZONE", help="time zone, like Europe/Berlin")
    added.add_argument("--watches", action="store_true", help="also what the watches of that server tell")
    added.add_argument("--secret", metavar="SECRET", help="signs JSON (whsec_...), - reads it; one is made by default")
    verb("list", cli_webhooks.shown, "all webhooks, without their addresses").add_argument(
        "--json", action="store_true"
    )
    for name, do, help_text in (
        ("remove", cli_webhooks.remove, "forget one"), ("test", cli_webhooks.test, "send a test message now"),
    ):  # fmt: skip
        verb(name, do, help_text).add_argument("number", type=int, metavar="NUMBER")
    verb("send", cli_webhooks.deliver, "send what is due, once; a running bot does so by itself")


def main(argv: Sequence[str] | None = None) -> int:
    """Parse, read the settings, do it. Returns the exit code."""
    arguments = parser().parse_args(argv)
    settings = BotSettings.load(data_dir=getattr(arguments, "data_dir", None))
    result: int = arguments.do(settings, arguments)
    return result


if __name__ == "__main__":
    sys.exit(run(main))
