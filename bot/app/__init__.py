"""The composition root: settings → ledger, helpdesks, Slack, web. Nothing here decides anything about tickets."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from functools import partial

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from starlette.types import ASGIApp

from bot.app import desks as vendors
from bot.app import discarding, mirroring, watching
from bot.app.hooks import Hints, routes
from bot.app.keeping import tidy, verbs
from bot.app.measured import MeasuredClient
from bot.app.notices import tell_of_delays
from bot.app.status import Status
from bot.app.verifying import verb as verifying
from bot.app.version import VERSION
from bot.app.web import SlackEvents, web_app
from bot.app.work import Work
from bot.config import PermissionsTable, Settings
from bot.dispatch import Desk, Dispatcher
from bot.dispatch.people import People, Rules
from bot.ledger import Ledger, LedgerError, Perform, Worker
from bot.mirror.entries import LOOK_LANES
from bot.mirror.links import Links
from bot.slack.buttons import Buttons
from bot.slack.cards.face import Faces
from bot.slack.cards.facts import Book
from bot.slack.cards.places import CARD_LANES
from bot.slack.cards.places import KIND as CARD
from bot.slack.cards.presses import CardButtons
from bot.slack.cards.upkeep import Cards
from bot.slack.deliver import Deliverer
from bot.slack.directory import Directory
from bot.slack.files import Files
from bot.slack.forms.listening import FormListeners
from bot.slack.forms.opening import Forms
from bot.slack.forms.reactions import KIND as REACTION
from bot.slack.forms.reactions import Offers, Reactions
from bot.slack.forms.submitting import Submissions
from bot.slack.home.presses import HomeButtons
from bot.slack.home.publishing import KIND as HOME
from bot.slack.home.publishing import Homes
from bot.slack.intake import KIND as ACTION
from bot.slack.intake import Desks, Intake
from bot.slack.listeners import Listeners, bolt
from bot.slack.mentions import Mentions
from bot.slack.outbox import KIND as DELIVERY
from bot.slack.questions import Questions
from bot.slack.results import Results
from bot.slack.tasks import Tasks
from bot.slack.threads.listening import ThreadListeners
from bot.slack.threads.stamps import STAMP_LANES
from bot.slack.threads.worded import Worded
from bot.telemetry import BUILD, LANES, OLDEST, READY, WAITING

log = structlog.get_logger()

_GRACE = 10.0
"""Seconds for what is under way when the bot is told to stop."""


class Bot:
    """The running bot: everything that has to be started and stopped."""

    def __init__(self, settings: Settings, *, work: bool = True, listen: bool = True) -> None:
        self._settings = settings
        self._work = work
        self._listen = listen
        self._identity = AuthorizeResult(enterprise_id=None, team_id=None, bot_token=settings.env.slack_bot_token)
        self._known = False
        BUILD.labels(VERSION).set(1)
        self._ledger: Ledger | None = None
        secret = settings.env.slack_signing_secret
        self._hints = Hints(settings)
        self._events = SlackEvents(secret) if listen and secret and not settings.socket_mode else None

    def web(self) -> ASGIApp:
        """The web application; it answers once the bot is running."""
        status = Status(
            self._settings.env.status_token,
            list(self._settings.helpdesks),
            mode="Socket Mode" if self._settings.socket_mode else "HTTP",
            missing=self._missing,
            ledger=lambda: self._ledger,
        )
        hooks = routes(self._settings, self._hints.take)
        return web_app(self._events, ready=self._missing, refresh=self._gauges, status=status.page, hooks=hooks)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Everything started, in the order in which one needs the other; stopped the other way round."""
        settings = self._settings
        async with AsyncExitStack() as stack:
            ledger = await Ledger.open(settings.database_url, state_dir=settings.state_dir)
            stack.push_async_callback(ledger.close)
            self._ledger = ledger
            session = await stack.enter_async_context(aiohttp.ClientSession())
            client = MeasuredClient(
                token=settings.env.slack_bot_token, base_url=settings.env.slack_api_url, session=session, timeout=10
            )
            files = Files(session, settings.env.slack_bot_token or "", hosts=settings.slack_hosts)
            desks = vendors.build(settings, partial(vendors.LedgerTokens, ledger), files.fetch, ledger=ledger)
            for desk in desks.values():
                stack.push_async_callback(desk.helpdesk.close)
            self._hints.begin(ledger, {name: desk.helpdesk for name, desk in desks.items()})
            stack.push_async_callback(self._hints.stop)
            directory = Directory(client, team=lambda: self._identity.team_id, known=lambda: self._known)
            if ledger.steering is not None:
                own = {**verbs(ledger, forgotten=directory.forget), **verifying(desks), **discarding.verbs(ledger)}
                ledger.steering.verbs.update(own)
            people = People(directory, settings.file.people, _rules(settings))
            dispatcher = Dispatcher(
                desks,
                people,
                zone=settings.file.timezone,
                patience=timedelta(hours=settings.file.patience),
                policy=settings.file.times.policy(),
            )
            book = Book(ledger)
            faces = Faces({name: desk.helpdesk for name, desk in desks.items()}, settings.file.timezone, forms=True)
            results = Results(directory, faces, command=settings.file.command, zone=settings.file.timezone)
            tasks = Tasks()
            stack.push_async_callback(tasks.drain, _GRACE)
            if self._work:
                deliverer = Deliverer(client, session, ledger, hosts=settings.slack_hosts)
                cards = Cards(client, ledger, book, faces, directory)
                homes = Homes(
                    client,
                    ledger,
                    dispatcher,
                    directory,
                    default=settings.default_helpdesk,
                    zone=settings.file.timezone,
                    command=settings.file.command,
                )
                worded = Worded(desks, ledger, directory, zone=settings.file.timezone)
                withdrawing = mirroring.withdrawing(settings, ledger)
                work = Work(dispatcher, results, book, cards, homes, worded, withdrawing, Links(ledger))
                performs = {
                    ACTION: work.perform,
                    DELIVERY: deliverer.perform,
                    CARD: cards.perform,
                    HOME: homes.perform,
                    **mirroring.performs(settings, client, ledger, dispatcher, directory),
                    REACTION: Offers(client, directory).perform,
                    **watching.performs(
                        settings, client, session, ledger, desks, directory, deliverer, mirroring.policies(settings)
                    ),
                }
                await watching.begin(ledger, desks)
                await self._background(stack, watching.stay(ledger, desks))
                await self._start_work(stack, ledger, work, performs, results)
            if self._listen:
                questions = Questions(
                    dispatcher, client, session, book, faces, hosts=settings.slack_hosts, command=settings.file.command
                )
                await self._start_listening(stack, client, ledger, desks, questions, people, directory, tasks)
            await self._background(stack, self._introduce(client), self._warm(desks))
            log.info("bot.started", socket_mode=settings.socket_mode, helpdesks=list(desks), work=self._work)
            yield
            log.info("bot.stopping")

    async def _start_work(
        self, stack: AsyncExitStack, ledger: Ledger, work: Work, performs: Mapping[str, Perform], results: Results
    ) -> None:
        worker = Worker(
            ledger,
            performs,
            on_bug=work.bug,
            on_expired=work.expired,
            behind=(CARD_LANES, STAMP_LANES, LOOK_LANES),
        )
        await worker.start()
        stack.push_async_callback(worker.stop, _GRACE)
        file = self._settings.file
        tidying = tidy(ledger, actions=timedelta(days=file.retention), messages=timedelta(days=file.retention_messages))
        await self._background(stack, tell_of_delays(ledger, results), tidying)

    async def _start_listening(
        self,
        stack: AsyncExitStack,
        client: AsyncWebClient,
        ledger: Ledger,
        desks: dict[str, Desk],
        questions: Questions,
        people: People,
        directory: Directory,
        tasks: Tasks,
    ) -> None:
        settings = self._settings
        hosts = settings.slack_hosts
        channels = {id_: table.helpdesk for id_, table in settings.file.channels.items() if table.helpdesk}
        choice = Desks({name: desk.helpdesk for name, desk in desks.items()}, settings.default_helpdesk, channels)
        intake = Intake(ledger, choice, hosts=hosts)
        buttons = Buttons(ledger, intake, command=settings.file.command)
        forms = Forms(
            client,
            ledger,
            desks,
            choice,
            people,
            tasks,
            team=lambda: self._identity.team_id,
            zone=settings.file.timezone,
            policy=settings.file.times.policy(),
        )
        form_listeners = FormListeners(ledger, forms, Submissions(ledger, forms, choice), choice, tasks, hosts=hosts)
        cards = CardButtons(ledger, intake, questions, forms)
        app = bolt(client, signing_secret=settings.env.slack_signing_secret, identity=self._who)
        mentions = Mentions(
            ledger, intake, questions, form_listeners, command=settings.file.command, name=lambda: self._identity.user
        )
        reactions = Reactions(ledger, forms, name=settings.file.reaction)
        homes = HomeButtons(ledger, buttons, forms)
        threads = ThreadListeners(
            ledger, Links(ledger), mirroring.policies(settings), intake, questions, command=settings.file.command
        )
        listeners = Listeners(
            intake,
            questions,
            buttons,
            cards,
            form_listeners,
            mentions,
            threads,
            reactions,
            homes,
            directory,
            tasks,
            hosts=hosts,
        )
        listeners.register(app, settings.file.command)
        if self._events is not None:
            self._events.listen(app, settings.file.command, listeners.take)
        if settings.socket_mode:
            await self._connect(stack, app)

    async def _connect(self, stack: AsyncExitStack, app: AsyncApp) -> None:
        from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler  # most do not need it

        env = self._settings.env
        web_client = AsyncWebClient(token=env.slack_app_token, base_url=env.slack_api_url)
        handler = AsyncSocketModeHandler(app, env.slack_app_token, web_client=web_client)
        stack.push_async_callback(handler.close_async)

        async def connect() -> None:
            while True:
                try:
                    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt has no type here
                except (SlackApiError, aiohttp.ClientError, OSError, TimeoutError) as error:
                    log.warning("socket_mode.not_connected", error=repr(error))
                    await asyncio.sleep(2)
                else:
                    return

        await self._background(stack, connect())

    async def _who(self) -> AuthorizeResult:
        return self._identity

    async def _introduce(self, client: AsyncWebClient) -> None:
        """Learn from Slack who we are, however long that takes; nothing that people ask waits for it."""
        wait = 1.0
        while True:
            try:
                answer = await client.auth_test()
            except (SlackApiError, aiohttp.ClientError, OSError, TimeoutError) as error:
                log.warning("slack.not_reached", error=repr(error))
                await asyncio.sleep(wait)
                wait = min(wait * 2, 60)
                continue
            told = {name: answer.get(name) for name in ("enterprise_id", "team_id", "bot_id", "user")}
            self._identity = AuthorizeResult(
                **told, bot_user_id=answer.get("user_id"), bot_token=self._settings.env.slack_bot_token
            )
            self._known = True
            return

    async def _warm(self, desks: dict[str, Desk]) -> None:
        """Get the lists before somebody waits for them."""
        await asyncio.gather(*(desk.catalogue.warm() for desk in desks.values()))

    async def _background(self, stack: AsyncExitStack, *works: Coroutine[None, None, None]) -> None:
        for work in works:
            task = asyncio.create_task(work)
            stack.push_async_callback(_cancelled, task)

    async def _missing(self) -> dict[str, str]:
        missing: dict[str, str] = {}
        if self._ledger is None:
            return {"ledger": "not open yet"}
        try:
            await asyncio.wait_for(self._ledger.stats(), 2)
        except (LedgerError, TimeoutError, OSError) as error:
            missing["ledger"] = type(error).__name__
        if not self._known:
            missing["slack"] = "has not said who we are yet"
        return missing

    async def _gauges(self) -> None:
        """Bring up to date what is looked up; where the ledger does not answer, that is what the numbers say."""
        for gauge in (WAITING, OLDEST, LANES):
            gauge.clear()
        READY.labels("slack").set(self._known)
        READY.labels("ledger").set(0)
        if self._ledger is None:
            return
        try:
            stats = await asyncio.wait_for(self._ledger.stats(), 5)
        except (LedgerError, TimeoutError, OSError):
            return
        READY.labels("ledger").set(1)
        for (state, kind), count in stats.counts.items():
            WAITING.labels(state, kind).set(count)
        for kind in (ACTION, DELIVERY):  # nothing waiting is a number too
            OLDEST.labels(kind).set(0)
        for kind, (lanes, oldest) in stats.backlog.items():
            OLDEST.labels(kind).set(oldest)
            LANES.labels(kind).set(lanes)


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def _rules(settings: Settings) -> Rules:
    permissions = settings.file.permissions
    channels = settings.file.channels
    named: Sequence[str] = [name for name in PermissionsTable.model_fields if name not in {"impersonate", "channels"}]
    return Rules(
        actions={name: getattr(permissions, name) for name in named},
        impersonate=permissions.impersonate,
        channels=permissions.channels,
        channel_actions={channel: table.actions for channel, table in channels.items()},
        channel_people={channel: table.people for channel, table in channels.items()},
    )
