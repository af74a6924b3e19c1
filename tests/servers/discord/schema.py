"""Requests against Discord's own OpenAPI document (`spec/`, whole and unmodified, github.com/discord/discord-api-spec).

Where the document is not read to the letter, because Discord itself does not:

* `oneOf` is read as `anyOf`: the document's unions overlap (`choices: []` fits all three autocomplete forms).
* An id may be a number: Discord takes both, the document knows strings only.
* `true`/`false` of a query may be `1`/`0`.
* A multipart body is held against the schema of its `payload_json`, which is the JSON one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError, validators
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.servers.discord.routes import Templates

_FILE = Path(__file__).parent / "spec" / "openapi.json"
_URI = "urn:discord"
_UNDOCUMENTED = frozenset({"use_nested_fields"})
"""Parameters of queries that Discord takes and its document lacks: discord.py sends it with each post of a forum."""
_RULES = Draft202012Validator.VALIDATORS


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return document


def _type(validator: Any, types: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    is_id = schema.get("format") == "snowflake" and isinstance(instance, int) and not isinstance(instance, bool)
    return iter(()) if is_id else _RULES["type"](validator, types, instance, schema)


_extend: Any = validators.extend
_Validator = _extend(Draft202012Validator, {"oneOf": _RULES["anyOf"], "type": _type})


class OpenApi:
    """Says where a request departs from the document."""

    def __init__(self) -> None:
        document = _document()
        self._registry: Any = Registry().with_resource(_URI, DRAFT202012.create_resource(document))
        self._paths: Templates[dict[str, Any]] = Templates(document["paths"].items())
        self._validators: dict[str, Any] = {}

    def violations(self, method: str, path: str, query: dict[str, str], body: Any) -> list[str]:
        """Human-readable departures, each starting with the request's method and path; empty: none."""
        where = f"{method} {path}"
        found = self._paths.find(path)
        if found is None or method.lower() not in found[1]:
            return [f"{where}: not in Discord's document"]
        template, item, params = found
        operation = item[method.lower()]
        base = f"{_URI}#/paths/{template.replace('~', '~0').replace('/', '~1')}"
        declared = {f"{base}/parameters/{n}/schema": p for n, p in enumerate(item.get("parameters", []))}
        base += f"/{method.lower()}"
        declared |= {f"{base}/parameters/{n}/schema": p for n, p in enumerate(operation.get("parameters", []))}
        asked = {name: value for name, value in query.items() if name not in _UNDOCUMENTED}
        texts = [*self._parameters(declared, "path", params), *self._parameters(declared, "query", asked)]
        texts += self._body(base, operation.get("requestBody"), body)
        return [f"{where}: {text}" for text in texts]

    def _parameters(self, declared: dict[str, dict[str, Any]], place: str, values: dict[str, str]) -> Iterator[str]:
        """The departures of path or query parameters; `declared` has them by the address of their schema."""
        known = {p["name"]: (address, p.get("required")) for address, p in declared.items() if p["in"] == place}
        for name, value in values.items():
            if name not in known:
                yield f"{place} parameter {name} is unknown"
            elif not self._fits(known[name][0], value):
                yield f"{place} parameter {name}: {value!r} does not fit"
        for name, (_, required) in known.items():
            if required and name not in values:
                yield f"{place} parameter {name} is missing"

    def _fits(self, address: str, text: str) -> bool:
        """Whether a parameter's text, read as text, number or truth, fits its schema."""
        readings: list[Any] = [text]
        if text.lstrip("-").isdigit():
            readings.append(int(text))
        if text in ("0", "1", "true", "false"):
            readings.append(text in ("1", "true"))
        return any(self._validator(address).is_valid(reading) for reading in readings)

    def _body(self, base: str, declared: dict[str, Any] | None, body: Any) -> Iterator[str]:
        if body is None:
            if declared and declared.get("required"):
                yield "the body is missing"
            return
        if declared is None:
            yield "no body is expected"
            return
        address = f"{base}/requestBody/content/application~1json/schema"
        for error in self._validator(address).iter_errors(body):
            yield from _explain(error)

    def _validator(self, address: str) -> Any:
        if address not in self._validators:
            self._validators[address] = _Validator({"$ref": address}, registry=self._registry)
        return self._validators[address]


def _explain(error: ValidationError) -> Iterator[str]:
    """The errors of the branch that was meant: the one whose `type` fits, else the one that got furthest."""
    if not error.context:
        steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
        yield f"body{steps}: {error.message[:300]}"
        return
    branches: dict[Any, list[ValidationError]] = {}
    for inner in error.context:
        branches.setdefault(inner.schema_path[0], []).append(inner)
    depth = len(error.absolute_path)
    meant = min(branches.values(), key=lambda errors: (_is_other_kind(errors, depth), len(errors)))
    for inner in meant:
        yield from _explain(inner)


def _is_other_kind(errors: list[ValidationError], depth: int) -> bool:
    """Whether a branch failed at the value's own type, or at its member `type`."""
    for error in errors:
        path = list(error.absolute_path)[depth:]
        if (not path and error.validator == "type") or path == ["type"]:
            return True
    return False
