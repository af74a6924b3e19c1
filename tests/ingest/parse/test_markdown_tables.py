"""Rows of Markdown tables name their columns."""

from __future__ import annotations

from ingest.parse.text import name_columns, parse_text

TABLE = "| **Model** | Price |\n|:--|--:|\n| Osprey 3 | $2.00 |\n| Gull | |"


def test_each_row_names_its_columns() -> None:
    assert name_columns(f"Prices:\n\n{TABLE}\n\nEnd | it.") == (
        "Prices:\n\nModel: Osprey 3 | Price: $2.00\nModel: Gull\n\nEnd | it."
    )
    assert name_columns("Model | Price\n--- | ---\nA | 1") == "Model: A | Price: 1"


def test_code_and_lone_bars_stay() -> None:
    for text in (f"```\n{TABLE}\n```", "a | b\n\n---\n\nc", "a|-b"):
        assert name_columns(text) == text


def test_a_text_file_is_read_so() -> None:
    article = parse_text(f"# Prices\n\n{TABLE}".encode(), name="prices.md")
    assert article.text.endswith("Model: Osprey 3 | Price: $2.00\nModel: Gull")
