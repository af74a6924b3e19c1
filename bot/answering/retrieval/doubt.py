"""Sentences that suppose or ask instead of telling: no evidence for what is. By rules, pure."""

from __future__ import annotations

import re

_SUPPOSES = re.compile(
    r"\b(?:i|we)(?:['’]d| would(?:n['’]t| not)?| bet| guess| imagine| suspect| hope| wish| doubt)\b"
    r"|\bif\b[^.;]{0,120}\bwould\b|\bwould\b[^.;]{0,120}\bif\b|\b(?:imagine|suppose|what if|pigs will fly)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\?[\"”’)\]]*\s*$")


def supposes(sentence: str) -> bool:
    """Whether a sentence imagines what could be, or asks."""
    return _ASKS.search(sentence) is not None or _SUPPOSES.search(sentence) is not None
