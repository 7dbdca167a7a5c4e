"""What a usual run leaves out of the long suites; a full one (`./nerium test --full`) runs all of it."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")


def sampled(cases: Sequence[T]) -> Sequence[T]:
    """Choose a third of the cases by `NERIUM_SAMPLE`, a seed, or all of them where it is `full`."""
    seed = os.environ.get("NERIUM_SAMPLE", "1")
    return cases if seed == "full" else random.Random(seed).sample(cases, len(cases) // 3)  # noqa: S311
