"""All figures, as Markdown: python -m bench [--rounds 1] [--entries 1000000]"""

import argparse
import os
import platform
import time
from collections.abc import Callable

from bench import ack, growth, idle, throughput


def main() -> None:
    """Measure and print, a part as soon as it is there."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=1, help="of the acknowledgements; more than one show a spread")
    options.add_argument("--entries", type=int, default=1_000_000, help="in the full ledger")
    options.add_argument("--actions", type=int, default=10_000, help="after which the memory is looked at")
    chosen = options.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}")
    parts: dict[str, Callable[[], str]] = {
        "Acknowledgements": lambda: ack.report(1.0, chosen.rounds),
        "End to end": lambda: throughput.report(4, [1, 2, 4]),
        "Start, memory, idling, typeahead": lambda: idle.report(chosen.actions),
        "A full ledger": lambda: growth.report(chosen.entries, 1.5),
    }
    for title, part in parts.items():
        began, every = time.perf_counter(), os.sched_getaffinity(0)
        load = os.getloadavg()[0]
        said = part()
        os.sched_setaffinity(0, every)
        print(f"\n## {title}\n\n{said}\n")
        print(f"({time.perf_counter() - began:.0f} s; the machine's load before it was {load:.1f})", flush=True)


if __name__ == "__main__":
    main()
