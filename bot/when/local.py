"""Wall-clock times in a zone, where clocks go forward and back."""

from datetime import UTC, datetime, timedelta, tzinfo


def settle(wall: datetime, zone: tzinfo) -> tuple[datetime, str]:
    """The instant at which a naive wall-clock time is shown in ``zone``, and a warning where that took a choice.

    A time that the clocks skip becomes the first minute after the gap; one they show twice is the first of the two.
    """
    first = wall.replace(tzinfo=zone, fold=0)
    second = wall.replace(tzinfo=zone, fold=1)
    before, after = first.utcoffset(), second.utcoffset()
    if before is None or after is None or before == after:
        return first, ""
    if before > after:
        return first, f"The clocks go back and show {wall:%H:%M} twice on {wall:%-d %B %Y}: the first was taken."
    valid = _after_gap(wall, zone, before, after)
    return valid, (f"The clocks go forward and skip {wall:%H:%M} on {wall:%-d %B %Y}: {valid:%H:%M} was taken instead.")


def _after_gap(wall: datetime, zone: tzinfo, before: timedelta, after: timedelta) -> datetime:
    """The first instant after the gap: the change lies where the zone's offset changes, found by halving."""
    low = (wall - after).replace(tzinfo=UTC)
    high = (wall - before).replace(tzinfo=UTC)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0).astimezone(zone)
