"""Times actions in alternating rounds."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def best_times(actions: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the seconds of the best round of each action."""
    best = dict.fromkeys(actions, math.inf)
    for _ in range(rounds):
        for name, action in actions.items():
            begun = time.perf_counter()
            action()
            best[name] = min(best[name], time.perf_counter() - begun)
    return best
