"""Data tables: every row names its columns, so that it can be read and quoted on its own.

    Model    | Input price | Output price          Model: Osprey 3 | Input price: $2.00 | Output price: $8.00
    Osprey 3 | $2.00       | $8.00            ->

Cells that span rows are repeated in each of them; empty cells are left out, and the header row is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

LONGEST_LABEL: Final = 60  # characters
LONGEST_REPEATED: Final = 200
"""Characters; a longer cell that spans rows appears only in the first of them."""
MOST_COLUMNS: Final = 50
LONGEST_ROW: Final = 900
"""Characters; a longer row is continued in another one that begins with the same first cell."""

_DIGIT = re.compile(r"\d")
_BLOCKS: Final = ("p", "div", "ul", "ol", "li", "center", "section", "pre")


class _Cell(NamedTuple):
    """A cell with the columns that it covers, [first, last)."""

    element: Any
    text: str
    first: int
    last: int


def label(header: str) -> str:
    """A column's name as it is written before its cells."""
    return " ".join(header.split()).rstrip(": ")[:LONGEST_LABEL]


def labelled(header: str, cell: str) -> str:
    """A cell with its column's name."""
    return f"{header}: {cell}" if header and cell and header != cell else cell


def looks_like_header(first: Sequence[str], others: Sequence[Sequence[str]]) -> bool:
    """Whether a table's first row names its columns: complete, without figures, above a column of figures."""
    if (
        len(first) < 2
        or len(others) < 2
        or not all(first)
        or any(_DIGIT.search(cell) or len(cell) > 40 for cell in first)
    ):
        return False
    columns = [[row[n] for row in others if n < len(row)] for n in range(len(first))]
    return any(column and all(map(_DIGIT.search, column)) for column in columns)


def name_columns(root: Any) -> None:
    """Write the column names into every row of the tree's data tables."""
    for table in list(root.iter("table")):
        rows = list(table.iter("tr"))
        if len(rows) > 1 and _is_data(table, rows):
            _name(rows)


def _is_data(table: Any, rows: list[Any]) -> bool:
    """Whether a table is for layout: it contains other tables, headings or whole paragraphs."""
    if table.get("role") == "presentation" or next(table.iterancestors("table"), None) is not None:
        return False
    if table.find(".//table") is not None or any(table.find(f".//h{level}") is not None for level in range(1, 7)):
        return False
    cells = [cell for row in rows for cell in row if cell.tag in ("td", "th")]
    widest = max(sum(cell.tag in ("td", "th") for cell in row) for row in rows)
    has_header = any(cell.tag == "th" for cell in cells) or table.find("thead") is not None
    paragraphs = max((len(cell.findall(".//p")) for cell in cells), default=0)
    return 2 <= widest <= MOST_COLUMNS and (has_header or paragraphs < 2)


def _name(rows: list[Any]) -> None:
    grid = _grid(rows)
    for cells in grid:
        _flatten(cells)
    headers = _header_rows(rows, grid)
    if not headers and _is_list_of_pairs(grid):
        for first, second in grid:
            _put_before(second.element, label(first.text))
            first.element.getparent().remove(first.element)
        return
    if not headers or headers == len(rows):
        return
    names = _names(grid[:headers])
    for row, cells in zip(rows[headers:], grid[headers:], strict=True):
        _fill(row, cells, names)
    for row in rows[:headers]:
        row.getparent().remove(row)


def _grid(rows: list[Any]) -> list[list[_Cell]]:
    """The cells of each row with their columns; cells that span rows are copied into each."""
    grid: list[list[_Cell]] = []
    spanning: dict[int, tuple[_Cell, int]] = {}
    for row in rows:
        cells: list[_Cell] = []
        own = [cell for cell in row if cell.tag in ("td", "th")]
        column = 0
        while own or any(first >= column for first in spanning):
            if column in spanning:
                cell, left = spanning.pop(column)
                if left > 1:
                    spanning[column] = (cell, left - 1)
                cells.append(cell._replace(element=_text_cell(cell.element, cell.text)))
                column = cell.last
            elif own and column < 2 * MOST_COLUMNS:
                element = own.pop(0)
                wide = _span(element, "colspan", MOST_COLUMNS)
                text = " ".join("".join(element.itertext()).split())
                cells.append(_Cell(element, text, column, column + wide))
                if (tall := _span(element, "rowspan", len(rows))) > 1 and len(text) <= LONGEST_REPEATED:
                    spanning[column] = (cells[-1], tall - 1)
                column += wide
            elif own:
                break
            else:
                column += 1
        grid.append(cells)
    return grid


