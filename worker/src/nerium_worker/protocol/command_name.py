"""The program of the command line, as the operator of the server called it, for hints that name its commands."""

import os

COMMAND = os.environ.pop("COMMAND_NAME", "./nerium")
