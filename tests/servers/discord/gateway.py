"""The gateway: sessions that receive events, resume, and are dropped on order (Discord documentation, "Gateway").

A session outlives its connection: what is sent while it is away is replayed on RESUME. Events go to sessions whose
intents ask for them, and to the shard of their guild. Without the message content intent the text of a message is
shown only when the bot wrote it, is mentioned in it, or got it as a direct message.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.servers.discord.connection import Connection
from tests.servers.discord.nouns import Json
from tests.servers.discord.payloads import conceal, user_json
from tests.servers.discord.world import World

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT = 0, 1, 2, 6, 7
MEMBERS_REQUEST, INVALID_SESSION, HELLO, ACK = 8, 9, 10, 11
AUTHENTICATION_FAILED, DISALLOWED_INTENTS, UNKNOWN_OPCODE = 4004, 4014, 4001

GUILDS, GUILD_MEMBERS, PRESENCES, MESSAGE_CONTENT = 1 << 0, 1 << 1, 1 << 8, 1 << 15
PRIVILEGED = GUILD_MEMBERS | PRESENCES | MESSAGE_CONTENT
HEARTBEAT_INTERVAL_MS = 41_250

_IN_GUILD_AND_DM = {"MESSAGE_REACTION": (1 << 10, 1 << 13), "MESSAGE": (1 << 9, 1 << 12)}
_GUILD_ONLY = {"GUILD_MEMBER": GUILD_MEMBERS, "GUILD": GUILDS, "CHANNEL": GUILDS, "THREAD": GUILDS}


def _intent(event: str, guild_id: int | None) -> int:
    """The intent an event needs; 0: it always comes."""
    for prefix, (in_guild, in_dm) in _IN_GUILD_AND_DM.items():
        if event.startswith(prefix):
            return in_dm if guild_id is None else in_guild
    return next((intent for prefix, intent in _GUILD_ONLY.items() if event.startswith(prefix)), 0)


@dataclass(eq=False)
class Session:
    """What the bot identified as, and everything it was sent."""

    intents: int
    shard: tuple[int, int]
    connection: Connection | None
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    sent: list[tuple[str, Json]] = field(default_factory=list)
    resumed: int = 0

    def dispatch(self, event: str, payload: Json) -> None:
        self.sent.append((event, payload))
        if self.connection is not None:
            self.connection.send(DISPATCH, payload, len(self.sent), event)

    def wants(self, event: str, guild_id: int | None) -> bool:
        shard_id, shard_count = self.shard
        home = 0 if guild_id is None else (guild_id >> 22) % shard_count
        intent = _intent(event, guild_id)
        return home == shard_id and (not intent or bool(self.intents & intent))


class Gateway:
    """All sessions of the bot.

    Args:
        world: whose events are told.
        token: the one that IDENTIFY must bring.
        privileged: privileged intents switched on for the application; asking for another closes with 4014.
        address: the ws:// address, for READY's resume_gateway_url.
        on_change: called when a session begins, resumes or goes.
    """

    def __init__(
        self, world: World, token: str, privileged: int, address: Callable[[], str], on_change: Callable[[], None]
    ) -> None:
        self.world, self.token, self.privileged = world, token, privileged
        self.address, self.on_change = address, on_change
        self.sessions: list[Session] = []
        self.heartbeats = 0
        self.identifies = 0
        self.delay_s = 0.0

    @property
    def connected(self) -> list[Session]:
        return [session for session in self.sessions if session.connection is not None]

    def emit(self, event: str, payload: Json, guild_id: int | None = None) -> None:
        """Tell every session that wants it."""
        for session in self.sessions:
            if session.wants(event, guild_id):
                session.dispatch(event, self._visible(session, event, payload))
        self.on_change()

    def _visible(self, session: Session, event: str, payload: Json) -> Json:
        if event not in ("MESSAGE_CREATE", "MESSAGE_UPDATE") or session.intents & MESSAGE_CONTENT:
            return payload
        return conceal(payload, self.world.bot.id, in_dm="guild_id" not in payload)

    async def handle(self, request: web.Request) -> web.WebSocketResponse:
        """The aiohttp handler."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        connection = Connection(request, socket, delay_s=lambda: self.delay_s)
        connection.send(HELLO, {"heartbeat_interval": HEARTBEAT_INTERVAL_MS})
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    frame = json.loads(message.data)
                    await self._received(connection, frame["op"], frame.get("d"))
        finally:
            self._gone(connection)
        return socket

    def _gone(self, connection: Connection) -> None:
        """A connection ended; a client that said goodbye (1000, 1001) gives its session up."""
        connection.stop()
        goodbye = not connection.closed_here and connection.socket.close_code in (1000, 1001)
        for session in [s for s in self.sessions if s.connection is connection]:
            session.connection = None
            if goodbye:
                self.sessions.remove(session)
        self.on_change()

    async def _received(self, connection: Connection, op: int, data: Any) -> None:
        if op == HEARTBEAT:
            self.heartbeats += 1
            connection.send(ACK)
        elif op == IDENTIFY:
            await self._identify(connection, data)
        elif op == RESUME:
            await self._resume(connection, data)
        elif op not in (3, 4):
            await connection.close(UNKNOWN_OPCODE)

    async def _identify(self, connection: Connection, data: Json) -> None:
        self.identifies += 1
        if data["token"] != self.token:
            await connection.close(AUTHENTICATION_FAILED)
            return
        if data["intents"] & PRIVILEGED & ~self.privileged:
            await connection.close(DISALLOWED_INTENTS)
            return
        shard_id, shard_count = data.get("shard", (0, 1))
        session = Session(data["intents"], (shard_id, shard_count), connection)
        self.sessions.append(session)
        mine = [g for g in self.world.guilds.values() if session.wants("GUILD_CREATE", g.id)]
        session.dispatch("READY", self._ready(session, [g.id for g in mine]))
        for guild in mine:
            everybody = bool(session.intents & GUILD_MEMBERS)
            session.dispatch("GUILD_CREATE", self.world.guild_payload(guild, all_members=everybody))
        self.on_change()

    def _ready(self, session: Session, guild_ids: list[int]) -> Json:
        application = {"id": str(self.world.application_id), "flags": self.world.application_flags}
        return {
            "v": 10,
            "user": {**user_json(self.world.bot), "verified": True, "mfa_enabled": False},
            "guilds": [{"id": str(identifier), "unavailable": True} for identifier in guild_ids],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.address(),
            "shard": list(session.shard),
            "application": application,
            "private_channels": [],
            "relationships": [],
        }

    async def _resume(self, connection: Connection, data: Json) -> None:
        if data["token"] != self.token:
            await connection.close(AUTHENTICATION_FAILED)
            return
        session = next((s for s in self.sessions if s.id == data["session_id"]), None)
        if session is None:
            connection.send(INVALID_SESSION, False)
            return
        session.connection = connection
        session.resumed += 1
        for seq, (event, payload) in enumerate(session.sent[data["seq"] :], start=data["seq"] + 1):
            connection.send(DISPATCH, payload, seq, event)
        session.dispatch("RESUMED", {})
        self.on_change()

    async def drop(self, code: int) -> None:
        """Close every connection with a code; the sessions stay and can be resumed."""
        for session in self.connected:
            if session.connection is not None:
                await session.connection.close(code)

    def ask_to_reconnect(self) -> None:
        """RECONNECT: the bot closes by itself and resumes."""
        for session in self.connected:
            if session.connection is not None:
                session.connection.send(RECONNECT)

    def invalidate(self, *, resumable: bool) -> None:
        """INVALID_SESSION: the bot must identify anew, unless resumable."""
        for session in self.connected:
            if session.connection is not None:
                session.connection.send(INVALID_SESSION, resumable)
        if not resumable:
            self.sessions.clear()
