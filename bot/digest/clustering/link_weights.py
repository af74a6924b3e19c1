"""The weights of the features by which two items are one event. Written by bench/fit_stories.py; do not edit."""

from __future__ import annotations

from typing import Final

WEIGHTS: Final = {
    "words": 20.098,
    "meaning_above": 1.310,
    "names_above": 0.809,
    "title_above": 0.821,
    "headline": 77.833,
    "figures": 2.130,
    "versions": -2.975,
    "days": -3.117,
}
BIAS: Final = -4.805
THRESHOLD: Final = 1.625
PRIOR: Final = 0.2958
