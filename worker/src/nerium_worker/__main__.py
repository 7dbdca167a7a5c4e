"""The worker's process: `python -m nerium_worker [--job-root DIR]`."""

from __future__ import annotations

import argparse
import gc
import os
import platform
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from nerium_worker import PROTOCOL, __version__
from nerium_worker.protocol.errors import Failure, log
from nerium_worker.protocol.frames import FrameWriter

if TYPE_CHECKING:
    from typing import BinaryIO


def claim_pipes() -> tuple[BinaryIO, FrameWriter]:
    """Keep the standard streams for the protocol: what prints from now on, in Python or below it, goes to the log.

    The copies are closed in child processes, and who reads standard input finds it empty.
    """
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.dup(1)
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    # A script that closes its streams must not close the log.
    sys.stdout = open(1, "w", buffering=1, errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, errors="backslashreplace", closefd=False)  # noqa: SIM115
    return incoming, FrameWriter(outgoing)


def main() -> None:
    """Serve jobs until the control plane closes the pipe."""
    incoming, writer = claim_pipes()
    arguments = argparse.ArgumentParser(prog="nerium_worker")
    arguments.add_argument("--job-root", type=Path, default=Path("/job"), help="folder that holds data/ and out/")
    root: Path = arguments.parse_args().job_root
    try:
        serve(incoming, writer, root)
    finally:
        # Not the interpreter's own end, which waits for threads that wait for the control plane.
        log(traceback.format_exc())
        os._exit(1)


def serve(incoming: BinaryIO, writer: FrameWriter, root: Path) -> None:
    """Warm up, say so, and run jobs one at a time."""
    # The modules stay for good: looking through them for garbage is a fifth of the time that they take to import.
    gc.disable()
    # Imported here, because Polars may print and has to find standard output claimed.
    import polars as pl  # noqa: PLC0415

    from nerium_worker import worker  # noqa: PLC0415
    from nerium_worker.modes.planned import PreparedQueries  # noqa: PLC0415

    # It takes its variable out of the environment, before a script can see it.
    from nerium_worker.protocol import command_name  # noqa: F401, PLC0415
    from nerium_worker.protocol.channel import Channel  # noqa: PLC0415
    from nerium_worker.warmup import warm_up  # noqa: PLC0415

    channel = Channel(incoming, writer)
    warm_up()
    gc.freeze()
    gc.enable()
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
    queries = PreparedQueries()
    while True:
        job = channel.next_job()
        empty(root.parent / "tmp")
        try:
            channel.send(*worker.run(job, channel, root, queries))
        except Failure as failure:
            channel.send(failure.message())


def empty(folder: Path) -> bool:
    """Remove what the last job left in the private /tmp, beside the job's folders. Return whether anything stays.

    Views of the host, such as the runtime itself, may be mounted below /tmp: they stay, with the folders above them.
    """
    stays = False
    for entry in folder.iterdir() if folder.is_dir() else ():
        if entry.is_symlink() or not entry.is_dir():
            entry.unlink()
        elif entry.is_mount() or empty(entry):
            stays = True
        else:
            entry.rmdir()
    return stays


if __name__ == "__main__":
    main()
