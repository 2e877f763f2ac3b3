"""Sirportly, over its API v2 (https://sirportly.com/docs/api-specification).

Six facts shape this package. Creating is two calls, and the first leaves an empty ticket. Whoever names no author is
*System*, and a private note by System would be public. Nothing is e-mailed unless ``outgoing`` is sent. An unknown name
is a 404, like an unknown ticket. The zone of a time without one is not documented. A follow-up cannot be taken back.
"""

from bot.helpdesk.sirportly.adapter import Sirportly
from bot.helpdesk.sirportly.settings import CreateDefaults, ForwardDefaults, SirportlySettings

__all__ = ["CreateDefaults", "ForwardDefaults", "Sirportly", "SirportlySettings"]
