"""The bot's own sentences in Discord, as Markdown. Pure: imports no Discord library.

Plain words, no embeds, so that they read well in a notification and with a screen reader.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.answering.models import LANGUAGES as ANSWER_LANGUAGES
from bot.discord.messages import digest_text
from bot.errors import AskersError
from bot.render.citation import shortened
from bot.render.markdown import harmless
from bot.services.source_phrases import cause
from bot.translation import LANGUAGES, N_, _, ngettext, translated
from ingest.errors import SourceError, VerbatimError
from ingest.sources.advice import ADVICE

if TYPE_CHECKING:
    from bot.services.guilds import GuildSettings

STARTER = "starter"
_THE_QUESTIONS = N_("that of the question")

_HOW_TO_ADD = N_(
    "Someone with the Manage Server permission can add one: `/source add` with the address of a feed or a site, "
    "or `/source add address:{starter}` for a list of AI news feeds."
)

_GREETING = N_(
    "Hello, I am Verbatim. I answer questions about AI news from articles that this server chooses, and I show "
    "the sentence of the article behind every statement.\n"
    "\n"
    "First I need sources. Someone with the Manage Server permission can choose some in the menu below, or add one: "
    "`/source add` with the address of a feed or a site, or `/source add address:{starter}` for a list of AI news "
    "feeds.\n"
    "\n"
    "Then mention me with a question, reply to one of my answers, or use `/ask`. `/digest` sums up the week, "
    "`/help` explains the rest."
)

HELP = N_(
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

ASK_ME = N_('Ask me something, for example: "What did OpenAI release last week?" `/help` explains more.')

_NO_SOURCES = N_("I have no articles to answer from yet: no sources have been added.")
NO_SOURCES_IN_DM = N_(
    "I have no articles to answer from here: in direct messages I only use the sources that come with the bot, and "
    "your own, and there are none yet: `/source add` adds one for you. On a server I also use the server's own."
)
NOTHING_READ = N_(
    "The sources have been added, but none of their articles has been read yet. That takes a minute or two; "
    "`/source list` shows how they are doing."
)

NOT_ALLOWED = N_(
    "This is for people with the Manage Server permission, and for those they allow (Server Settings, Integrations). "
    "Ask one of them."
)
ONLY_ON_SERVERS = N_("That works on a server, not in direct messages.")
OUT_OF_DATE = N_("That command has just changed. Restart Discord (Ctrl+R) and try once more.")
BROKEN = N_("Something went wrong on my side; the details are in my operator's log. Try again in a moment.")
KEPT = N_("Nothing was removed.")
EXPORTED = N_("The feeds of this server. `/source import` and feed readers take this file.")
LIST_TOO_LONG = N_("That file is too long for a list of feeds.")
MAY_NOT_ASK = N_("On this server only some roles may ask me questions. Ask a moderator for one.")
NO_MESSAGE_CONTENT = N_(
    "I cannot read every message yet: my operator has to enable that (my log explains how). Until then, "
    "mention me in these channels too."
)
NO_DIRECT_MESSAGES = N_("I answer on servers only: my operator has switched direct messages off.")
ALARM_CHANNEL_GONE = N_("that channel is gone")
ALARM_CHANNEL_CLOSED = N_("I may not write there")
TAG_NEEDED = N_(
    "that forum requires a tag, and none of its tags is named like this: add such a tag in its settings, or switch "
    "“Require people to select tags” off there"
)
NO_WEB_ADDRESS = N_("A source is a web address, like `https://example.org/feed.xml`, or the word `starter`.")

TOO_OLD = N_("I no longer know the quotes of this answer: I forget them after 90 days, or when the answer is deleted.")
DIGEST_TOO_OLD = N_("I no longer have this digest: I forget digests after 90 days. `/digest` makes a new one.")
HIDDEN_BY_NOW = N_("The articles behind this are no longer shown here: their source was removed, or they were deleted.")
NOT_YOURS = N_("Only the person who asked, or a moderator, can delete this answer.")
DELETED = N_("Deleted.")
PRAISED = N_("Thank you, I have noted that this answer is right.")
FOLLOW_UP = N_("Ask a follow-up")
FOLLOW_UP_LABEL = N_("What else do you want to know?")
_HOW_TO_GO_ON = N_('To go on, press "{button}": I cannot see replies to this message unless they mention me.')
CHECK_THIS = N_("Check this")
ASK_ABOUT = N_("Ask about this")
ASK_ABOUT_LABEL = N_("What do you want to know about this message?")
REPORT_TITLE = N_("Wrong or missing quote")
REPORT_LABEL = N_("What is wrong, or what is missing?")
REPORT_CONSENT = N_("Sending this keeps your question and this answer, so that my operator can look at them.")
REPORTED = N_("Thank you. My operator can now look at the question, the answer and what you wrote.")


def how_to_add() -> str:
    return _(_HOW_TO_ADD).format(starter=STARTER)


def greeting() -> str:
    """What is said on a server that has just added the bot."""
    return _(_GREETING).format(starter=STARTER)


def no_sources() -> str:
    return f"{_(_NO_SOURCES)} {how_to_add()}"


def how_to_go_on() -> str:
    """Below the answer to a command."""
    return _(_HOW_TO_GO_ON).format(button=_(FOLLOW_UP))


def failure(error: BaseException) -> str:
    """The message for a person whose request failed.

    Problems they can fix are described in full, with advice. Problems that only the operator can fix are not, because
    the details may name paths, hosts and settings.
    """
    if isinstance(error, AskersError):
        return _sentences(str(error), error.hint)
    if isinstance(error, SourceError):
        return _sentences(f"{error.what} {error.which}: {cause(error.kind, error.why)}", _(ADVICE[error.kind].guild))
    if isinstance(error, VerbatimError):
        again = _("Try again in a moment.") if error.retryable else _("My operator has to look into it.")
        return _sentences(_("That did not work: {what}").format(what=error.what), again)
    return _(BROKEN)


def slow_down(wait_s: float, *, everybody: bool) -> str:
    """The message for a person who asked one question too many."""
    asked = (
        _("This server has asked a lot in the last minute.")
        if everybody
        else _("You have asked a lot in the last minute.")
    )
    seconds = max(1, math.ceil(wait_s))
    go_on = ngettext("You can go on in {n} second.", "You can go on in {n} seconds.", seconds)
    return f"{asked} {go_on.format(n=seconds)}"


_ASKED = N_("Question: {question}")


def asked(question: str) -> str:
    """The line above an answer to /ask, which would otherwise not show the question."""
    return _(_ASKED).format(question=harmless(question))


def question_above(content: str) -> tuple[str, str]:
    """The question in the line that `asked` put above an answer, in any language, "" if there is none; the rest."""
    for language in LANGUAGES:
        opening = translated(_ASKED, language).partition("{")[0]
        if content.startswith(opening):
            question, _line, rest = content.removeprefix(opening).partition("\n")
            return question, rest
    return "", content


def settings(now: GuildSettings, *, reads_all: bool) -> str:
    """The settings of a server. Channels and roles are Discord's own mentions, which notify nobody here."""
    channels = ", ".join(f"<#{channel}>" for channel in now.answer_channels) or _("none")
    threads = ", ".join(f"<#{channel}>" for channel in now.thread_channels) or _("none")
    roles = ", ".join(f"<@&{role}>" for role in now.asker_roles) or _("everybody")
    lines = [
        _("- Channels where I answer every message: {channels} (`/settings channel`)").format(channels=channels),
        _("- Channels where I answer in threads: {threads} (`/settings threads`)").format(threads=threads),
        _("- Who may ask: {roles} (`/settings askers`)").format(roles=roles),
        _("- `/ask` and `/digest` answer in private: {private} (`/settings private`)").format(
            private=_yes(now.private)
        ),
        _("- Answers, digests and reports: {looks} (`/settings looks`)").format(
            looks=_("as cards") if now.cards else _("as plain text")
        ),
        _("- Sources that come with the bot: {seen} (`/settings shared`)").format(
            seen=_("seen") if now.shared else _("not seen")
        ),
        _("- Language of my own words: {language} (`/settings language`)").format(
            language=_(ANSWER_LANGUAGES.get(now.language, _THE_QUESTIONS))
        ),
        _("- Moderators see questions without an answer: {seen} (`/settings gaps`)").format(seen=_yes(now.gaps)),
        _("- Scheduled digest: {rhythm} (`/settings digest`)").format(rhythm=digest_text.rhythm(now)),
        _("- What interests this server most: {topics} (`/settings topics`)").format(topics=_topics(now)),
        _("- Alarms about sources: {channel} (`/settings alarms`)").format(channel=_channel(now.alarm_channel)),
    ]
    if now.answer_channels and not reads_all:
        lines.append(_(NO_MESSAGE_CONTENT))
    return "\n".join(lines)


