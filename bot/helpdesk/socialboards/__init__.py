"""SocialBoards, over its Ticket API (https://developers.socialboards.com/docs/apis/tickets).

Four facts shape this package. Success is ``errorCode`` -1, whatever the HTTP status. Text is HTML unless ``isHtml`` is
false. Identifiers of people, categories and custom fields have no documented source, so they come from tables. And of
some routes only the name in the vendor's menu is known: those are off until the configuration says they were tried.
"""

from bot.helpdesk.socialboards.adapter import SocialBoards
from bot.helpdesk.socialboards.settings import UNCONFIRMED, SocialBoardsSettings
from bot.helpdesk.socialboards.tokens import MemoryTokens, TokenStore

__all__ = ["UNCONFIRMED", "MemoryTokens", "SocialBoards", "SocialBoardsSettings", "TokenStore"]
