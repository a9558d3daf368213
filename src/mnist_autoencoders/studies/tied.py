"""Run a command that ends, with all that it starts, when the process that started it dies.

`python tied.py COMMAND...` does so when its standard input ends. It is a file of its own, run by
itself: a worker of a study may be killed, and what it started must not go on beside a second try.
"""

import os
import signal
import subprocess
import sys
import threading


def _end_with_input() -> None:
    while os.read(0, 1):
        pass
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    if os.getpgrp() != os.getpid():
        os.setpgrp()
    process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    threading.Thread(target=_end_with_input, daemon=True).start()
    code = process.wait()
    sys.exit(code if code >= 0 else 128 - code)
