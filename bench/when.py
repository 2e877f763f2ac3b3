"""How fast words become an instant: python -m bench.when

Every phrase of the tests' own list is read again and again. Held to: each phrase under 5 ms (its best of the rounds, so
that a busy machine is not counted), the median under 0.1 ms, and an import under 60 ms of processor time in a process
of its own (its best of seven).
"""

import statistics
import subprocess
import sys
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from time import perf_counter

from bot.when import WhenError, understand

PHRASES = Path(__file__).resolve().parents[1] / "tests" / "when" / "heldout.txt"
NOW = datetime.fromisoformat("2026-11-24T10:15+00:00")
ROUNDS = 30
SLOWEST, MEDIAN, IMPORT = 5.0, 0.1, 60.0
PROBE = "import time; start = time.process_time(); import bot.when; print((time.process_time() - start) * 1000)"


def phrases() -> list[str]:
    lines = PHRASES.read_text(encoding="utf-8").splitlines()
    found = [line.rpartition("|")[0].strip() for line in lines if line.strip() and not line.startswith("#")]
    return [*found, "9 " * 99, "in 1 day and " * 15, "a" * 200]


def once(phrase: str) -> float:
    start = perf_counter()
    with suppress(WhenError):
        understand(phrase, now=NOW, tz="Europe/London")
    return (perf_counter() - start) * 1000


def importing() -> float:
    """Milliseconds of processor time for the import, with its bytecode written, the best of seven."""
    runs = [subprocess.run([sys.executable, "-c", PROBE], check=True, capture_output=True, text=True) for _ in range(7)]
    return min(float(run.stdout) for run in runs)


def main() -> int:
    first = {phrase: once(phrase) for phrase in phrases()}
    times = {phrase: sorted(once(phrase) for _ in range(ROUNDS)) for phrase in first}
    median = statistics.median(statistics.median(runs) for runs in times.values())
    slowest = max(times, key=lambda phrase: times[phrase][0])
    imported = importing()
    print(f"{len(times)} phrases, {ROUNDS} rounds")
    print(f"median          {median:8.3f} ms  (held to {MEDIAN})")
    print(f"slowest phrase  {times[slowest][0]:8.3f} ms  (held to {SLOWEST}): {slowest[:40]!r}")
    print(f"slowest first   {max(first.values()):8.3f} ms  (includes loading a zone)")
    print(f"import          {imported:8.1f} ms  (held to {IMPORT})")
    return int(median >= MEDIAN or times[slowest][0] >= SLOWEST or imported >= IMPORT)


if __name__ == "__main__":
    sys.exit(main())
