"""What a child's parser made, as JSON and back. It is checked when it is read: who took a child over says anything."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from ingest.parse.documents import FrontPage
from ingest.parse.models import ParsedArticle, ParsedFeed

Result = TypeVar("Result", ParsedArticle, ParsedFeed, FrontPage)
_ADAPTERS: dict[type, TypeAdapter[Any]] = {made: TypeAdapter(made) for made in (ParsedArticle, ParsedFeed, FrontPage)}


class NonsenseError(Exception):
    """A reply is not what the parser makes."""


def written(result: ParsedArticle | ParsedFeed | FrontPage) -> bytes:
    return _ADAPTERS[type(result)].dump_json(result)


def read(made: type[Result], reply: bytes) -> Result:
    """What was made, of this kind.

    Raises:
        NonsenseError: it is something else.
    """
    try:
        result: Result = _ADAPTERS[made].validate_json(reply)
    except ValidationError as error:
        raise NonsenseError(str(error)) from None
    return result
