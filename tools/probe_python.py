"""Print version, executable and library of the Python that runs this; fail below 3.10."""

import os
import sys

if sys.version_info < (3, 10):
    sys.exit(1)
print(".".join(map(str, sys.version_info[:3])))
# The base executable, because a virtual environment may answer.
print(os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable))
print(os.path.realpath(os.__file__))
