"""`column IN (keys)` with all keys in one parameter: SQLAlchemy would write new SQL for each length of list."""

from __future__ import annotations

from sqlalchemy import Boolean
from sqlalchemy.sql.functions import FunctionElement


class InKeys(FunctionElement[bool]):
    """Use `ingest.catalogue.dialect.in_keys`. Each engine compiles it in its own way."""

    type = Boolean()
    inherit_cache = True
