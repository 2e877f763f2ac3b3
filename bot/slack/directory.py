"""What the bot asks Slack about people, groups, channels and files; kept for a while, for it is asked often."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.dispatch.people import Profile
from bot.errors import SlackUnavailable
from bot.slack.refusals import UNANSWERED, code_of

T = TypeVar("T")

_KEPT = 600.0
"""Seconds for which an answer is used again."""
_KEPT_OURS = 120.0
"""The same for that nobody else sees a channel: it can be shared any time, and what is posted then is seen."""
_MOST = 20_000
_UNKNOWN = frozenset({"user_not_found", "user_not_visible", "users_not_found", "no_such_subteam", "subteam_not_found"})
_NOT_FOR_US = frozenset(
    {
        "access_denied",
        "file_deleted",
        "missing_scope",
        "unknown_method",
        "not_allowed_token_type",
        "method_not_supported",
    }
)


class Directory:
    """People, groups and channels of one workspace; everything raises Unavailable while Slack does not answer."""

    def __init__(self, client: AsyncWebClient, *, team: Callable[[], str | None], known: Callable[[], bool]) -> None:
        self._client = client
        self._team = team
        self._known = known
        self._profiles = _Remembered[Profile]()
        self._groups = _Remembered[frozenset[str]]()
        self._channels = _Remembered[bool](lambda shared: _KEPT if shared else _KEPT_OURS)
        self._names = _Remembered[str | None]()

    async def profile(self, slack_user: str) -> Profile:
        """Who that is; only the id where Slack does not tell more."""
        return await self._profiles.get(slack_user, lambda: self._profile(slack_user))

    async def groups(self, slack_user: str, among: Sequence[str]) -> frozenset[str]:
        """Which of these user groups they are in."""
        found = set()
        for group in among:
            if slack_user in await self._groups.get(group, partial(self._members, group)):
                found.add(group)
        return frozenset(found)

    async def shared(self, channel: str) -> bool:
        """Whether another organisation sees the channel; what cannot be known counts as shared."""
        return await self._channels.get(channel, lambda: self._shared(channel))

    def is_shared(self, channel: str) -> None:
        """Know from now on that another organisation sees it: an event from there said so."""
        self._channels.know(channel, True)

    async def channel_name(self, channel: str) -> str | None:
        """What a channel is called; ``None`` where Slack does not tell."""
        return await self._names.get(channel, lambda: self._channel_name(channel))

    async def file(self, file: str) -> dict[str, Any]:
        """A file as messages describe it; nothing where Slack does not give it to us (docs: files.info)."""
        answer = await self._call("files.info", file=file)
        found = answer.get("file")
        return found if isinstance(found, dict) else {}

    def forget(self, key: str) -> None:
        """Ask again next time: Slack said that this person, group or channel has changed."""
        for remembered in (self._profiles, self._groups, self._channels, self._names):
            remembered.forget(key)

    async def _profile(self, slack_user: str) -> Profile:
        if not self._known():  # without our own organisation's id nobody can be told from a stranger
            raise SlackUnavailable("Slack has not said yet who we are")
        answer = await self._call("users.info", user=slack_user)
        user: dict[str, Any] = answer.get("user") or {}
        profile: dict[str, Any] = user.get("profile") or {}
        home = self._team()
        foreign = bool(user.get("is_stranger")) or bool(home and user.get("team_id") and user["team_id"] != home)
        return Profile(
            slack_user=slack_user,
            name=profile.get("real_name") or user.get("real_name") or profile.get("display_name") or user.get("name"),
            email=profile.get("email"),
            zone=user.get("tz"),
            image=_address(profile.get("image_192") or profile.get("image_72")),
            foreign=foreign,
        )

    async def _members(self, group: str) -> frozenset[str]:
        answer = await self._call("usergroups.users.list", usergroup=group)
        return frozenset(answer.get("users") or ())

    async def _shared(self, channel: str) -> bool:
        if channel.startswith("D"):
            return False  # results in a direct message are for the person who asked
        answer = await self._call("conversations.info", channel=channel)
        if not answer:
            return True
        info = answer.get("channel") or {}
        return bool(info.get("is_ext_shared") or info.get("is_pending_ext_shared"))

    async def _channel_name(self, channel: str) -> str | None:
        answer = await self._call("conversations.info", channel=channel)
        name = (answer.get("channel") or {}).get("name")
        return str(name) if name else None

    async def _call(self, method: str, **params: str) -> dict[str, Any]:
        """The answer; an empty one where Slack has none for us."""
        try:
            answer = await self._client.api_call(method, http_verb="GET", params=params)
        except SlackApiError as error:
            code = code_of(error)
            if code in _UNKNOWN or code in _NOT_FOR_US or code.endswith(("_not_found", "_in_channel")):
                return {}
            raise SlackUnavailable(f"Slack answered {method} with {code}") from error
        except UNANSWERED as error:
            raise SlackUnavailable(f"Slack did not answer {method}: {error!r}") from error
        return answer.data if isinstance(answer.data, dict) else {}


def _address(image: str | None) -> str | None:
    """A picture's address, if it is one that others can fetch."""
    return image if image and image.startswith(("https://", "http://")) else None


class _Remembered(Generic[T]):
    """Answers for a while; the same question is asked once at a time."""

    def __init__(self, kept: Callable[[T], float] = lambda _: _KEPT) -> None:
        self._kept = kept
        self._known: dict[str, tuple[float, T]] = {}
        self._asking: dict[str, asyncio.Task[T]] = {}

    async def get(self, key: str, ask: Callable[[], Awaitable[T]]) -> T:
        known = self._known.get(key)
        if known is not None and known[0] > time.monotonic():
            return known[1]
        if key not in self._asking:
            self._asking[key] = asyncio.ensure_future(self._ask(key, ask))
            self._asking[key].add_done_callback(lambda _: self._asking.pop(key, None))
        return await asyncio.shield(self._asking[key])

    def forget(self, key: str) -> None:
        self._known.pop(key, None)

    def know(self, key: str, answer: T) -> None:
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[key] = (time.monotonic() + self._kept(answer), answer)

    async def _ask(self, key: str, ask: Callable[[], Awaitable[T]]) -> T:
        answer = await ask()
        self.know(key, answer)
        return answer
