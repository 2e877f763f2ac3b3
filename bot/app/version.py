"""Which version this is."""

from importlib.metadata import PackageNotFoundError, version


def _version() -> str:
    try:
        return version("ticketbot")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "unknown"


VERSION = _version()
