"""Texts for property tests: arbitrary characters mixed with everything that cleaning and segmenting treat specially."""

from __future__ import annotations

from hypothesis import strategies as st

_PIECES = [
    "\n", "\n\n", "\n\n\n", "  ", "\t", "\r\n", "\u2028", "# ", "### ", "- ", "* ", "1. ", "2) ", "> ", "| a | b |",
    "|---|---|", "---", "```\n", "```python\n", "~~~\n", "`", "**", "*", "***", "\\$", "\\", "[x](#)", "([x](#))",
    "[text](https://a.example/b_(c))", "![i](u)", "(fda)", "(FDA)", " (neurips) ", "—(Tesla North) ", "(Site-ai)",
    "workflows.31", "adoption.6 The", "2027.29", "GPT-5.5", "$1.29", "Dr. ", "U.S. ", "e.g. ", "No. 1", "J. Smith",
    "... ", "!", "?”", ".", ". The", ".” He", "。", "人工智能", "https://a.example/x.y?z", "\x00", "\u200b", "\ud800",
    "Post a Comment", "Share", "Subscribe to our newsletter", "word ", "Capital ", "a"* 90, "e\u0301", "é", "’s",
]  # fmt: skip

texts = st.lists(st.one_of(st.sampled_from(_PIECES), st.text(max_size=12)), max_size=40).map("".join)
"""Short hostile texts."""

long_texts = st.lists(st.sampled_from([*_PIECES, "x" * 700, "one two three " * 90]), max_size=12).map("".join)
"""Texts whose sentences pass the longest allowed length."""
