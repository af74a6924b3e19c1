"""The last few results by what they were made from. Safe in threads; knows nothing of what it holds."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

_KEPT = 4


class Recent(Generic[T]):
    """What was made last. Two threads that want the same thing at once may both make it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T], *, worth: Callable[[T], bool] = lambda made: True) -> T:
        """What was made for this key before, else what `make` gives; it is kept if it is `worth` that."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        if not worth(made):
            return made
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made
