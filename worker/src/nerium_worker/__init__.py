"""The worker of Nerium: builds Polars frames for one job at a time and executes them inside the sandbox."""

from typing import Final

__version__: Final = "0.1.0"
PROTOCOL: Final = 1
