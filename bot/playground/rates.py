"""Rate limits: a bucket per method, one per channel for posting.

Sources: docs.slack.dev/apis/web-api/rate-limits for the tiers; which method has which, java-slack-sdk's
``MethodsRateLimits``. How many posts to one channel may come in a burst was measured (PSSlack#52), and is not
documented.
"""

import math
from dataclasses import dataclass

from bot.playground.clock import Clock
from bot.playground.errors import RateLimited
from bot.playground.settings import Speed

TIER_1, TIER_2, TIER_3, TIER_4, OFTEN = 1, 20, 50, 100, 600
"""Requests a minute."""

LEAST_BURST = 10
"""Even the slowest method takes so many calls at once: an app may hold ten Socket Mode connections (an assumption)."""

POST_BURST, POSTS_PER_SECOND = 25, 1.0
FAST = 60.0


@dataclass
class _Bucket:
    level: float
    at: float


class Rates:
    """Token buckets, filled by the workspace's clock."""

    def __init__(self, clock: Clock, speed: Speed) -> None:
        self._clock = clock
        self.speed: Speed = speed
        self._buckets: dict[str, _Bucket] = {}

    def spend(self, method: str, per_minute: int) -> None:
        """Count one call of ``method``; raises ``RateLimited``."""
        self._take(method, max(per_minute, LEAST_BURST), per_minute / 60)

    def spend_post(self, channel: str) -> None:
        """Count one message to ``channel``; raises ``RateLimited``."""
        self._take(f"post {channel}", POST_BURST, POSTS_PER_SECOND)

    def _take(self, key: str, capacity: float, per_second: float) -> None:
        if self.speed == "off":
            return
        if self.speed == "fast":
            per_second *= FAST
        now = self._clock.now()
        bucket = self._buckets.setdefault(key, _Bucket(capacity, now))
        bucket.level = min(capacity, bucket.level + (now - bucket.at) * per_second)
        bucket.at = now
        if bucket.level < 1:
            raise RateLimited(max(1, math.ceil((1 - bucket.level) / per_second)))
        bucket.level -= 1

    def clear(self) -> None:
        """Fill all buckets."""
        self._buckets.clear()
