"""The worker's process: `python -m nerium_worker [--job-root DIR]`."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

from nerium_worker import PROTOCOL, __version__
from nerium_worker.frames import FrameWriter

if TYPE_CHECKING:
    import io


def claim_stdout() -> FrameWriter:
    """Keep standard output for the protocol: whatever prints from now on, in Python or below it, goes to the log."""
    protocol = os.dup(1)
    os.set_inheritable(protocol, False)  # noqa: FBT003  # the standard library's signature
    os.dup2(2, 1)
    for stream in (sys.stdout, sys.stderr):
        cast("io.TextIOWrapper", stream).reconfigure(line_buffering=True, errors="backslashreplace")
    return FrameWriter(protocol)


def main() -> None:
    """Serve jobs until the control plane closes the pipe."""
    writer = claim_stdout()
    arguments = argparse.ArgumentParser(prog="nerium_worker")
    arguments.add_argument("--job-root", type=Path, default=Path("/job"), help="folder that holds data/ and out/")
    root: Path = arguments.parse_args().job_root
    serve(writer, root)


def serve(writer: FrameWriter, root: Path) -> None:
    """Warm up, say so, and run jobs one at a time."""
    # Imported here, because Polars may print and has to find standard output claimed.
    import polars as pl  # noqa: PLC0415

    from nerium_worker import worker  # noqa: PLC0415
    from nerium_worker.channel import Channel  # noqa: PLC0415
    from nerium_worker.warmup import warm_up  # noqa: PLC0415

    channel = Channel(sys.stdin.buffer, writer)
    warm_up()
    channel.start()
    channel.send(
        {
            "type": "ready",
            "protocol": PROTOCOL,
            "worker": __version__,
            "polars": pl.__version__,
            "python": platform.python_version(),
            "threads": pl.thread_pool_size(),
        }
    )
    while True:
        channel.send(*worker.run(channel.next_job(), channel, root))


if __name__ == "__main__":
    main()
