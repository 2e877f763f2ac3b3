"""Never more updates than Slack takes."""

from hypothesis import given
from hypothesis import strategies as st

from bot.slack.cards.upkeep import PER_MINUTE, Pace

TIER_3 = 50


@given(st.lists(st.sampled_from([0.0, 0.1, 1.0, 1.5, 30.0]), max_size=50).map(lambda waits: [*waits, *[0.1] * 900]))
def test_no_minute_has_more_than_allowed(waits: list[float]) -> None:
    """However the changes come, in any minute that begins with an update."""
    now = 0.0
    pace = Pace(PER_MINUTE, clock=lambda: now)
    sent = []
    for wait in waits:
        now += wait
        if pace.wait() == 0:
            sent.append(now)

    assert all(sum(start <= at < start + 60 for at in sent) <= TIER_3 for start in sent)


def test_what_has_to_wait_goes_when_it_was_told_to() -> None:
    """The wait that is named is enough."""
    now = 0.0
    pace = Pace(PER_MINUTE, clock=lambda: now)
    for _ in range(200):
        now += pace.wait() + 1e-9

    assert pace.wait() <= 60 / PER_MINUTE
