"""When an item is about a topic, and when two items are one story to a watch. Written by bench/fit_watch.py."""

from __future__ import annotations

from typing import Final

WEIGHTS: Final = {
    "sentence": 5.000,
    "whole": 5.000,
    "words": 2.000,
}
BIAS: Final = -5.000
THRESHOLD: Final = 0.000
SAME: Final = 0.000
"""Log odds of two items (`bot.digest.clustering`) above which a watch tells the later one no more."""
