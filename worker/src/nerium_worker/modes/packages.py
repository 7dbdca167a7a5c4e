"""The packages that a script can import besides the standard library."""

from __future__ import annotations

import sys

_MORE = (
    "An operator adds packages by './nerium setup --packages FILE' in a clone, or by pip in the environment of"
    " nerium-server."
)


def import_hint(error: ImportError) -> str:
    """Say what is installed instead of what a script did not find."""
    from importlib.metadata import distributions, packages_distributions  # noqa: PLC0415  # slow to import

    module = (error.name or "").partition(".")[0]
    if isinstance(error, ModuleNotFoundError) and module in sys.stdlib_module_names:
        return f"{module} is a part of Python's standard library that this server's Python lacks."
    versions = {one.metadata["Name"]: one.version for one in distributions()}
    owners = packages_distributions().get(module) if sys.modules.get(module) else None
    if owners:
        return f"{', '.join(f'{name} {versions[name]}' for name in dict.fromkeys(owners))} is installed."
    return f"Installed are: {', '.join(sorted(versions, key=str.lower))}. {_MORE}"
