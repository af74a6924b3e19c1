"""The bot's own sentences in Discord, as Markdown. Pure: knows no Discord library.

Plain words, no embeds, so that they read well in a notification and with a screen reader.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.answering.language import NAMES
from bot.answering.links import is_web_address
from bot.answering.since import UnreadableSinceError
from bot.render.citation import day, shortened
from bot.render.markdown import harmless
from bot.render.splitting import Block, pack, paragraph
from ingest.errors import NotFoundError, SettingsError, SourceError, VerbatimError

if TYPE_CHECKING:
    from bot.guild_settings import GuildSettings
    from bot.services import ListedSource, Standing
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
    "- `/source` chooses what I read, `/status` and `/why` tell how that goes. These are for people with the Manage "
    "Server permission.\n"
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
KEPT = "Nothing was removed."
EXPORTED = "The feeds of this server. `/source import` and feed readers take this file."
LIST_TOO_LONG = "That file is too long for a list of feeds."
MAY_NOT_ASK = "On this server only some roles may ask me. Ask one of its moderators."
NO_MESSAGE_CONTENT = (
    "I cannot read every message yet: my operator has to set `DISCORD_MESSAGE_CONTENT=true` and switch on the Message "
    "Content Intent in Discord's developer portal."
)
NO_DIRECT_MESSAGES = "I answer on servers only: my operator has switched direct messages off."
NO_WEB_ADDRESS = "A source is a web address, like `https://example.org/feed.xml`, or the word `starter`."

TOO_OLD = "I no longer know what this answer was made of: I forget that after 90 days, or when it is deleted."
HIDDEN_BY_NOW = "The articles behind this are not shown on this server any more."
NOT_YOURS = "Only who asked, and moderators, can delete an answer."
DELETED = "Deleted."
PRAISED = "Thank you, I have noted that this answer is right."
REPORT_TITLE = "Wrong or missing quote"
REPORT_LABEL = "What is wrong, or what is missing?"
REPORT_CONSENT = "Sending this keeps your question and this answer, so that my operator can look at them."
REPORTED = "Thank you. My operator can now look at the question, the answer and what you wrote."


def failure(error: BaseException) -> str:
    """What a person is told when something failed.

    What they can mend is told whole; what only the operator can mend is not, because it may name paths and hosts.
    """
    if isinstance(error, SourceError | NotFoundError | SettingsError | UnreadableSinceError):
        return _sentences(str(error), error.hint)
    if isinstance(error, VerbatimError):
        again = "Try again in a moment." if error.retryable else "My operator has to look at it."
        return _sentences(f"That did not work: {error.what}", again)
    return BROKEN


def start_report(standing: Standing) -> str:
    """What the log says about the corpus when the bot has logged in."""
    if not standing.sources:
        return "no sources yet: /source add on a server, or `python -m ingest add URL` for all servers"
    newest = f"{standing.newest_article_at:%Y-%m-%d}" if standing.newest_article_at else "none"
    sources = f"{standing.sources} sources ({standing.failing} failing)"
    return f"{sources}, {standing.articles} articles, newest {newest}, {standing.backlog} chunks to be indexed"


def slow_down(wait_s: float, *, everybody: bool) -> str:
    """What a person is told who asked one question too many."""
    many = "This server has" if everybody else "You have"
    seconds = max(1, math.ceil(wait_s))
    return f"{many} asked a lot in the last minute. I am glad to go on in {seconds} second{'s' * (seconds > 1)}."


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


def settings(now: GuildSettings, *, reads_all: bool) -> str:
    """What is set on a server. Channels and roles stand as Discord's own links, which notify nobody."""
    channels = ", ".join(f"<#{channel}>" for channel in now.answer_channels) or "none"
    roles = ", ".join(f"<@&{role}>" for role in now.asker_roles) or "everybody"
    lines = [
        f"- Channels where I answer every message: {channels} (`/settings channel`)",
        f"- Who may ask: {roles} (`/settings askers`)",
        f"- `/ask` and `/digest` answer in private: {_yes(now.private)} (`/settings private`)",
        f"- Sources that come with the bot: {'seen' if now.shared else 'not seen'} (`/settings shared`)",
        f"- Language of my own words: {NAMES.get(now.language, 'that of the question')} (`/settings language`)",
        f"- Alarms about sources: {_channel(now.alarm_channel)} (`/settings alarms`)",
    ]
    if now.answer_channels and not reads_all:
        lines.append(NO_MESSAGE_CONTENT)
    return "\n".join(lines)


