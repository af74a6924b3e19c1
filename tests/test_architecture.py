"""The picture of `ingest` in docs/architecture.md shows what the code imports; engines of SQL stay in their files."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import ingest

ROOT = Path(ingest.__file__).parent
DOCUMENT = ROOT.parent / "docs" / "architecture.md"


CATALOGUE = ROOT / "catalogue"
SQLITE_ONLY = re.compile(r"json_each|\bPRAGMA\b|fts5|BEGIN IMMEDIATE|INSERT OR |sqlite_master|\browid\b", re.IGNORECASE)
"""What no other engine understands. Options of tables (`sqlite_with_rowid`) are ignored by the others."""

POSTGRES_ONLY = re.compile(r"\bunnest\(|\bpg_\w+\(|::\w|regclass|\bANY\(:|\bsetval\b")


def room(module: str) -> str:
    return module.split(".")[1]


def imported(path: Path) -> Iterator[str]:
    """The modules of ingest that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module == "ingest":
            yield from (f"ingest.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ingest."):
            yield node.module or ""
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("ingest."))


def arrows_of_the_code() -> Mapping[str, set[str]]:
    arrows: dict[str, set[str]] = defaultdict(set)
    for path in ROOT.rglob("*.py"):
        own = path.relative_to(ROOT).with_suffix("").parts[0]
        arrows[own] |= {room(module) for module in imported(path)} - {own}
    return arrows


def arrows_of_the_picture() -> Mapping[str, set[str]]:
    (picture,) = re.findall(r"```mermaid\nflowchart TD\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    lines = [line.split(" --> ") for line in picture.splitlines()]
    return {start.strip(): set(ends.split(" & ")) for start, ends in lines}


def reachable(arrows: Mapping[str, set[str]], start: str) -> set[str]:
    return set().union(*({end} | reachable(arrows, end) for end in arrows.get(start, set())))


@pytest.mark.skipif(not DOCUMENT.exists(), reason="installed without its documents")
def test_the_picture_of_the_rooms_shows_the_imports() -> None:
    drawn, real = arrows_of_the_picture(), arrows_of_the_code()
    assert {(a, b) for a, ends in drawn.items() for b in ends if b not in real[a]} == set()
    assert {(a, b) for a, ends in real.items() for b in ends if b not in reachable(drawn, a)} == set()


@pytest.mark.parametrize(("only", "file"), [(SQLITE_ONLY, "sqlite.py"), (POSTGRES_ONLY, "postgres.py")])
def test_what_one_engine_alone_understands_is_in_one_file(only: re.Pattern[str], file: str) -> None:
    services = ROOT.parent / "bot" / "services"
    files = [*CATALOGUE.glob("*.py"), *services.glob("*.py")]
    assert [path.name for path in files if only.search(path.read_text())] == [file]
