"""What threads need, put together: the links, what each channel wants, and who performs what is said there."""

from collections.abc import Mapping
from datetime import timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Settings
from bot.dispatch import Dispatcher
from bot.ledger import Ledger, Perform
from bot.mirror.links import Links
from bot.mirror.policy import Policies
from bot.slack.directory import Directory
from bot.slack.threads.linking import KIND as THREAD
from bot.slack.threads.linking import Linking
from bot.slack.threads.stamps import KIND as STAMP
from bot.slack.threads.stamps import Stamps


def policies(settings: Settings) -> Policies:
    """What every channel wants, as configured."""
    file = settings.file
    return Policies(
        channels={id_: table.policy(file.timezone) for id_, table in file.channels.items()},
        wait=timedelta(seconds=file.threads.wait),
        undo=timedelta(seconds=file.threads.undo),
    )


def performs(
    settings: Settings, client: AsyncWebClient, ledger: Ledger, dispatcher: Dispatcher, directory: Directory
) -> Mapping[str, Perform]:
    """Who performs the entries that threads make."""
    linking = Linking(client, dispatcher, directory, Links(ledger), policies(settings))
    return {THREAD: linking.perform, STAMP: Stamps(client, ledger).perform}
