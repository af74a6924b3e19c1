"""The bot's own sentences in Discord, as Markdown. Pure: imports no Discord library.

Plain words, no embeds, so that they read well in a notification and with a screen reader.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.answering.models import LANGUAGES
from bot.discord.messages import digest_text
from bot.errors import AskersError
from bot.lexicon.dates import day
from bot.render.citation import shortened
from bot.render.markdown import harmless
from bot.services.source_phrases import cause
from ingest.errors import SourceError, VerbatimError
from ingest.sources.advice import ADVICE

if TYPE_CHECKING:
    from bot.services.guilds import GuildSettings
    from bot.services.sources import CorpusStatus
    from bot.services.usage import Spending

STARTER = "starter"

HOW_TO_ADD = (
    "Someone with the Manage Server permission can add one: `/source add` with the address of a feed or a site, "
    f"or `/source add address:{STARTER}` for a list of AI news feeds."
)

GREETING = (
    "Hello, I am Verbatim. I answer questions about AI news from articles that this server chooses, and I show "
    "the sentence of the article behind every statement.\n"
    "\n"
    "First I need sources. Someone with the Manage Server permission can choose some in the menu below, or add one: "
    f"`/source add` with the address of a feed or a site, or `/source add address:{STARTER}` for a list of AI news "
    "feeds.\n"
    "\n"
    "Then mention me with a question, reply to one of my answers, or use `/ask`. `/digest` sums up the week, "
    "`/help` explains the rest."
)

HELP = (
    "I answer questions about AI news from chosen articles. Every statement comes with a quote, copied from its "
    "article word for word, and a link to it. When my articles do not contain an answer, I say so.\n"
    "\n"
    "- Mention me with a question, or use `/ask`. `private` shows the answer only to you, `since` leaves out older "
    "articles.\n"
    "- Reply to one of my answers (leave the ping on) to ask a follow-up.\n"
    "- `/digest` sums up the last days: each story once, with quotes.\n"
    "- `/watch` tells you, once a story, when something is in the news.\n"
    "- On any message: Apps, then *Check this* (its claims, each with the quote that says so) or *Ask about this*.\n"
    "- In a thread of an article that I posted I look there first.\n"
    "- In direct messages `/source add` adds a source for you alone, and you can install me for yourself and take me "
    "anywhere.\n"
    "- `/source` chooses what I read, `/settings` how I behave, `/gaps`, `/status` and `/why` show how things are "
    "going. These are for people with the Manage Server permission.\n"
    "\n"
    "I do not keep your questions, unless this server's moderators see those without an answer: `/privacy` tells."
)

ASK_ME = 'Ask me something, for example: "What did OpenAI release last week?" `/help` explains more.'

NO_SOURCES = f"I have no articles to answer from yet: no sources have been added. {HOW_TO_ADD}"
NO_SOURCES_IN_DM = (
    "I have no articles to answer from here: in direct messages I only use the sources that come with the bot, and "
    "your own, and there are none yet: `/source add` adds one for you. On a server I also use the server's own."
)
NOTHING_READ = (
    "The sources have been added, but none of their articles has been read yet. That takes a minute or two; "
    "`/source list` shows how they are doing."
)

NOT_ALLOWED = (
    "This is for people with the Manage Server permission, and for those they allow (Server Settings, Integrations). "
    "Ask one of them."
)
ONLY_ON_SERVERS = "That works on a server, not in direct messages."
OUT_OF_DATE = "That command has just changed. Restart Discord (Ctrl+R) and try once more."
BROKEN = "Something went wrong on my side; the details are in my operator's log. Try again in a moment."
KEPT = "Nothing was removed."
EXPORTED = "The feeds of this server. `/source import` and feed readers take this file."
LIST_TOO_LONG = "That file is too long for a list of feeds."
MAY_NOT_ASK = "On this server only some roles may ask me questions. Ask a moderator for one."
NO_MESSAGE_CONTENT = (
    "I cannot read every message yet: my operator has to enable that (my log explains how). Until then, "
    "mention me in these channels too."
)
NO_DIRECT_MESSAGES = "I answer on servers only: my operator has switched direct messages off."
ALARMS_NOWHERE = (
    "When a source falls silent or fails, nobody is notified yet: choose a channel with `/settings alarms`."
)
ALARM_CHANNEL_GONE = "that channel is gone"
ALARM_CHANNEL_CLOSED = "I may not write there"
TAG_NEEDED = (
    "that forum requires a tag, and none of its tags is named like this: add such a tag in its settings, or switch "
    "“Require people to select tags” off there"
)
NO_WEB_ADDRESS = "A source is a web address, like `https://example.org/feed.xml`, or the word `starter`."

TOO_OLD = "I no longer know the quotes of this answer: I forget them after 90 days, or when the answer is deleted."
DIGEST_TOO_OLD = "I no longer have this digest: I forget digests after 90 days. `/digest` makes a new one."
HIDDEN_BY_NOW = "The articles behind this are no longer shown here: their source was removed, or they were deleted."
NOT_YOURS = "Only the person who asked, or a moderator, can delete this answer."
DELETED = "Deleted."
PRAISED = "Thank you, I have noted that this answer is right."
FOLLOW_UP = "Ask a follow-up"
FOLLOW_UP_TITLE = "Ask a follow-up"
FOLLOW_UP_LABEL = "What else do you want to know?"
HOW_TO_GO_ON = f'To go on, press "{FOLLOW_UP}": I cannot see replies to this message unless they mention me.'
CHECK_THIS = "Check this"
ASK_ABOUT = "Ask about this"
ASK_ABOUT_LABEL = "What do you want to know about this message?"
REPORT_TITLE = "Wrong or missing quote"
REPORT_LABEL = "What is wrong, or what is missing?"
REPORT_CONSENT = "Sending this keeps your question and this answer, so that my operator can look at them."
REPORTED = "Thank you. My operator can now look at the question, the answer and what you wrote."


def failure(error: BaseException) -> str:
    """The message for a person whose request failed.

    Problems they can fix are described in full, with advice. Problems that only the operator can fix are not, because
    the details may name paths, hosts and settings.
    """
    if isinstance(error, AskersError):
        return _sentences(str(error), error.hint)
    if isinstance(error, SourceError):
        return _sentences(f"{error.what} {error.which}: {cause(error.kind, error.why)}", ADVICE[error.kind].guild)
    if isinstance(error, VerbatimError):
        again = "Try again in a moment." if error.retryable else "My operator has to look into it."
        return _sentences(f"That did not work: {error.what}", again)
    return BROKEN


def start_report(standing: CorpusStatus) -> str:
    """The log line about the corpus after logging in."""
    if not standing.sources:
        return "no sources yet: /source add on a server, or `python -m ingest add URL` for all servers"
    newest = f"{standing.newest_article_at:%Y-%m-%d}" if standing.newest_article_at else "none"
    sources = f"{standing.sources} sources ({standing.failing} failing)"
    return f"{sources}, {standing.articles} articles, newest {newest}, {standing.backlog} chunks to be indexed"


def slow_down(wait_s: float, *, everybody: bool) -> str:
    """The message for a person who asked one question too many."""
    many = "This server has" if everybody else "You have"
    seconds = max(1, math.ceil(wait_s))
    return f"{many} asked a lot in the last minute. You can go on in {seconds} second{'s' * (seconds > 1)}."


def asked(question: str) -> str:
    """The line above an answer to /ask, which would otherwise not show the question."""
    return f"Question: {harmless(question)}"


def settings(now: GuildSettings, *, reads_all: bool) -> str:
    """The settings of a server. Channels and roles are Discord's own mentions, which notify nobody here."""
    channels = ", ".join(f"<#{channel}>" for channel in now.answer_channels) or "none"
    threads = ", ".join(f"<#{channel}>" for channel in now.thread_channels) or "none"
    roles = ", ".join(f"<@&{role}>" for role in now.asker_roles) or "everybody"
    lines = [
        f"- Channels where I answer every message: {channels} (`/settings channel`)",
        f"- Channels where I answer in threads: {threads} (`/settings threads`)",
        f"- Who may ask: {roles} (`/settings askers`)",
        f"- `/ask` and `/digest` answer in private: {_yes(now.private)} (`/settings private`)",
        f"- Sources that come with the bot: {'seen' if now.shared else 'not seen'} (`/settings shared`)",
        f"- Language of my own words: {LANGUAGES.get(now.language, 'that of the question')} (`/settings language`)",
        f"- Moderators see questions without an answer: {_yes(now.gaps)} (`/settings gaps`)",
        f"- Scheduled digest: {digest_text.rhythm(now)} (`/settings digest`)",
        f"- What interests this server most: {_topics(now)} (`/settings topics`)",
        f"- Alarms about sources: {_channel(now.alarm_channel)} (`/settings alarms`)",
    ]
    if now.answer_channels and not reads_all:
        lines.append(NO_MESSAGE_CONTENT)
    return "\n".join(lines)


