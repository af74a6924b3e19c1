"""A loopback Discord, REST and gateway, to which the unmodified discord.py logs in. Start at `server.py`."""

from tests.servers.discord.interacting import CannotUse
from tests.servers.discord.nouns import Attachment, Channel, Guild, Interaction, Message, User
from tests.servers.discord.server import DiscordServer, contents
from tests.servers.discord.traffic import RateLimits, RecordedRequest

__all__ = [
    "Attachment",
    "CannotUse",
    "Channel",
    "DiscordServer",
    "Guild",
    "Interaction",
    "Message",
    "RateLimits",
    "RecordedRequest",
    "User",
    "contents",
]
