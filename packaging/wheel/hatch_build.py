"""Give the package nerium-server the requirements that the locks pin."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

# One requirement of a lock begins on a line of its own, and its hashes follow on further lines.
_REQUIREMENT = re.compile(r"(?m)^[\w.-]+==[^\\#\n]+")


class LockedRequirements(MetadataHookInterface):
    """Reads all files `*.lock`."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the dependencies."""
        locks = (lock.read_text(encoding="utf-8") for lock in sorted(Path(self.root).glob("*.lock")))
        metadata["dependencies"] = [found.strip() for lock in locks for found in _REQUIREMENT.findall(lock)]