def no_threads(channel_id: int, permissions: Sequence[str]) -> str:
    """Where answers do not go into threads, although they should."""
    return f"In <#{channel_id}> I answer in the channel itself: I lack {' and '.join(permissions)} there."


def _channel(channel_id: int | None) -> str:
    return f"<#{channel_id}>" if channel_id else "nowhere"


def _topics(now: GuildSettings) -> str:
    return harmless(", ".join(now.digest_topics)) or "everything"


def _yes(truth: bool) -> str:
    return "yes" if truth else "no"


def may_not_write(server: str) -> str:
    """Sent privately to a person who asked in a channel where the bot may not write."""
    return (
        f"I may not write in the channel of {harmless(server)} where you asked me. Someone who manages it can give me "
        "the permissions View Channel, Send Messages (in threads: Send Messages in Threads) and Read Message History."
    )


def status(standing: CorpusStatus, spending: Spending, *troubles: str) -> str:
    """How the corpus is doing, what a server asked today and what that cost; `troubles` are further lines."""
    newest = f"the newest from {day(standing.newest_article_at)}" if standing.newest_article_at else "none read yet"
    waiting = f" {count(standing.backlog, 'passage')} wait to be indexed." if standing.backlog else ""
    failing = f", {standing.failing} of them failing (`/source health`)" if standing.failing else ""
    sources = f"{count(standing.sources, 'source')}{failing}"
    told = f"{sources}. {count(standing.articles, 'article')}, {newest}.{waiting}"
    return "\n".join(filter(None, (told, _spent(spending), *troubles)))


