"""A Discord for tests: what people do in it, what the bot made of it, and what may go wrong.

    with DiscordServer() as server:
        guild = server.add_guild("Newsroom")
        ann = server.add_user("ann", guild)
        ...start the bot with DISCORD_TOKEN=server.token and DISCORD_API_URL=server.api_url...
        server.wait_for(lambda: server.connected)
        asked = server.slash(guild, guild.channel, ann, "ask", {"question": "What is new?"})
        server.wait_for(lambda: asked.done)

All methods are called from the test's thread. The objects they return are live: their fields follow what happens.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.servers.discord import gateway as gateways
from tests.servers.discord.api import PREFIX, Api
from tests.servers.discord.gateway import Gateway
from tests.servers.discord.host import Host
from tests.servers.discord.nouns import Channel, Guild, Json, Message, User
from tests.servers.discord.people import People
from tests.servers.discord.traffic import Fault, RateLimits, RecordedRequest
from tests.servers.discord.world import World

T = TypeVar("T")

_APPLICATION_FLAGS = {gateways.GUILD_MEMBERS: 1 << 14, gateways.PRESENCES: 1 << 12, gateways.MESSAGE_CONTENT: 1 << 18}


class DiscordServer(People):
    """One Discord, one application, one bot.

    Args:
        token: the bot's token.
        privileged_intents: the privileged intents switched on for the application; 0: none, as for a new one.
        shards: what /gateway/bot recommends.
        rate_limits: enforced on every route.
    """

    def __init__(
        self,
        token: str = "loopback.token",
        privileged_intents: int = 0,
        shards: int = 1,
        rate_limits: RateLimits | None = None,
    ) -> None:
        self.token = token
        self._shards = shards
        self._changes = threading.Condition()
        self.world = World(self._emit, self._changed)
        self.world.application_flags = sum(
            flag for intent, flag in _APPLICATION_FLAGS.items() if privileged_intents & intent
        )
        self.gateway = Gateway(self.world, token, privileged_intents, lambda: self.gateway_url, self._changed)
        self._api = Api(self.world, token, self._gateway_info, self._changed, rate_limits or RateLimits())
        self._host = Host(self._add_routes, self._close_gateway)

    # life

    def __enter__(self) -> Self:
        self._host.start()
        self.world.cdn = f"http://127.0.0.1:{self._host.port}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._host.stop()

    @property
    def api_url(self) -> str:
        """For DISCORD_API_URL."""
        return f"http://127.0.0.1:{self._host.port}{PREFIX}"

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self._host.port}/gateway"

    @property
    def bot(self) -> User:
        return self.world.bot

    # what the bot did

    @property
    def requests(self) -> list[RecordedRequest]:
        """Every REST request so far, oldest first."""
        return list(self._api.requests)

    def requests_to(self, method: str, path_end: str) -> list[RecordedRequest]:
        """The requests of a method to paths with this end."""
        return [r for r in self.requests if r.method == method and r.path.endswith(path_end)]

    def violations(self) -> list[str]:
        """Where the requests so far depart from Discord's OpenAPI document; each is a sentence."""
        return [text for request in self.requests for text in request.violations]

    def messages(self, channel: Channel) -> list[Message]:
        """What stands in a channel for everybody, oldest first."""
        return self._host.call(lambda: channel.visible_messages)

    def replies(self, channel: Channel) -> list[Message]:
        """The bot's own messages in a channel, oldest first, finished ones only."""
        return [m for m in self.messages(channel) if m.author is self.bot and not m.loading]

    def commands(self, guild: Guild | None = None) -> list[Json]:
        """The registered commands, global or of a guild."""
        return self._host.call(lambda: list(self.world.commands.get(guild.id if guild else None, {}).values()))

    @property
    def connected(self) -> bool:
        """Whether a session of the bot has an open connection."""
        return bool(self.gateway.connected)

    def wait_for(self, predicate: Callable[[], Any], timeout_s: float = 10.0, what: str = "") -> None:
        """Wait until something holds; asked again after every request and gateway event.

        Raises:
            AssertionError: it did not hold in time; the message tells the last requests.
        """
        deadline = time.monotonic() + timeout_s
        while not predicate():
            left = deadline - time.monotonic()
            if left <= 0:
                recent = "\n".join(f"  {r.method} {r.path} -> {r.status}" for r in self.requests[-10:])
                raise AssertionError(f"not within {timeout_s} s: {what or predicate}; last requests:\n{recent}")
            with self._changes:
                self._changes.wait(min(left, 0.1))

    # what may go wrong

    def fail_next(
        self, path_regex: str, status: int = 500, times: int = 1, retry_after: float = 0.1, *, is_global: bool = False
    ) -> None:
        """Answer the next requests whose "METHOD /path" matches with a failure.

        Args:
            status: 429, 500, ...; 0 breaks the connection without an answer.
            retry_after: seconds, for 429.
        """
        fault = Fault(path_regex, status, times, retry_after, is_global)
        self._host.call(lambda: self._api.faults.add(fault))

    def keep_silent(self, path_regex: str) -> None:
        """Do what the next request asks whose "METHOD /path" matches, and never answer it."""
        self._host.call(lambda: self._api.faults.add(Fault(path_regex, 0, silent=True)))

    def drop_gateway(self, code: int = 4000) -> None:
        """Close the gateway with a code (1006: cut it); the sessions can be resumed."""
        self._host.wait(self.gateway.drop(code))

    def ask_to_reconnect(self) -> None:
        """Gateway RECONNECT (op 7)."""
        self._host.call(self.gateway.ask_to_reconnect)

    def invalidate_session(self, *, resumable: bool = False) -> None:
        """Gateway INVALID_SESSION (op 9)."""
        self._host.call(lambda: self.gateway.invalidate(resumable=resumable))

    def slow_gateway(self, seconds: float) -> None:
        """Hold back every frame of the gateway by this long; 0: no more."""
        self.gateway.delay_s = seconds

    # inside

    def _call(self, work: Callable[[], T]) -> T:
        return self._host.call(work)

    def _emit(self, event: str, payload: Json, guild_id: int | None = None) -> None:
        self.gateway.emit(event, payload, guild_id)

    def _changed(self) -> None:
        with self._changes:
            self._changes.notify_all()

    def _gateway_info(self) -> Json:
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        return {"url": self.gateway_url, "shards": self._shards, "session_start_limit": limit}

    def _add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_route("*", PREFIX + "/{tail:.*}", self._api.handle)
        router.add_get("/gateway", self.gateway.handle)
        router.add_get("/gateway/", self.gateway.handle)
        router.add_get("/attachments/{id}/{filename}", self._attachment)

    async def _attachment(self, request: web.Request) -> web.Response:
        content = self.world.attachments.get(int(request.match_info["id"]))
        return web.Response(status=404) if content is None else web.Response(body=content)

    async def _close_gateway(self) -> None:
        await self.gateway.drop(1001)


def contents(messages: Iterable[Message]) -> list[str]:
    """The texts of messages, for short assertions."""
    return [message.content for message in messages]
