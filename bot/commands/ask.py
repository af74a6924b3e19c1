"""Questions: /ask, and messages that address the bot (mention, reply, direct message)."""

from __future__ import annotations

import discord
from discord import app_commands

from bot import discord_text
from bot.answering.models import Question, Status
from bot.commands.history import conversation, without_mention
from bot.commands.sending import plain, reply, respond
from bot.contract import scopes_of
from bot.crossing import Crossing
from bot.render import RenderedMessage, render_answer
from ingest.corpus.models import SHARED_SCOPE

_QUESTION_CHARS = 1_000


def ask_command(crossing: Crossing) -> app_commands.Command[app_commands.Group, ..., None]:
    """/ask."""

    @app_commands.command(name="ask", description="Ask about AI news; every statement comes with a quote")
    @app_commands.describe(question="What do you want to know?", private="Show the answer to me alone")
    async def ask(
        interaction: discord.Interaction[discord.Client],
        question: app_commands.Range[str, 1, _QUESTION_CHARS],
        private: bool = False,
    ) -> None:
        await interaction.response.defer(thinking=True, ephemeral=private)
        async with crossing.answering():
            scopes = visible_scopes(interaction.guild_id)
            asked = Question(question, interaction.created_at, scopes=scopes)
            above = discord_text.asked(question)
            await respond(interaction, await _answer(crossing, asked, above), private=private)

    return ask


def addresses(message: discord.Message, me: discord.ClientUser) -> bool:
    """Whether a message is for the bot: a person's, in direct messages, or mentioning it or its own role.

    A reply notifies, and so mentions, the author of the message it replies to, unless the person switched that off,
    which says that the bot is not meant.
    """
    if message.author.bot or message.is_system():
        return False
    role = message.guild.self_role if message.guild else None
    return message.guild is None or me in message.mentions or (role is not None and role in message.role_mentions)


async def answer_message(crossing: Crossing, message: discord.Message, me: discord.ClientUser) -> None:
    """Answer a message that `addresses` the bot."""
    role = message.guild.self_role if message.guild else None
    text = without_mention(message.content, me, role)[:_QUESTION_CHARS]
    if not text:
        await reply(message, plain([discord_text.ASK_ME]))
        return
    async with crossing.answering(), message.channel.typing():
        history = await conversation(message, me)
        scopes = visible_scopes(message.guild.id if message.guild else None)
        await reply(message, await _answer(crossing, Question(text, message.created_at, history, scopes)))


def visible_scopes(guild_id: int | None) -> tuple[str, ...]:
    """What a guild sees; in direct messages only what is shared."""
    return scopes_of(SHARED_SCOPE if guild_id is None else str(guild_id))


async def _answer(crossing: Crossing, question: Question, above: str = "") -> list[RenderedMessage]:
    answer = await crossing.call(crossing.services.answering.answer, question)
    if answer.status is Status.NO_EVIDENCE and answer.newest_article_at is None:
        nothing_to_read = await _why_no_articles(crossing, question.scopes)
        if nothing_to_read:
            return plain([nothing_to_read])
    return render_answer(answer, above)


async def _why_no_articles(crossing: Crossing, scopes: tuple[str, ...]) -> str:
    """Why nobody could be answered here; "" when there are articles."""
    sources = await crossing.call(crossing.services.sources.list, scopes)
    if not sources:
        return discord_text.NO_SOURCES_IN_DM if scopes == (SHARED_SCOPE,) else discord_text.NO_SOURCES
    return "" if any(source.articles for source in sources) else discord_text.NOTHING_READ
