"""Runs a module that ends with whoever started it: ``python -m bot.playground.leash MODULE [ARGUMENT …]``.

Standard input is a pipe that nothing is written to. It closes when its other end does, however that happened: a
supervisor that was killed can say goodbye to nobody, but the system closes its files. The module itself knows nothing
of this.
"""

import os
import runpy
import signal
import sys
import threading
import time

GRACE = 15.0
"""Seconds between asking the module to end and ending it."""


def main() -> None:
    """Run the module as if it had been started by itself."""
    threading.Thread(target=_follow, daemon=True).start()
    module = sys.argv[1]
    sys.argv = sys.argv[1:]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _follow() -> None:
    try:
        while os.read(0, 1):  # not sys.stdin, whose lock a daemon thread would hold when the interpreter ends
            pass
    except OSError:
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE)
    os._exit(1)


if __name__ == "__main__":
    main()
