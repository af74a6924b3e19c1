"""The weights of the features by which two items are one event. Written by bench/fit_stories.py; do not edit."""

from __future__ import annotations

from typing import Final

WEIGHTS: Final = {
    "words": 19.677,
    "meaning_above": 1.392,
    "names_above": 0.886,
    "title_above": 0.845,
    "headline": 75.626,
    "figures": 2.070,
    "versions": -2.844,
    "days": -3.220,
}
BIAS: Final = -4.894
THRESHOLD: Final = 1.250