def _spent(spending: Spending) -> str:
    tally, left = spending.tally, spending.left
    asked = f"Today (UTC): {count(tally.questions, 'question')}"
    if not (tally.tokens or tally.cached or left is not None):
        return f"{asked}."
    budget = "" if left is None else f", {left:,} left of today's budget"
    remembered = f" {count(tally.cached, 'answer')} from the cache." if tally.cached else ""
    return f"{asked}; the language model used {count(tally.tokens, 'token')}{budget}.{remembered}"


def alarms_state(channel_id: int | None, waiting: int, problem: str) -> str:
    """What an administrator should know about a server's alarms; "" when they are posted as they should be."""
    if channel_id is None:
        return ALARMS_NOWHERE
    if not problem:
        return ""
    return f"I cannot post alarms about sources in <#{channel_id}>: {problem}. Still to be posted: {waiting}."


def count(number: int, noun: str) -> str:
    """`1 source`, `2 sources`."""
    return f"{number} {noun}" if number == 1 else f"{number:,} {noun}s"


def _sentences(*texts: str) -> str:
    """Texts that lack a full stop get one; the first letter becomes a capital. Cut to what one message holds."""
    ended = (text if text.endswith((".", "!", "?")) else f"{text}." for text in texts if text)
    joined = shortened(" ".join(ended), 900)
    return harmless(joined[:1].upper() + joined[1:])
