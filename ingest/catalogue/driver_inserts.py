"""Inserts of many rows without SQLAlchemy, which takes longer to process a value than an engine takes to store it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Dialect as Driver
from sqlalchemy import Insert


class DriverInsert(NamedTuple):
    """A compiled INSERT.

    Attributes:
        names: of its values, in order.
        converters: by position, how to convert values whose type the driver does not know.
    """

    sql: str
    names: tuple[str, ...]
    converters: Mapping[int, Callable[[Any], object]]

    def values(self, rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Any, ...]]:
        """The rows as the driver takes them. A row that lacks a column is a bug: KeyError."""
        columns: list[list[Any]] = [[row[name] for row in rows] for name in self.names]
        for place, convert in self.converters.items():
            columns[place] = [convert(value) for value in columns[place]]
        return zip(*columns, strict=True)


@lru_cache(maxsize=64)
def driver_insert(statement: Insert, names: tuple[str, ...], driver: Driver) -> DriverInsert:
    """Compile an INSERT of rows with these columns for a driver with positional parameters."""
    compiled: Any = statement.compile(dialect=driver, column_keys=list(names), for_executemany=True)
    ordered = tuple(compiled.positiontup or ())
    types = [statement.table.c[name].type.dialect_impl(driver) for name in ordered]
    processors = {place: type_.bind_processor(driver) for place, type_ in enumerate(types)}
    converters = {place: _remembering(convert) for place, convert in processors.items() if convert is not None}
    return DriverInsert(str(compiled), ordered, converters)


def _remembering(convert: Callable[[Any], object]) -> Callable[[Any], object]:
    """The same, but a run of one and the same object is converted once: most times in a batch are one object."""
    last: tuple[object, object] = (object(), None)

    def converted(value: Any) -> object:
        nonlocal last
        known = last  # other threads may replace it
        if known[0] is not value:
            known = last = (value, convert(value))
        return known[1]

    return converted
