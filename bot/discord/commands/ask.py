"""Questions: /ask, and messages that address the bot (mention, reply, direct message)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from zoneinfo import ZoneInfo

import discord
from discord import app_commands

from bot.answering.models import Answer, Question, Status
from bot.answering.understanding.since import parse_since
from bot.discord.bridge import ServiceBridge
from bot.discord.buttons.answer_buttons import ContextButton, buttons_under
from bot.discord.interactions.history import conversation, without_mention
from bot.discord.interactions.homes import home_of, is_outside
from bot.discord.interactions.languages import audiences
from bot.discord.interactions.permissions import admit
from bot.discord.interactions.sending import CONNECTION_LOST, plain, reply, respond
from bot.discord.interactions.threads import thread_for
from bot.discord.messages import discord_text
from bot.discord.posting.live_answer import LiveAnswer, Send
from bot.monitoring.json_log import request
from bot.render import render_answer
from bot.services.guilds import GuildSettings
from bot.translation import _, speak
from ingest.errors import VerbatimError
from ingest.models import SHARED_SCOPE

log = logging.getLogger(__name__)

QUESTION_CHARS = 1_000
"""The longest question."""
TYPING_AFTER_S = 0.5
MANY_WAIT = 20
_SINCE_CHARS = 40


def ask_command(bridge: ServiceBridge) -> app_commands.Command[app_commands.Group, ..., None]:
    """/ask."""

    @app_commands.command(name="ask", description="Ask about AI news; every statement comes with a quote")
    @app_commands.describe(
        question="What do you want to know?",
        private="Show the answer to me alone",
        since="Only articles from then on: a date (2026-06-28), or words like last week",
    )
    async def ask(
        interaction: discord.Interaction[discord.Client],
        question: app_commands.Range[str, 1, QUESTION_CHARS],
        private: bool | None = None,
        since: app_commands.Range[str, 1, _SINCE_CHARS] | None = None,
    ) -> None:
        set_here = bridge.services.guilds.settings(home_of(interaction))
        zone = ZoneInfo(set_here.digest_zone)
        window = parse_since(since, interaction.created_at, zone) if since else None
        await admit(bridge, interaction.user, home_of(interaction))
        asked = Question(
            question,
            interaction.created_at,
            scopes=bridge.services.guilds.scopes(home_of(interaction), interaction.user.id),
            window=window,
            language=set_here.language,
            zone=zone,
        )
        alone = set_here.private or is_outside(interaction) if private is None else private
        await _answer_command(bridge, interaction, asked, alone, None if private else home_of(interaction))

    return ask


async def _answer_command(
    bridge: ServiceBridge,
    interaction: discord.Interaction[discord.Client],
    asked: Question,
    private: bool,
    noted_for: int | None,
) -> None:
    set_here = bridge.services.guilds.settings(interaction.guild_id)
    speak(audiences(interaction, set_here, private=private))
    with bridge.under_way():
        await interaction.response.defer(thinking=True, ephemeral=private)
        async with bridge.answering(interaction.user.id):
            send = partial(respond, interaction, private=private)
            above = discord_text.asked(asked.text)
            kept = private or is_outside(interaction)  # there the bot may not delete a message
            await answer(
                bridge,
                asked,
                interaction.user.id,
                send,
                above,
                private=kept,
                by_command=True,
                noted_for=noted_for,
                cards=bridge.services.guilds.settings(home_of(interaction)).cards,
            )


def addresses(message: discord.Message, me: discord.ClientUser, settings: GuildSettings) -> bool:
    """Whether a person's message is for the bot: a direct message, a mention of it or of its own role, or in a channel
    (or a thread of one) where every message is a question. In a forum it is the message that opens a post.

    A reply pings, and so mentions, the author of the message it replies to, unless the person switched the ping off,
    which shows that the bot is not addressed.
    """
    if message.author.bot or message.is_system():
        return False
    role = message.guild.self_role if message.guild else None
    if _home(message.channel) in settings.answer_channels and (message.content or is_forum_post(message)):
        return is_forum_post(message) or not in_forum(message.channel) or _named(message, me, role)
    return message.guild is None or _named(message, me, role)


def _named(message: discord.Message, me: discord.ClientUser, role: discord.Role | None) -> bool:
    return me in message.mentions or (role is not None and role in message.role_mentions)


def in_forum(channel: discord.abc.MessageableChannel) -> bool:
    """Whether a channel is a post of a forum."""
    return isinstance(channel, discord.Thread) and isinstance(channel.parent, discord.ForumChannel)


def is_forum_post(message: discord.Message) -> bool:
    """Whether a message opens a post of a forum; it has the id of its thread (developer reference, "Threads")."""
    return in_forum(message.channel) and message.id == message.channel.id


def _text(message: discord.Message, me: discord.ClientUser) -> str:
    """What is asked: the message without the mention of the bot; of a forum's post its title too."""
    role = message.guild.self_role if message.guild else None
    text = without_mention(message.content, me, role)
    if is_forum_post(message) and isinstance(message.channel, discord.Thread):
        text = f"{message.channel.name}\n{text}".strip()
    return text[:QUESTION_CHARS]


