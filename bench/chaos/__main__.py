"""python -m bench.chaos --actions 10000 --database sqlite|postgresql [--seed N]."""

import argparse
import random
import sys

from bench.chaos.run import Report, run


def main() -> int:
    """Run it and print what came of it; 0 where nothing is wrong."""
    options = argparse.ArgumentParser(prog="python -m bench.chaos")
    options.add_argument("--actions", type=int, default=300)
    options.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    options.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    options.add_argument("--pause", type=float, default=0.1, help="seconds between two actions of one person")
    options.add_argument("--calm", type=float, default=2.0, help="seconds between two troubles")
    options.add_argument("--keep", default="", help="a directory for logs and the ledger, to look at afterwards")
    chosen = options.parse_args()
    print(f"seed {chosen.seed}, {chosen.database}", flush=True)
    report = _run(chosen)
    print(report)
    return 0 if report.verdict.good else 1


def _run(chosen: argparse.Namespace) -> Report:
    if chosen.database == "sqlite":
        return run(chosen.actions, chosen.seed, pause=chosen.pause, calm=chosen.calm, keep=chosen.keep)
    from tests.conftest import postgres_server

    with postgres_server() as server:
        return run(
            chosen.actions,
            chosen.seed,
            database_url=server.get_uri(),
            server=server,
            pause=chosen.pause,
            calm=chosen.calm,
            keep=chosen.keep,
        )


if __name__ == "__main__":
    sys.exit(main())
