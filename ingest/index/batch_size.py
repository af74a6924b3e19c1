"""How much to do in one step, so that a step takes about as long as it may. Pure."""

from __future__ import annotations

_GROWTH = 2
"""A step that was quick by chance must not make the next one long."""


def next_batch_size(portion: int, took_s: float, goal_s: float, most: int) -> int:
    """The size of the next step, 1 to `most`.

    Args:
        portion: size of the last step, which took `took_s` seconds.
        goal_s: how long one may take, in seconds.
    """
    fitting = int(portion * goal_s / took_s) if took_s > 0 else most
    return max(1, min(fitting, _GROWTH * portion, most))
