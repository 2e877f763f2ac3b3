"""The local Sirportly of an account in which somebody has changed the lists: ``python -m tests.e2e.changed_account``.

Takes the arguments of ``python -m bot.playground.helpdesks``; over the same data it is the same account, later.
"""

from dataclasses import replace
from typing import Any

from bot.playground.helpdesks.__main__ import main
from bot.playground.helpdesks.sirportly import desk
from bot.playground.helpdesks.sirportly.catalogue import Status

GONE, NEW = "Waiting for Third Party", "Parked"


def change(account: Any) -> None:
    """One status is gone, and another has come; no ticket has either."""
    kept = tuple(each for each in account.ACCOUNT.statuses if each.name != GONE)
    account.ACCOUNT = replace(account.ACCOUNT, statuses=(*kept, Status(9, NEW, "777777", 0)))


if __name__ == "__main__":
    change(desk)
    main()
