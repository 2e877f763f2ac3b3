"""What threads need, put together: the links, what each channel wants, and who performs what is said there."""

from collections.abc import Mapping
from datetime import timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Settings
from bot.dispatch import Dispatcher
from bot.ledger import Ledger, Perform
from bot.mirror.entries import CATCH_UP
from bot.mirror.links import Links
from bot.mirror.policy import Policies
from bot.slack.directory import Directory
from bot.slack.threads.catching_up import CatchUp
from bot.slack.threads.hearing import Hearing
from bot.slack.threads.linking import Linking
from bot.slack.threads.orders import KIND as THREAD
from bot.slack.threads.stamps import KIND as STAMP
from bot.slack.threads.stamps import Stamps
from bot.slack.threads.withdrawing import Withdrawing

_LONGEST_BACK = timedelta(days=30)


def policies(settings: Settings) -> Policies:
    """What every channel wants, as configured."""
    file = settings.file
    return Policies(
        channels={id_: table.policy(file.timezone) for id_, table in file.channels.items()},
        wait=timedelta(seconds=file.threads.wait),
        undo=timedelta(seconds=file.threads.undo),
    )


def withdrawing(settings: Settings, ledger: Ledger) -> Withdrawing:
    """Who knows which words were taken back before they went out."""
    return Withdrawing(ledger, policies(settings))


def performs(
    settings: Settings, client: AsyncWebClient, ledger: Ledger, dispatcher: Dispatcher, directory: Directory
) -> Mapping[str, Perform]:
    """Who performs the entries that threads make."""
    links = Links(ledger)
    linking = Linking(client, dispatcher, directory, links, policies(settings))
    hearing = Hearing(ledger, policies(settings))
    catching_up = CatchUp(client, ledger, links, hearing, back=back(settings.file.retention))
    return {THREAD: linking.perform, STAMP: Stamps(client, ledger).perform, CATCH_UP: catching_up.perform}


def back(days: float) -> timedelta:
    """How far back is compared what the ledger keeps for so many days."""
    return min(_LONGEST_BACK, timedelta(days=days) * 0.9)