def _span(cell: Any, name: str, most: int) -> int:
    said = (cell.attrib.pop(name, None) or "")[:4].strip()
    return max(1, min(int(said), most)) if said.isascii() and said.isdigit() else 1


def _flatten(cells: list[_Cell]) -> None:
    """Blocks in cells become running text."""
    for cell in cells:
        for block in cell.element.iter(*_BLOCKS):
            if block.tag == "li" and block.getprevious() is not None:
                block.text = f"; {block.text or ''}"
            block.tag = "span"
            block.tail = f" {block.tail or ''}"
        for line_break in cell.element.iter("br"):
            line_break.tag = "span"
            line_break.tail = f" {line_break.tail or ''}"


def _header_rows(rows: list[Any], grid: list[list[_Cell]]) -> int:
    """How many rows at the top name the columns."""
    count = 0
    for row, cells in zip(rows, grid, strict=True):
        filled = [cell.element for cell in cells if cell.text]
        in_head = row.getparent().tag == "thead"
        if not filled or not (in_head or all(cell.tag == "th" for cell in filled)):
            break
        count += 1
    if count or not grid[0]:
        return count
    bold = [cell.element for cell in grid[0] if cell.text and _is_bold(cell)]
    if len(bold) > 1 and len(bold) == sum(bool(cell.text) for cell in grid[0]):
        return 1 if not all(map(_is_bold, grid[1])) else 0
    texts = [[cell.text for cell in cells] for cells in grid]
    return int(looks_like_header(texts[0], texts[1:]))


def _is_bold(cell: _Cell) -> bool:
    words = "".join(text for bold in cell.element.iter("b", "strong") for text in bold.itertext())
    return bool(cell.text) and " ".join(words.split()) == cell.text


def _is_list_of_pairs(grid: list[list[_Cell]]) -> bool:
    """Whether each row consists of a heading and one cell."""
    return all(len(cells) == 2 and cells[0].element.tag == "th" and cells[1].element.tag == "td" for cells in grid)


def _names(headers: list[list[_Cell]]) -> dict[int, str]:
    """Each column's name, after its group's name."""
    names: dict[int, list[str]] = {}
    for cells in headers:
        for cell in cells:
            for column in range(cell.first, cell.last):
                parts = names.setdefault(column, [])
                if cell.text and cell.text not in parts:
                    parts.append(cell.text)
    return {column: label(" ".join(parts)) for column, parts in names.items()}


def _fill(row: Any, cells: list[_Cell], names: dict[int, str]) -> None:
    """A row's cells, each after its column's name; a cell that spans the whole row is a line of its own."""
    for child in list(row):
        row.remove(child)
    filled = [cell for cell in cells if cell.text]
    is_title = len(cells) == 1 and cells[0].last - cells[0].first > 1
    size = 0
    for n, cell in enumerate(filled):
        columns = () if is_title else (names.get(column, "") for column in range(cell.first, cell.last))
        name = ", ".join(dict.fromkeys(filter(None, columns)))[:LONGEST_LABEL]
        cell.element.tag = "td"
        _put_before(cell.element, "" if name == cell.text else name)
        own = len(name) + len(cell.text) + 5
        if n > 1 and size + own > LONGEST_ROW:
            row, size = _row_below(row), 0
        row.append(cell.element)
        size += own


def _row_below(row: Any) -> Any:
    """A new row with the same first cell."""
    below = row.makeelement("tr")
    row.addnext(below)
    below.append(_text_cell(row[0], " ".join("".join(row[0].itertext()).split())[:LONGEST_REPEATED]))
    return below


def _text_cell(like: Any, text: str) -> Any:
    cell = like.makeelement(like.tag)
    cell.text = text
    return cell


def _put_before(cell: Any, name: str) -> None:
    if name:
        cell.text = f"{name}: {(cell.text or '').lstrip()}"
