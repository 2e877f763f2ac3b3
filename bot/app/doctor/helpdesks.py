"""Is each helpdesk reached with good credentials, and does it know the names in the configuration?"""

from collections.abc import AsyncIterator, Mapping

from bot.app.doctor.findings import Finding, fine, skipped, warning, wrong
from bot.app.verifying import VERB
from bot.config import Settings, SirportlyTable, SocialBoardsTable
from bot.dispatch import Desk
from bot.errors import AuthenticationFailed, HelpdeskError, InvalidFields, RateLimited, Unavailable, UserError
from bot.helpdesk import ListName
from bot.ledger import LedgerError, ReadOnly
from bot.ledger.steering import ask_owner

_VARIABLES = {"sirportly": "SIRPORTLY_URL", "socialboards": "SOCIALBOARDS_URL"}
_CREDENTIALS = {
    "sirportly": "SIRPORTLY_TOKEN and SIRPORTLY_SECRET (admin area, API tokens)",
    "socialboards": "SOCIALBOARDS_CLIENT_ID and SOCIALBOARDS_REFRESH_TOKEN (Settings → Installation → Public API)",
}
_LISTS: tuple[ListName, ...] = ("status", "priority", "department", "team", "staff")
_DEFAULTS: tuple[ListName, ...] = ("status", "priority", "department", "team", "brand", "sla")


async def examine(settings: Settings, desks: Mapping[str, Desk]) -> AsyncIterator[Finding]:
    """Everything about the helpdesks, each by itself."""
    reached = {}
    for name, desk in desks.items():
        finding, ourselves = await _reached(settings, name, desk)
        yield finding
        if finding.state == "ok" and ourselves:
            reached[name] = desk
            async for more in _known(settings, name, desk):
                yield more
        elif finding.state == "ok":
            yield skipped(f"catalogue.{name}", "Its lists are for the running bot to read, which has the tokens.")
        table = settings.helpdesks[name]
        if isinstance(table, SirportlyTable):
            yield _run_at(name, table)
        if table.settle_after <= table.timeout:
            says = "A write that is still on its way may be looked for too early, not found, and sent twice."
            fix = f"Let settle_after in [helpdesks.{name}] be longer than its timeout, and than any proxy in between."
            yield warning(f"helpdesk.{name}.settle_after", says, fix)
    async for finding in _people(settings, reached):
        yield finding


async def _reached(settings: Settings, name: str, desk: Desk) -> tuple[Finding, bool]:
    """What is found, and whether we reached it ourselves."""
    kind = settings.helpdesks[name].kind
    try:
        await desk.helpdesk.verify()
    except ReadOnly:
        return await _by_the_bot(settings, name), False
    except (HelpdeskError, UserError, LedgerError) as error:
        return _unreached(name, kind, type(error).__name__, str(error)), True
    return fine(f"helpdesk.{name}", f"{desk.helpdesk.vendor} answers, and takes the credentials."), True


async def _by_the_bot(settings: Settings, name: str) -> Finding:
    """A running bot renews the tokens, which may be good for one use: it is asked, so that it does not lose them."""
    try:
        problem = await ask_owner(settings.state_dir, VERB, {"name": name})
    except (LedgerError, OSError) as error:
        return skipped(f"helpdesk.{name}", f"The running bot has the tokens, and does not answer: {error}.")
    if problem is None:
        return fine(f"helpdesk.{name}", "The running bot reaches it, and its credentials are taken.")
    return _unreached(name, settings.helpdesks[name].kind, str(problem["error"]), str(problem["says"]))


def _unreached(name: str, kind: str, error: str, says: str) -> Finding:
    check = f"helpdesk.{name}"
    said = " ".join(says.split())[:200].rstrip(".")
    if error == AuthenticationFailed.__name__:
        return wrong(check, f"It refuses the bot's credentials: {said}.", f"Check {_CREDENTIALS[kind]}.")
    if error == RateLimited.__name__:
        return warning(check, "It asks for a pause: too many requests.", "Ask again in a minute.")
    if error == Unavailable.__name__:
        fix = f"Check {_VARIABLES[kind]} (the host alone), and that this machine reaches it."
        return wrong(check, f"It does not answer as it should: {said}.", fix)
    fix = f"Check that {_VARIABLES[kind]} is the API's address, without a path."
    return wrong(check, f"It answers something that is not its API: {said}.", fix)


