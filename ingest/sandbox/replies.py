"""A parser's result as JSON and back; validated on reading, because a child that was taken over may send anything."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from ingest.parse.documents import FrontPage
from ingest.parse.models import ParsedArticle, ParsedFeed

Result = TypeVar("Result", ParsedArticle, ParsedFeed, FrontPage)
_ADAPTERS: dict[type, TypeAdapter[Any]] = {made: TypeAdapter(made) for made in (ParsedArticle, ParsedFeed, FrontPage)}


class NonsenseError(Exception):
    """The reply is not a parser's result."""


def written(result: ParsedArticle | ParsedFeed | FrontPage) -> bytes:
    return _ADAPTERS[type(result)].dump_json(result)


def read(made: type[Result], reply: bytes) -> Result:
    """The result, which must be of this type.

    Raises:
        NonsenseError: it is something else.
    """
    try:
        result: Result = _ADAPTERS[made].validate_json(reply)
    except ValidationError as error:
        raise NonsenseError(str(error)) from None
    return result
