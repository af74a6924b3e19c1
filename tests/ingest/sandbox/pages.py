"""Web pages of any length."""

from __future__ import annotations

SENTENCE = "Aurora released a small model on Monday, and it answers questions about the weather in the north. "


def page(sentences: int) -> bytes:
    body = "".join(f"<p>{n}: {SENTENCE * 4}</p>" for n in range(sentences // 4))
    return f"<html><head><title>Aurora</title></head><body><article>{body}</article></body></html>".encode()