async def answer_message(bridge: ServiceBridge, message: discord.Message, me: discord.ClientUser) -> None:
    """Answer a message that `addresses` the bot."""
    text = _text(message, me)
    if not text:
        await reply(message, plain([_(discord_text.ASK_ME)]))
        return
    await admit(bridge, message.author, message.guild.id if message.guild else None)
    async with bridge.answering(message.author.id), _typing_if_slow(bridge, message.channel):
        guild_id = message.guild.id if message.guild else None
        set_here = bridge.services.guilds.settings(guild_id)
        asked = Question(
            text,
            message.created_at,
            await conversation(message, me),
            bridge.services.guilds.scopes(guild_id, message.author.id),
            language=set_here.language,
            zone=ZoneInfo(set_here.digest_zone),
            about=await _about(bridge, message),
        )
        send = partial(reply, message, into=await thread_for(message, set_here, text))
        await answer(bridge, asked, message.author.id, send, noted_for=guild_id, cards=set_here.cards)


async def _about(bridge: ServiceBridge, message: discord.Message) -> tuple[str, ...]:
    """The articles of the message that a thread starts at, or that is replied to; none that cannot be read now."""
    replied = message.reference.message_id if message.reference else None
    started_at = message.channel.id if isinstance(message.channel, discord.Thread) else None
    ids = [id_ for id_ in (started_at, replied) if id_ is not None]
    if not ids:
        return ()
    scopes = bridge.services.guilds.scopes(message.guild.id if message.guild else None, message.author.id)
    try:
        return await bridge.call_fast(bridge.services.postings.about, ids, scopes)
    except VerbatimError as error:
        log.warning("an answer looks at no article first: %s", error)
        return ()


@asynccontextmanager
async def _typing_if_slow(bridge: ServiceBridge, channel: discord.abc.MessageableChannel) -> AsyncIterator[None]:
    """Show that the bot writes, if that takes long: what is answered at once needs no request for it.

    Not while many wait: the requests would make them wait longer.
    """

    async def type_() -> None:
        await asyncio.sleep(TYPING_AFTER_S)
        if bridge.answers_under_way > MANY_WAIT:
            return
        async with channel.typing():
            await asyncio.Future()

    typing = asyncio.create_task(type_())
    try:
        yield
    finally:
        typing.cancel()
        with suppress(asyncio.CancelledError, discord.HTTPException, *CONNECTION_LOST):
            await typing


def _home(channel: discord.abc.MessageableChannel) -> int:
    """The channel, or the one its thread belongs to."""
    return channel.parent_id if isinstance(channel, discord.Thread) else channel.id


async def answer(
    bridge: ServiceBridge,
    question: Question,
    asker_id: int,
    send: Send,
    above: str = "",
    *,
    private: bool = False,
    by_command: bool = False,
    follows: int | None = None,
    noted_for: int | None = None,
    cards: bool = False,
) -> None:
    """Answer, and store what the buttons under the answer need.

    Args:
        asker_id: who may delete the answer.
        above: a line of Markdown to put above it.
        private: only the asker sees it.
        by_command: it answers an interaction; Discord does not deliver replies to it.
        follows: the delivery that it follows up.
        noted_for: the guild whose moderators may see it if it has no answer, where they switched that on.
        cards: as a card, not as plain text.
    """
    question = replace(question, asker_id=str(asker_id))
    live = LiveAnswer(send, above, cards=cards)
    try:
        with request():
            found = await bridge.answer(question, live.so_far)
    finally:
        first = await live.settled()
    if nothing_to_read := await _why_no_articles(bridge, found):
        await send(plain([nothing_to_read]), first=first)
        return
    await _note_gap(bridge, found, noted_for)
    needs_buttons = by_command or found.quotes or found.nearest
    delivery_id = await _kept(bridge, found, asker_id, follows) if needs_buttons else None
    view = None if delivery_id is None else buttons_under(found, delivery_id, private=private, by_command=by_command)
    below = discord_text.how_to_go_on() if by_command and view is not None else ""
    beside = None if delivery_id is None else partial(ContextButton, delivery_id)
    sent = await send(render_answer(found, above, below, cards=cards), view=view, first=first, beside=beside)
    if delivery_id is not None:
        await bridge.call_fast(bridge.services.answers.sent, delivery_id, [message.id for message in sent])


async def _note_gap(bridge: ServiceBridge, found: Answer, guild_id: int | None) -> None:
    """Keep a question that stands alone and had no answer, where the guild wants it; small talk is none."""
    missing = found.status is Status.NO_EVIDENCE and found.nearest and not found.question.history
    if guild_id is None or not missing or not bridge.services.guilds.settings(guild_id).gaps:
        return
    try:
        await bridge.call_fast(bridge.services.gaps.note, guild_id, found.question.text)
    except VerbatimError as error:
        log.warning("a question without an answer is not kept: %s", error)


async def _kept(bridge: ServiceBridge, answer: Answer, asker_id: int, follows: int | None) -> int | None:
    """The id of the answer for its buttons; None if it cannot be stored: better no buttons than no answer."""
    try:
        return await bridge.call_fast(bridge.services.answers.keep, answer, str(asker_id), follows)
    except VerbatimError as error:
        log.warning("an answer goes out without buttons: %s", error)
        return None


async def _why_no_articles(bridge: ServiceBridge, answer: Answer) -> str:
    """Why no question can be answered here; "" when there are articles."""
    if answer.status is not Status.NO_EVIDENCE or answer.newest_article_at is not None:
        return ""
    return await why_nothing_to_read(bridge, answer.question.scopes)


async def why_nothing_to_read(bridge: ServiceBridge, scopes: tuple[str, ...]) -> str:
    """Why these scopes have no articles; "" when they have some."""
    sources = await bridge.call_fast(bridge.services.sources.list, scopes)
    if not sources:
        return _(discord_text.NO_SOURCES_IN_DM) if scopes[0] == SHARED_SCOPE else discord_text.no_sources()
    return "" if any(source.articles for source in sources) else _(discord_text.NOTHING_READ)
