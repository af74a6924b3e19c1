"""The one error handler: the user gets a sentence, the log gets the traceback without anything users wrote."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import discord
from discord import app_commands

from bot.discord.interactions.permissions import MayNotAsk
from bot.discord.interactions.sending import CONNECTION_LOST, plain, respond
from bot.discord.messages import discord_text
from bot.discord.rate_limits import RateLimited
from bot.errors import AskersError
from bot.translation import _
from ingest.errors import CatalogueError, VectorIndexError

log = logging.getLogger(__name__)

_GONE = frozenset({10003, 10008, 10062, 50083})
"""Unknown channel, message or interaction, locked thread (developer reference, "JSON Error Codes")."""

_AWAY = (CatalogueError, VectorIndexError)
"""A database or index that does not answer: no bug, and nobody's words are in what these say."""

Say = Callable[[str], Awaitable[object]]


async def fail(error: BaseException, where: str, say: Say) -> None:
    """Log an error and tell the user who ran into it; where the bot may not write, only log.

    Args:
        where: what was being done, for the log ("/ask", "a mention").
        say: sends the user one message.
    """
    cause = _cause(error)
    if isinstance(cause, discord.Forbidden) or (isinstance(cause, discord.HTTPException) and cause.code in _GONE):
        log.warning("%s: cannot be answered there: HTTP %s, code %s", where, cause.status, cause.code)
        return
    refusal = _refusal(cause)
    if refusal is None:
        log.error("%s failed: %s", where, cause if isinstance(cause, _AWAY) else trace(cause))
    try:
        await say(refusal or discord_text.failure(cause))
    except discord.HTTPException as unsayable:
        log.warning("%s: cannot notify the user: HTTP %s, code %s", where, unsayable.status, unsayable.code)
    except CONNECTION_LOST as lost:
        log.warning("%s: cannot notify the user: %s", where, type(lost).__name__)


async def fail_privately(interaction: discord.Interaction[Any], error: BaseException, where: str) -> None:
    """`fail`, with the message shown only to the user of the interaction."""

    async def say(text: str) -> None:
        if not interaction.response.is_done():
            await interaction.response.defer(thinking=True, ephemeral=True)
        await respond(interaction, plain([text]), private=True)

    await fail(error, where, say)


def trace(error: BaseException) -> str:
    """The types and frames of an error and its causes, without their texts, which may contain what people wrote."""
    return "\n".join(line for one in _chain(error) for line in (_qualified(one), *_frames(one)))


def _frames(error: BaseException) -> list[str]:
    return [line.rstrip() for line in traceback.format_tb(error.__traceback__)]


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)


def _qualified(error: BaseException) -> str:
    named = f"{type(error).__module__}.{type(error).__qualname__}"
    if isinstance(error, discord.HTTPException):
        return f"{named}: HTTP {error.status}, code {error.code}"
    return named


def _cause(error: BaseException) -> BaseException:
    return error.original if isinstance(error, app_commands.CommandInvokeError) else error


def _refusal(error: BaseException) -> str | None:
    """The message for errors that are not failures, such as a missing permission."""
    if isinstance(error, MayNotAsk):
        return _(discord_text.MAY_NOT_ASK)
    if isinstance(error, AskersError):
        return discord_text.failure(error)
    if isinstance(error, RateLimited):
        return discord_text.slow_down(error.wait_s, everybody=error.everybody)
    if isinstance(error, app_commands.MissingPermissions):
        return _(discord_text.NOT_ALLOWED)
    if isinstance(error, app_commands.NoPrivateMessage):
        return _(discord_text.ONLY_ON_SERVERS)
    if isinstance(error, app_commands.CommandNotFound | app_commands.CommandSignatureMismatch):
        return _(discord_text.OUT_OF_DATE)
    return None
