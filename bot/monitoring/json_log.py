"""Log lines as JSON, each with the id of the question that it belongs to, and never with its words."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from uuid import uuid4

_request: ContextVar[str] = ContextVar("request", default="")


@contextmanager
def request() -> Iterator[None]:
    """Gives what is logged inside an id of its own."""
    token = _request.set(uuid4().hex[:12])
    try:
        yield
    finally:
        _request.reset(token)


class JsonFormatter(logging.Formatter):
    """One JSON object per line: time (ISO 8601, UTC), level, logger, message, and request where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := _request.get():
            line["request"] = request_id
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def log_as_json() -> None:
    """Let every handler of the root logger write JSON."""
    for handler in logging.getLogger().handlers:
        handler.setFormatter(JsonFormatter())
