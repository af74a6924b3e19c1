"""Cuts the thinking of reasoning models out of what they wrote. Pure.

Servers with a reasoning parser (vLLM, DeepSeek, llama.cpp) put thinking in a field of its own, which nobody reads; the
others leave it in the text, in the marks of the model's chat template.
"""

from __future__ import annotations

import re

_NAMES = r"think|thinking|thought|reasoning|reflection"
_BLOCK = re.compile(rf"<({_NAMES})\b[^>]*>.*?</\1\s*>|\[THINK\].*?\[/THINK\]", re.DOTALL | re.IGNORECASE)
_CLOSED = re.compile(rf"\A.*(?:</(?:{_NAMES})\s*>|\[/THINK\])", re.DOTALL | re.IGNORECASE)
_OPENED = re.compile(rf"(?:<(?:{_NAMES})\b[^>]*>|\[THINK\]).*", re.DOTALL | re.IGNORECASE)
# OpenAI's harmony format, as a server without its parser passes it through.
_FINAL = re.compile(r"\A.*<\|channel\|>\s*final\b[^<]*<\|message\|>", re.DOTALL)
_ANALYSIS = re.compile(r"<\|channel\|>.*", re.DOTALL)
_CONTROL = re.compile(r"<\|[a-z_]{1,40}\|>")


def without_thinking(text: str) -> str:
    """The reply alone.

    A close without an open means that the chat template opened the block; an open without a close means that the
    reply was cut while the model was still thinking, and nothing is left.
    """
    text = _BLOCK.sub("", text)
    text = _CLOSED.sub("", text)
    text = _OPENED.sub("", text)
    text = _FINAL.sub("", text, count=1)
    text = _ANALYSIS.sub("", text)
    return _CONTROL.sub("", text).strip()
