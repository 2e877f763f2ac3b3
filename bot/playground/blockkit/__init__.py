"""Refuses the messages, views and options that Slack refuses, in Slack's words.

The rules are one table: what a block, element or composition object may hold is written down once, as a
``rules.Shape`` with the page or package it was read in (``objects``, ``elements``, ``richtext``, ``blocks``, ``cards``,
``tables``, ``views``); ``surface`` adds what only the whole can tell. Where sources contradict each other a problem is
a warning. Nothing here raises, waits, or knows of anything outside this package.
"""

from bot.playground.blockkit.messages import validate_message
from bot.playground.blockkit.problems import Problem, refused
from bot.playground.blockkit.views import validate_options, validate_view

__all__ = ["Problem", "refused", "validate_message", "validate_options", "validate_view"]
