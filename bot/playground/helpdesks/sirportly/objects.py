"""``objects/*`` and ``users/*``: what the account has been set up with."""

from typing import Any

from bot.playground.helpdesks.exchange import Answer
from bot.playground.helpdesks.sirportly import shapes
from bot.playground.helpdesks.sirportly.books import BLANK, invalid, missing
from bot.playground.helpdesks.sirportly.call import Call
from bot.playground.helpdesks.sirportly.catalogue import Team, User
from bot.playground.helpdesks.sirportly.tickets import department_by_id


def statuses(call: Call) -> Answer:
    """``objects/statuses``."""
    return Answer.json([each.json() for each in call.books.catalogue.statuses])


def priorities(call: Call) -> Answer:
    """``objects/priorities``."""
    return Answer.json([each.json() for each in call.books.catalogue.priorities])


def slas(call: Call) -> Answer:
    """``objects/slas``."""
    return Answer.json([each.json() for each in call.books.catalogue.slas])


def filters(call: Call) -> Answer:
    """``objects/filters``."""
    return Answer.json([each.json() for each in call.books.catalogue.filters])


def users(call: Call) -> Answer:
    """``objects/users``."""
    return Answer.json([each.json() for each in call.books.catalogue.users])


def brands(call: Call) -> Answer:
    """``objects/brands``, each with its departments."""
    catalogue = call.books.catalogue
    shown = []
    for brand in catalogue.brands:
        departments = [each.json() for each in catalogue.departments if each.brand == brand]
        shown.append({**brand.json(), "departments": departments})
    return Answer.json(shown)


def departments(call: Call) -> Answer:
    """``objects/departments``, of one brand if asked."""
    brand = call.one_of(tuple(call.books.catalogue.brands), "brand")
    every = call.books.catalogue.departments
    return Answer.json([each.json() for each in every if brand in (None, each.brand)])


def teams(call: Call) -> Answer:
    """``objects/teams``, each with its people."""
    return Answer.json([_with_users(each) for each in call.books.catalogue.teams])


def _with_users(team: Team) -> dict[str, Any]:
    return {**team.json(), "users": [user.json() for user in team.users]}


def escalation_paths(call: Call) -> Answer:
    """``objects/escalation_paths``, each with its teams, first line first."""
    paths = call.books.catalogue.paths
    return Answer.json([{**path.json(), "teams": [team.json() for team in path.teams]} for path in paths])


def custom_fields(call: Call) -> Answer:
    """``objects/custom_fields``: all, or those of a department given by id, or by name with its brand."""
    catalogue = call.books.catalogue
    brand = call.one_of(tuple(catalogue.brands), "brand")
    if brand is not None:
        department = call.one_of(tuple(each for each in catalogue.departments if each.brand == brand), "department")
    else:
        department = department_by_id(call)
    shown = [
        each
        for each in catalogue.custom_fields
        if department is None or not each.departments or department in each.departments
    ]
    return Answer.json([each.json() for each in shown])


def email_addresses(call: Call) -> Answer:
    """``objects/email_addresses`` of a department and of its brand."""
    department = department_by_id(call)
    if department is None:
        raise invalid({"department_id": [BLANK]})
    every = call.books.catalogue.addresses
    return Answer.json(
        {
            "department": [each.json() for each in every if each.department == department.id],
            "brand": [each.json() for each in every if each.brand == department.brand.id],
        }
    )


def user_info(call: Call) -> Answer:
    """``users/info``: by username, id or e-mail address."""
    wanted = call.text("user").strip().casefold()
    for user in call.books.catalogue.users:
        if wanted in (user.name.casefold(), str(user.id), user.email.casefold()):
            return Answer.json(_with_teams(call, user))
    raise missing("user", call.text("user"))


def _with_teams(call: Call, user: User) -> dict[str, Any]:
    return {**user.json(), "teams": [team.json() for team in call.books.catalogue.teams_of(user)]}


def all_users(call: Call) -> Answer:
    """``users/all``."""
    page, every = call.number("page", 1), call.books.catalogue.users
    shown = every[(page - 1) * shapes.PAGE : page * shapes.PAGE]
    records = [each.json() for each in shown]
    return Answer.json({"pagination": shapes.pagination(page, len(every)), "records": records})
