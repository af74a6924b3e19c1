"""The requests of other programs, with their limits. Their JSON schemas are what an MCP client is shown. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from ingest.clock import Clock, parse_clock
from ingest.errors import SettingsError

QUESTION_CHARS = 1_000
"""The longest question, as in Discord."""
QUOTE_CHARS = 2_000
"""The longest text that `verify_quote` looks for: several quotes."""
ARTICLE_CHARS = 50_000
"""The most of an article's text in one result."""
MOST_HITS, MOST_DAYS, MOST_LISTED = 20, 31, 50


def _storable(text: str) -> str:
    """Without null characters and lone surrogates, which databases refuse."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


Text = Annotated[str, AfterValidator(_storable)]
Words = Annotated[str, AfterValidator(_storable), Field(min_length=1, pattern=r"\S")]
Key = Annotated[str, AfterValidator(_storable), Field(min_length=1, max_length=2_000)]
Time = Annotated[
    str | None,
    Field(max_length=40, description="Answer as of this time: an ISO 8601 date or timestamp. Default: now."),
]


class Order(BaseModel):
    """A request. Fields that it does not have are an error, so that a misspelt one is not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AskOrder(Order):
    question: Words = Field(max_length=QUESTION_CHARS, description="A question about AI news, in plain words.")
    at: Time = None


class SearchOrder(Order):
    query: Words = Field(max_length=QUESTION_CHARS, description="What the passages should be about.")
    limit: int = Field(10, ge=1, le=MOST_HITS, description="How many passages.")
    at: Time = None


class DigestOrder(Order):
    days: int = Field(7, ge=1, le=MOST_DAYS, description="How many times 24 hours back.")
    since: Time = Field(None, max_length=40, description="Begin at this ISO 8601 time, instead of `days` back.")
    topic: Text | None = Field(None, max_length=100, description="Only stories about this.")
    at: Time = None


class ArticleOrder(Order):
    id: Key = Field(description="The article's id, or one of its addresses.")
    version: int | None = Field(None, ge=1, le=1_000_000, description="A stored version. Default: the current one.")
    start: int = Field(0, ge=0, le=100_000_000, description="Where the text begins, in code points.")
    length: int = Field(20_000, ge=1, le=ARTICLE_CHARS, description="How much of the text, in code points.")


class SourcesOrder(Order):
    """No fields."""


class NewestOrder(Order):
    limit: int = Field(MOST_LISTED, ge=1, le=MOST_LISTED)


class VerifyOrder(Order):
    text: Words = Field(max_length=QUOTE_CHARS, description="The words that are said to stand in an article.")
    article_id: Key | None = Field(None, description="Look in this article alone: its id or address.")


ORDERS: Mapping[str, type[Order]] = {
    "search": SearchOrder,
    "ask": AskOrder,
    "digest": DigestOrder,
    "article": ArticleOrder,
    "sources": SourcesOrder,
    "verify_quote": VerifyOrder,
    "newest": NewestOrder,
}


def parse_order(name: str, arguments: Mapping[str, Any]) -> Order:
    """The request of that name.

    Raises:
        SettingsError: there is no such request, or a field is wrong; the input is not repeated.
    """
    kind = ORDERS.get(name)
    if kind is None:
        raise SettingsError(
            "wrong request", name[:40], "there is none of this name", hint=f"One of {', '.join(ORDERS)}."
        )
    try:
        return kind.model_validate(dict(arguments))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        field = ".".join(str(part)[:40] for part in first["loc"]) or "arguments"
        raise SettingsError("wrong request", f"{name}, {field}", first["msg"]) from None


def window_of(order: DigestOrder, now: Clock) -> tuple[datetime, datetime]:
    """Beginning and end of what a digest covers.

    Raises:
        SettingsError: a time is none, or the beginning is not within the longest time before the end.
    """
    until = clock_of(order.at, now)
    since = parse_clock(order.since) if order.since else until - timedelta(days=order.days)
    if not timedelta() < until - since <= timedelta(days=MOST_DAYS):
        raise SettingsError("wrong request", "digest, since", f"it is not within {MOST_DAYS} days before the end")
    return since, until


def clock_of(at: str | None, now: Clock) -> datetime:
    """The time that a request names, or now; never later than now.

    Raises:
        SettingsError: it is no ISO 8601 date or timestamp.
    """
    return min(parse_clock(at), now()) if at else now()
