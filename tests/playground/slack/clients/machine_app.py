# mypy: ignore-errors
# The framework need not be installed where this is checked.
"""A small bot on slack-machine, run by an interpreter that has it.

The framework knows no other address than Slack's own, so the one class through which it makes its client gets another.
"""

import asyncio
import functools
import os

import machine.core
from machine.plugins.base import MachineBasePlugin
from machine.plugins.block_action import BlockAction
from machine.plugins.command import Command
from machine.plugins.decorators import action, command, listen_to, modal, process, respond_to
from machine.plugins.message import Message
from machine.plugins.modals import ModalSubmission
from machine.utils.collections import CaseInsensitiveDict
from slack_sdk.models.blocks import ActionsBlock, ButtonElement, InputBlock, PlainTextInputElement
from slack_sdk.models.views import View

CARD = [ActionsBlock(block_id="card", elements=[ButtonElement(text="Close", action_id="close", value="7")])]
FORM = View(
    type="modal",
    callback_id="form",
    title="New ticket",
    submit="Create",
    blocks=[InputBlock(block_id="subject", label="Subject", element=PlainTextInputElement(action_id="text"))],
)


class Tickets(MachineBasePlugin):
    """Tickets"""

    @listen_to(r"^printer")
    async def heard(self, message: Message) -> None:
        await message.say("heard " + message.text, thread_ts=message.ts)

    @respond_to(r"^help")
    async def asked(self, message: Message) -> None:
        await message.say("you called")

    @command("/ticket")
    async def ticket(self, command: Command) -> None:
        await command.open_modal(FORM)

    @modal("form")
    async def submitted(self, submission: ModalSubmission) -> None:
        text = submission.payload.view.state.values["subject"]["text"].value
        await self.say("C0SUPPORT", text, blocks=CARD)

    @action(action_id="close", block_id="card")
    async def close(self, pressed: BlockAction) -> None:
        await pressed.say(text="closed " + pressed.payload.actions[0].value, replace_original=True, ephemeral=False)

    @process("reaction_added")
    async def reacted(self, event: dict[str, str]) -> None:
        await self.say("C0SUPPORT", "saw " + event["reaction"])


async def main() -> None:
    base_url = os.environ["SLACK_API_URL"]
    machine.core.AsyncWebClient = functools.partial(machine.core.AsyncWebClient, base_url=base_url)
    settings = {
        "PLUGINS": [f"{__name__}.Tickets"],
        "SLACK_APP_TOKEN": os.environ["APP_TOKEN"],
        "SLACK_BOT_TOKEN": os.environ["BOT_TOKEN"],
        "STORAGE_BACKEND": "machine.storage.backends.memory.MemoryStorage",
        "HTTP_PROXY": None,
        "TZ": "UTC",
        "LOG_HANDLED_MESSAGES": False,
    }
    await machine.core.Machine(settings=CaseInsensitiveDict(settings)).run()


asyncio.run(main())
