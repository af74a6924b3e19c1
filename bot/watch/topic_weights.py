"""When an item is about a topic, and when two items are one story to a watch. Written by bench/fit_watch.py."""

from __future__ import annotations

from typing import Final

WEIGHTS: Final = {
    "sentence": 5.158,
    "whole": 6.547,
    "words": 7.673,
}
BIAS: Final = -4.914
THRESHOLD: Final = 4.866
SAME: Final = 0.000
"""Log odds of two items (`bot.digest.clustering`) above which a watch tells the later one no more."""
