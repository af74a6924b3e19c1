"""The real client in a simulated Discord, over services whose results can be worked out by hand."""

from __future__ import annotations

from dataclasses import dataclass

import discord
import pytest
import simcord
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, GuildHandle

from bot.discord.client import VerbatimClient
from bot.discord.rate_limits import RateLimiter
from tests.bot.discord.fake_services import FakeServices


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
def simcord_bot(services: FakeServices) -> VerbatimClient:
    return VerbatimClient(services.bundle, RateLimiter(per_user=5, per_guild=8))


@dataclass
class Newsroom:
    """A server with a channel, Ann who may manage it, and Bob who may not."""

    env: simcord.Env
    guild: GuildHandle
    channel: ChannelHandle
    ann: MemberActor
    bob: MemberActor

    @property
    def bot(self) -> VerbatimClient:
        assert isinstance(self.env.bot, VerbatimClient)
        return self.env.bot

    @property
    def bot_mention(self) -> str:
        me = self.env.bot.user
        assert me is not None
        return me.mention

    def replies(self) -> list[discord.Message]:
        """What the bot wrote in the channel, oldest first, without its greeting."""
        me = self.env.bot.user
        return [m for m in self.channel.history() if m.author == me and "I am Verbatim" not in m.content]

    def allowed_mentions(self) -> list[object]:
        """Whom each message that the bot sent to a channel or as a follow-up may notify."""
        sent = [
            r.json for r in self.env.http_requests if r.method == "POST" and r.path.endswith(("/messages", "/webhooks"))
        ]
        return [body["allowed_mentions"] for body in sent if isinstance(body, dict)]


@pytest.fixture
async def newsroom(simcord_env: simcord.Env) -> Newsroom:
    guild = simcord_env.create_guild("Newsroom")
    channel = guild.create_text_channel("general")
    admins = guild.create_role("Admins", permissions=discord.Permissions(manage_guild=True))
    ann = guild.add_member(simcord_env.create_user("ann"), roles=[admins])
    bob = guild.add_member(simcord_env.create_user("bob"))
    await simcord_env.settle()
    return Newsroom(simcord_env, guild, channel, ann, bob)
