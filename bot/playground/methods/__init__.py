"""The Web API's methods: what each does, the scopes it needs, and the codes it may answer."""

from bot.playground.methods.admin import METHODS as ADMIN
from bot.playground.methods.channels import METHODS as CHANNELS
from bot.playground.methods.chat import METHODS as CHAT
from bot.playground.methods.files import METHODS as FILES
from bot.playground.methods.history import METHODS as HISTORY
from bot.playground.methods.marks import METHODS as MARKS
from bot.playground.methods.method import Method
from bot.playground.methods.scheduled import METHODS as SCHEDULED
from bot.playground.methods.upkeep import METHODS as UPKEEP
from bot.playground.methods.users import METHODS as USERS
from bot.playground.methods.views import METHODS as VIEWS

METHODS: dict[str, Method] = {
    **ADMIN,
    **CHANNELS,
    **CHAT,
    **FILES,
    **HISTORY,
    **MARKS,
    **SCHEDULED,
    **UPKEEP,
    **USERS,
    **VIEWS,
}
"""Every method by its name; any other is ``unknown_method``."""
