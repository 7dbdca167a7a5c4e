"""Transformations of a column, in the terms of OpenLineage's column lineage facet 1-2-0."""

from __future__ import annotations

import functools
from typing import NamedTuple

# A value that is derived in several steps has the strongest type of them.
_STRENGTH = ("IDENTITY", "TRANSFORMATION", "AGGREGATION")


class Transformation(NamedTuple):
    """One step, or a chain of them; `masking`: the values of the input can't be seen in the output."""

    type: str
    subtype: str
    masking: bool = False


IDENTITY = Transformation("DIRECT", "IDENTITY")
TRANSFORMATION = Transformation("DIRECT", "TRANSFORMATION")
AGGREGATION = Transformation("DIRECT", "AGGREGATION")
FILTER = Transformation("INDIRECT", "FILTER")
JOIN = Transformation("INDIRECT", "JOIN")
GROUP_BY = Transformation("INDIRECT", "GROUP_BY")
SORT = Transformation("INDIRECT", "SORT")
WINDOW = Transformation("INDIRECT", "WINDOW")
CONDITIONAL = Transformation("INDIRECT", "CONDITIONAL")


def mask(step: Transformation) -> Transformation:
    """Make a step one that hides the values."""
    return step._replace(masking=True)


@functools.cache
def chain(first: Transformation, then: Transformation) -> Transformation:
    """Name the chain of two steps, as OpenLineage's own integrations do."""
    masking = first.masking or then.masking
    if then.type == "INDIRECT":
        return then._replace(masking=masking)
    if first.type == "INDIRECT":
        return first._replace(masking=masking)
    return max(first, then, key=lambda step: _STRENGTH.index(step.subtype))._replace(masking=masking)