async def _known(settings: Settings, name: str, desk: Desk) -> AsyncIterator[Finding]:
    """Whether the lists can be read, and the configuration's names are on them."""
    check = f"catalogue.{name}"
    counts, silent = [], []
    for each in _LISTS:
        try:
            entries = await desk.catalogue.entries(each)
        except HelpdeskError:
            entries = None
        if entries is None:
            silent.append(each)
        else:
            counts.append(f"{len(entries.items) or len(entries.staff)} × {each}")
    if silent and counts:
        says = f"It tells {', '.join(counts)}; not: {', '.join(silent)}. Names of those are passed on as typed."
        yield fine(check, says)
    elif silent:
        fix = "Allow the token the methods that list statuses, priorities, departments, teams and users."
        yield warning(check, "It tells none of its lists, so names are passed on as typed.", fix)
    else:
        yield fine(check, f"It tells {', '.join(counts)}.")
    table = settings.helpdesks[name]
    if isinstance(table, SirportlyTable):
        async for finding in _defaults(name, table, desk):
            yield finding
    elif isinstance(table, SocialBoardsTable) and not table.unconfirmed:
        says = "Notes, status, tags and reading replies are off: their vendor pages are not public."
        fix = f"Try each on a test ticket, then: [helpdesks.{name}] unconfirmed = […]; docs/socialboards.md."
        yield warning(f"{check}.unconfirmed", says, fix)


async def _defaults(name: str, table: SirportlyTable, desk: Desk) -> AsyncIterator[Finding]:
    check = f"catalogue.{name}.create"
    wanted = {each: getattr(table.create, each) for each in _DEFAULTS if getattr(table.create, each)}
    if missing := [each for each in ("status", "priority", "department") if each not in wanted]:
        fix = f'[helpdesks.{name}] create = {{ status = "New", priority = "Normal", department = "3" }}'
        yield warning(check, f"A new ticket has no {', '.join(missing)} unless the person says it.", fix)
    if table.forward.status:
        wanted["status", "forward"] = table.forward.status  # type: ignore[index]
    found = True
    for each, word in wanted.items():
        lists: ListName = each if isinstance(each, str) else "status"
        try:
            await desk.catalogue.resolve(lists, word)
        except InvalidFields as error:
            found = False
            yield wrong(check, f"{error}.".replace("..", "."), f"Correct «{word}» in [helpdesks.{name}].")
        except HelpdeskError as error:
            yield skipped(check, f"«{word}» cannot be looked up: {type(error).__name__}.")
    if wanted and found:
        yield fine(check, f"All {len(wanted)} configured names are known.")
    async for finding in _outgoing(name, table, desk):
        yield finding


async def _outgoing(name: str, table: SirportlyTable, desk: Desk) -> AsyncIterator[Finding]:
    check = f"catalogue.{name}.outgoing"
    if table.outgoing is None:
        says = "No outgoing address is set; the department's own is used, and where it has none nothing is sent."
        yield warning(check, says, f'[helpdesks.{name}] outgoing = "support@example.com"')
        return
    try:
        entries = await desk.catalogue.entries("outgoing")
    except HelpdeskError:
        entries = None
    if entries is None:
        yield skipped(check, "It does not tell its outgoing addresses.")
    elif table.outgoing.casefold() not in {each.name.casefold() for each in entries.items}:
        there = ", ".join(each.name for each in entries.items[:12]) or "none"
        yield wrong(check, f"{table.outgoing} is no outgoing address.", f"Take one of: {there}.")
    else:
        yield fine(check, f"Public replies go out from {table.outgoing}.")


async def _people(settings: Settings, desks: Mapping[str, Desk]) -> AsyncIterator[Finding]:
    """Whether everybody in ``[people]`` is somebody in some helpdesk."""
    if not settings.file.people or not desks:
        return
    lost = []
    for slack_user, word in settings.file.people.items():
        known = False
        for desk in desks.values():
            try:
                await desk.catalogue.staff(word)
            except InvalidFields:
                continue
            except HelpdeskError:
                pass  # it cannot be asked, so nobody is accused
            known = True
        if not known:
            lost.append(f"{slack_user} = «{word}»")
    if lost and len(desks) < len(settings.helpdesks):
        yield skipped("people", f"{', '.join(lost)}: unknown to the helpdesks that could be asked.")
    elif lost:
        fix = "Correct [people]: a username, id, e-mail address or full name in the helpdesk."
        yield wrong("people", f"No helpdesk knows {', '.join(lost)}.", fix)
    else:
        yield fine("people", f"All {len(settings.file.people)} people of the configuration are known.")


def _run_at(name: str, table: SirportlyTable) -> Finding:
    check = f"helpdesk.{name}.run_at"
    if table.run_at_zone:
        return fine(check, f"Times of follow-ups are read in {table.run_at_zone}.")
    return warning(
        check,
        "In which zone the account reads times is not known, so follow-ups go out as minutes from now.",
        "To find out: /ticket followup REF in 3 hours, look in Sirportly at which hour it stands, and in which zone "
        f'that is right; then [helpdesks.{name}] run_at_zone = "Europe/London".',
    )
