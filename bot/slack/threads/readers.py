"""Who reads along in a channel."""

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SlackUnavailable
from bot.slack.directory import Directory
from bot.slack.refusals import UNANSWERED, code_of


class Readers:
    """What the mirror has to know about channels before it tells anything there."""

    def __init__(self, client: AsyncWebClient, directory: Directory) -> None:
        self._client = client
        self._directory = directory
        self._partners: dict[str, str] = {}

    async def shared(self, channel: str) -> bool:
        """Whether another organisation sees the channel; what cannot be known counts as shared.

        So does a direct message with somebody of another organisation. Raises Unavailable while Slack does not answer.
        """
        if not channel.startswith("D"):
            return await self._directory.shared(channel)
        partner = await self._partner(channel)
        return partner is None or (await self._directory.profile(partner)).foreign

    async def alone(self, channel: str) -> str | None:
        """The e-mail address of the one person who reads a direct message; ``None`` for every other channel."""
        if not channel.startswith("D"):
            return None
        partner = await self._partner(channel)
        return None if partner is None else (await self._directory.profile(partner)).email

    async def _partner(self, channel: str) -> str | None:
        if channel not in self._partners:
            try:
                answer = await self._client.conversations_info(channel=channel)
            except SlackApiError as error:
                if code_of(error) in {"channel_not_found", "missing_scope"}:
                    return None
                raise SlackUnavailable(f"Slack did not say whose {channel} is") from error
            except UNANSWERED as error:
                raise SlackUnavailable(f"Slack did not say whose {channel} is") from error
            info = answer.get("channel") or {}
            if not info.get("user"):
                return None
            self._partners[channel] = str(info["user"])
        return self._partners[channel]
