"""Tables of Markdown text: every row names its columns, as those of pages do (`tables`)."""

from __future__ import annotations

import re
from typing import Final

from ingest.parse.tables import LONGEST_LABEL, MOST_COLUMNS
from ingest.text.layout import fenced, has_fence

_RULE = re.compile(r"[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?[ \t]*)?")
_BAR = re.compile(r"(?<!\\)\|")
_MARKS: Final = "*_` :"


def name_columns(text: str) -> str:
    """The text with the rows of its tables rewritten: "Model: Osprey 3 | Price: $2.00". Code stays as it is."""
    if "|" not in text:
        return text
    lines = text.split("\n")
    is_code = fenced(lines) if has_fence(text) else [0] * len(lines)
    out: list[str] = []
    header: list[str] = []
    for n, line in enumerate(lines):
        below = lines[n + 1] if n + 1 < len(lines) else ""
        if is_code[n] or "|" not in line:
            header = []
        elif _is_rule(below) and not header and 1 < len(_cells(line)) <= MOST_COLUMNS:
            header = [cell.strip(_MARKS)[:LONGEST_LABEL] for cell in _cells(line)]
            continue
        elif header:
            if not _is_rule(line):
                out.append(_named(header, _cells(line)))
            continue
        out.append(line)
    return "\n".join(out)


def _is_rule(line: str) -> bool:
    return len(line) < 2000 and _RULE.fullmatch(line) is not None and "-" in line


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("\\|", "¦") for cell in _BAR.split(line.strip().removeprefix("|").removesuffix("|"))]


def _named(header: list[str], cells: list[str]) -> str:
    """A row as "name: cell | name: cell", without the cells that are empty."""
    told = [(header[n] if n < len(header) else "", cell) for n, cell in enumerate(cells) if cell]
    return " | ".join(f"{name}: {cell}" if name and name != cell else cell for name, cell in told)
