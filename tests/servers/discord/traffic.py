"""What the bot asked for, as tests see it; the rate limits it meets; the faults a test has ordered."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any

from tests.servers.discord.errors import DiscordError

_MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token", "interaction_token")
"""Parameters that part one route's requests into buckets of their own (documentation, "Rate Limits")."""


@dataclass
class RecordedRequest:
    """One REST request of the bot.

    Attributes:
        path: without `/api/v10` and without the query.
        json: the body; of a multipart request, its `payload_json`.
        files: names of the uploaded files.
        time: seconds since 1970 at which it came in.
        status: what was answered; 0 while it is being answered.
        violations: where it departs from Discord's OpenAPI document.
    """

    method: str
    path: str
    query: dict[str, str]
    json: Any = None
    files: list[str] = field(default_factory=list)
    time: float = field(default_factory=time.time)
    status: int = 0
    violations: list[str] = field(default_factory=list)


@dataclass
class Fault:
    """An answer that replaces the real one for the next requests on some paths.

    Attributes:
        path_regex: searched in "METHOD /path".
        status: the HTTP status; 0 breaks the connection without an answer.
        times: how many requests it still meets.
        retry_after: seconds, for 429.
        is_global: a 429 that is meant for all routes.
        silent: what is asked for is done, and never answered.
    """

    path_regex: str
    status: int
    times: int = 1
    retry_after: float = 0.1
    is_global: bool = False
    silent: bool = False

    def error(self) -> DiscordError:
        """The JSON of the answer (Discord documentation, "Rate Limits")."""
        error = DiscordError(self.status, 0, f"{self.status}: ordered by the test")
        if self.status == 429:
            error.body = {
                "message": "You are being rate limited.",
                "retry_after": self.retry_after,
                "global": self.is_global,
            }
        return error


class Faults:
    """The ordered faults, oldest first."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._waiting.append(fault)

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that meets this request, counted down."""
        for fault in self._waiting:
            if fault.times > 0 and re.search(fault.path_regex, f"{method} {path}"):
                fault.times -= 1
                return fault
        return None


@dataclass
class Window:
    started: float
    used: int = 0


class RateLimits:
    """A fixed window for each route and major parameter, told in Discord's headers and enforced.

    Args:
        limit: requests of one bucket in one window.
        window_s: length of a window, in seconds.
    """

    def __init__(self, limit: int = 50, window_s: float = 1.0) -> None:
        self.limit, self.window_s = limit, window_s
        self._windows: dict[str, Window] = {}

    def spend(self, method: str, template: str, params: dict[str, str]) -> tuple[dict[str, str], Fault | None]:
        """Count a request: its rate-limit headers, and a 429 when the window is used up."""
        major = [params[name] for name in _MAJOR if name in params]
        now, key = time.time(), "/".join([method, template, *major])
        window = self._windows.get(key)
        if window is None or now - window.started >= self.window_s:
            window = self._windows[key] = Window(now)
        window.used += 1
        reset = window.started + self.window_s
        headers = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(0, self.limit - window.used)),
            "X-RateLimit-Reset": f"{reset:.3f}",
            "X-RateLimit-Reset-After": f"{reset - now:.3f}",
            "X-RateLimit-Bucket": f"{method}{template}".replace("/", "-"),
        }
        over = Fault("", 429, retry_after=reset - now) if window.used > self.limit else None
        return headers, over
