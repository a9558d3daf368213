"""Run DVC commands one after another in one process: `python dvc_commands.py '[["pull"], ...]'`.

Each process of DVC takes seconds to start. The exit code is that of the last one; what comes before
may fail. It is a file of its own, run by itself in another clone.
"""

import json
import sys

from dvc.cli import main

if __name__ == "__main__":
    for command in json.loads(sys.argv[1]):
        code = main(command)
    sys.exit(code)
