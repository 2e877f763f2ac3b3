"""The language of commands: text as Slack sends it → :class:`bot.actions.commands.Command`, and back.

::

    line     = verb [reference] {key:value} [free text]
    verb     = create | reply | note | update | assign | close | followup | forward | view | search | list | mine | help
    reference= AB-123456 | #ab-123456 | social:4484636 | a pasted link that ends in one
    value    = word | "quoted words" | item,item | none
    free text= what follows --, a lone —, or the first line break

A bare reference means view; the text of ``reply`` and ``note`` is never taken apart. Only known keys make fields, and a
near miss of one is an error that shows the correction. Pure: no network, no clock, no configuration.
"""

from bot.grammar.rendering import render, typed
from bot.grammar.verbs import parse

__all__ = ["parse", "render", "typed"]