def _channel(channel_id: int | None) -> str:
    return f"<#{channel_id}>" if channel_id else "nowhere"


def _yes(truth: bool) -> str:
    return "yes" if truth else "no"


def imported(sources: Sequence[Registered]) -> list[str]:
    """What an OPML file brought, without the whole list: it has just been uploaded."""
    new = sum(source.is_new for source in sources)
    if not new:
        return added(sources)
    known = f"; {len(sources) - new} were read already" if len(sources) > new else ""
    return [f"Added {_count(new, 'feed')}{known}. `/source health` shows in a few minutes how they are doing."]


def may_not_write(server: str) -> str:
    """Told in private to who asked in a channel where the bot may not write."""
    return (
        f"I may not write in the channel of {harmless(server)} where you asked me. Someone who manages it can give me "
        "the permissions View Channel, Send Messages (in threads: Send Messages in Threads) and Read Message History."
    )


def refreshed(address: str) -> str:
    return f"I read {harmless(address)} anew; `/source health` shows in a minute how that went."


def confirm_removal(source: ListedSource) -> str:
    return f"Remove {_source_line(source)}? Its articles would no longer be shown on this server."


def health_report(sources: Sequence[ListedSource]) -> list[str]:
    """Pages of the sources with when they were read and brought news; failing ones first, then the longest silent."""
    if not sources:
        return [f"No sources yet. {HOW_TO_ADD}"]
    failing = sum(source.failing for source in sources)
    head = f"{_count(len(sources), 'source')}, {failing or 'none'} failing."
    never = datetime.min.replace(tzinfo=UTC)
    ranked = sorted(sources, key=lambda s: (not s.failing, s.new_item_at or never))
    return pack([paragraph(head), *_items(map(_health_line, ranked))])


def status(standing: Standing) -> str:
    """How the corpus is doing, for a server."""
    newest = f"the newest from {day(standing.newest_article_at)}" if standing.newest_article_at else "none read yet"
    waiting = f" {_count(standing.backlog, 'passage')} wait to be indexed." if standing.backlog else ""
    failing = f", {standing.failing} of them failing (`/source health`)" if standing.failing else ""
    sources = f"{_count(standing.sources, 'source')}{failing}"
    return f"{sources}. {_count(standing.articles, 'article')}, {newest}.{waiting}"


def told_why(lines: Sequence[str]) -> list[str]:
    return pack(_items(map(harmless, lines)))


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


def _health_line(source: ListedSource) -> str:
    read = f"read {day(source.checked_at)}" if source.checked_at else "not read yet"
    news = f"last new article {day(source.new_item_at)}" if source.new_item_at else "nothing new so far"
    named = harmless(shortened(source.title or source.address, _TITLE_CHARS))
    return f"{named}: {harmless(shortened(source.health, 300))}; {read}; {news}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _source_line(source: ListedSource) -> str:
    named = harmless(shortened(source.title, _TITLE_CHARS))
    told = f"{source.kind}, {_count(source.articles, 'article')}, {harmless(source.health)}"
    return f"{named}: {harmless(source.address)} ({told})" if named else f"{harmless(source.address)} ({told})"


def _items(lines: Iterable[str]) -> list[Block]:
    return [paragraph(f"- {line}", gap="\n") for line in lines]


def _sentences(*texts: str) -> str:
    """Texts that lack a full stop get one; the first letter becomes a capital. Cut to what one message holds."""
    ended = (text if text.endswith((".", "!", "?")) else f"{text}." for text in texts if text)
    joined = shortened(" ".join(ended), 900)
    return harmless(joined[:1].upper() + joined[1:])