def no_threads(channel_id: int, permissions: Sequence[str]) -> str:
    """Where answers do not go into threads, although they should."""
    return _("In {channel} I answer in the channel itself: I lack {permissions} there.").format(
        channel=f"<#{channel_id}>", permissions=", ".join(map(_, permissions))
    )


def _channel(channel_id: int | None) -> str:
    return f"<#{channel_id}>" if channel_id else _("nowhere")


def _topics(now: GuildSettings) -> str:
    return harmless(", ".join(now.digest_topics)) or _("everything")


def _yes(truth: bool) -> str:
    return _("yes") if truth else _("no")


def may_not_write(server: str) -> str:
    """Sent privately to a person who asked in a channel where the bot may not write."""
    told = _(
        "I may not write in the channel of {server} where you asked me. Someone who manages it can give me "
        "the permissions View Channel, Send Messages (in threads: Send Messages in Threads) and Read Message History."
    )
    return told.format(server=harmless(server))


def _sentences(*texts: str) -> str:
    """Texts that lack a full stop get one; the first letter becomes a capital. Cut to what one message holds."""
    ended = (text if text.endswith((".", "!", "?")) else f"{text}." for text in texts if text)
    joined = shortened(" ".join(ended), 900)
    return harmless(joined[:1].upper() + joined[1:])
