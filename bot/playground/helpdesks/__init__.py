"""Local stand-ins for the helpdesks that speak their wire formats over HTTP and keep what they are told."""

from bot.playground.helpdesks.sirportly import create_sirportly
from bot.playground.helpdesks.socialboards import create_socialboards

__all__ = ["create_sirportly", "create_socialboards"]
