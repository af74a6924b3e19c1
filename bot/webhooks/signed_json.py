"""A message as JSON with a signature, as Standard Webhooks 1.0.0 has it (standardwebhooks.com). Pure.

The payload is `{"type", "timestamp", "data"}`; signed are the message's id, the time of the attempt and the body. The
id is the same at every attempt, so a receiver that remembers ids drops repeats.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from datetime import datetime

from bot.contract import Json, digest_to_json, story_to_json
from bot.webhooks.news import TEST, DigestNews, News, TestNews
from ingest.clock import format_utc

_PREFIX = "whsec_"
_SECRET_BYTES = 32


def new_secret() -> str:
    """A random secret, as the two sides write it."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def key_of(secret: str) -> bytes:
    """The bytes of a secret.

    Raises:
        ValueError: it is none, or not of 24 to 64 bytes.
    """
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("it is no base64") from error
    if not (secret.startswith(_PREFIX) and 24 <= len(key) <= 64):
        raise ValueError(f"it is no {_PREFIX} with 24 to 64 bytes in base64")
    return key


def json_body(news: News) -> bytes:
    """The body of the request."""
    payload = {"type": _type(news), "timestamp": format_utc(news.at), "data": _data(news)}
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def signature_headers(body: bytes, message_id: str, at: datetime, secret: str) -> dict[str, str]:
    """The headers of an attempt at a moment."""
    seconds = str(int(at.timestamp()))
    signed = hmac.new(key_of(secret), f"{message_id}.{seconds}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
    }


def _type(news: News) -> str:
    if isinstance(news, DigestNews):
        return "digest.published"
    return "webhook.test" if isinstance(news, TestNews) else "watch.found"


def _data(news: News) -> Json:
    if isinstance(news, TestNews):
        return {"text": TEST}
    if isinstance(news, DigestNews):
        return digest_to_json(news.digest)
    watch = {"id": str(news.watch_id), "kind": news.kind, "text": news.text}
    return {"watch": watch, "stories": [story_to_json(story) for story in news.stories]}
