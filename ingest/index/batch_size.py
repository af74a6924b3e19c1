"""Adapts the size of a batch to the time that it may take. Pure."""

from __future__ import annotations

_GROWTH = 2
"""A batch that was quick by chance must not make the next one too long."""


def next_batch_size(portion: int, took_s: float, goal_s: float, most: int) -> int:
    """The size of the next batch, 1 to `most`.

    Args:
        portion: size of the last batch, which took `took_s` seconds.
        goal_s: how long a batch may take, in seconds.
    """
    fitting = int(portion * goal_s / took_s) if took_s > 0 else most
    return max(1, min(fitting, _GROWTH * portion, most))
