"""The bot's own sentences in Discord, as Markdown. Pure: knows no Discord library.

Plain words, no embeds, so that they read well in a notification and with a screen reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from bot.answering.links import is_web_address
from bot.render.citation import shortened
from bot.render.markdown import harmless
from bot.render.splitting import Block, pack, paragraph
from ingest.errors import NotFoundError, SettingsError, SourceError, VerbatimError

if TYPE_CHECKING:
    from bot.services import ListedSource
    from ingest.registry import Preview, Registered

STARTER = "starter"
_BARE_ADDRESS = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?(/\S*)?", re.IGNORECASE)
_PREVIEWED = 5
_TITLE_CHARS = 120

HOW_TO_ADD = (
    "Someone with the Manage Server permission can add one: `/source add` with the address of a feed or a site, "
    f"or `/source add address:{STARTER}` for a list of AI news feeds."
)

GREETING = (
    "Hello, I am Verbatim. I answer questions about AI news out of articles that this server chooses, and I show "
    "the sentence of the article behind every statement.\n"
    "\n"
    f"First I need sources. {HOW_TO_ADD}\n"
    "Then mention me with a question, reply to one of my answers, or use `/ask`. `/digest` sums up the week, "
    "`/help` tells the rest."
)

HELP = (
    "I answer questions about AI news out of chosen articles. Every statement comes with a quote, copied from its "
    "article word by word, and a link to it. When my articles do not hold an answer, I say so.\n"
    "\n"
    "- Mention me with a question, or use `/ask`. `private` shows the answer to you alone.\n"
    "- Reply to one of my answers, with the mention left on, to ask on.\n"
    "- `/digest` sums up the last days: the stories, each once, with quotes.\n"
    "- `/source add`, `list`, `test` and `remove` choose what I read. They need the Manage Server permission.\n"
    "\n"
    "I do not keep your questions."
)

ASK_ME = 'Ask me something, for example: "What did OpenAI release last week?" `/help` tells more.'

NO_SOURCES = f"I have no articles to answer from yet: no sources were added. {HOW_TO_ADD}"
NO_SOURCES_IN_DM = (
    "I have no articles to answer from here: in direct messages I only know the sources that come with the bot, and "
    "there are none yet. On a server I also know the server's own."
)
NOTHING_READ = (
    "The sources were added, but none of their articles has been read yet. That takes a minute or two; "
    "`/source list` shows how they are doing."
)

NOT_ALLOWED = "Only people with the Manage Server permission can change what I read. Ask one of them."
ONLY_ON_SERVERS = "That works on a server, not in direct messages."
OUT_OF_DATE = "That command has just changed. Restart Discord (Ctrl+R) and try once more."
BROKEN = "Something went wrong on my side; the log tells my operator what. Try again in a moment."
NO_WEB_ADDRESS = "A source is a web address, like `https://example.org/feed.xml`, or the word `starter`."


def failure(error: BaseException) -> str:
    """What a person is told when something failed.

    What they can mend is told whole; what only the operator can mend is not, because it may name paths and hosts.
    """
    if isinstance(error, SourceError | NotFoundError | SettingsError):
        return _sentences(str(error), error.hint)
    if isinstance(error, VerbatimError):
        again = "Try again in a moment." if error.retryable else "My operator has to look at it."
        return _sentences(f"That did not work: {error.what}", again)
    return BROKEN


def asked(question: str) -> str:
    """The line above an answer to /ask, which else would not show the question."""
    return f"Question: {harmless(question)}"


def web_address(typed: str) -> str | None:
    """What a person typed as an http(s) address (`https://` may be left out), or the word `starter`, or None.

    Nothing else may reach the registry, which also takes paths of the machine the bot runs on.
    """
    typed = typed.strip().removeprefix("<").removesuffix(">")
    if typed == STARTER:
        return typed
    address = f"https://{typed}" if _BARE_ADDRESS.fullmatch(typed) else typed
    return address if is_web_address(address) and not any(char.isspace() for char in address) else None


def added(sources: Sequence[Registered]) -> list[str]:
    new = [source for source in sources if source.is_new]
    if not new:
        return ["Nothing changed: this server reads that already."]
    told = "I read it now" if len(new) == 1 else f"I read these {len(new)} now"
    head = paragraph(f"Added. {told}; in a minute or two you can ask about the articles.")
    return pack([head, *_items(f"{source.kind}: {harmless(source.address)}" for source in new)])


def removed(address: str) -> str:
    return f"Removed: {harmless(address)}. Its articles are no longer shown on this server."


def listed(sources: Sequence[ListedSource]) -> list[str]:
    """The sources with their health, a server's own first."""
    if not sources:
        return [f"No sources yet. {HOW_TO_ADD}"]
    own = [source for source in sources if not source.shared]
    shared = [source for source in sources if source.shared]
    blocks: list[Block] = []
    for title, group in (("This server's sources:", own), ("Sources that come with the bot:", shared)):
        if group:
            blocks += [paragraph(title), *_items(map(_source_line, group))]
    return pack(blocks)


def previewed(preview: Preview) -> list[str]:
    """What reading an address would give."""
    named = harmless(shortened(preview.title, _TITLE_CHARS)) or "no title"
    head = f"{preview.kind.capitalize()}: {named}, at {harmless(preview.address)}. Nothing was changed."
    if not preview.titles:
        return pack([paragraph(head), paragraph("It holds no articles now.")])
    shown = preview.titles[:_PREVIEWED]
    count = f"Its newest {len(shown)} of {len(preview.titles)} articles:"
    return pack([paragraph(head), paragraph(count), *_items(harmless(shortened(t, _TITLE_CHARS)) for t in shown)])


def _source_line(source: ListedSource) -> str:
    named = harmless(shortened(source.title, _TITLE_CHARS))
    articles = "1 article" if source.articles == 1 else f"{source.articles} articles"
    told = f"{source.kind}, {articles}, {harmless(source.health)}"
    return f"{named}: {harmless(source.address)} ({told})" if named else f"{harmless(source.address)} ({told})"


def _items(lines: Iterable[str]) -> list[Block]:
    return [paragraph(f"- {line}", gap="\n") for line in lines]


def _sentences(*texts: str) -> str:
    """Texts that lack a full stop get one; the first letter becomes a capital. Cut to what one message holds."""
    ended = (text if text.endswith((".", "!", "?")) else f"{text}." for text in texts if text)
    joined = shortened(" ".join(ended), 900)
    return harmless(joined[:1].upper() + joined[1:])
