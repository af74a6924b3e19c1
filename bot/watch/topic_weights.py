"""When an item is about a topic, and when two items are one story to a watch. Written by bench/fit_watch.py."""

from __future__ import annotations

from typing import Final

WEIGHTS: Final = {
    "sentence": 1.283,
    "whole": 5.354,
    "both": 1.988,
}
BIAS: Final = -3.049
THRESHOLD: Final = 1.742
SAME: Final = -0.750
"""Log odds of two items (`bot.digest.clustering`) above which a watch tells the later one no more."""
