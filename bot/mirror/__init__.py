"""Threads and tickets mirror each other: which belong together, what passes between them, and what must not.

``links`` says which thread is whose ticket's, ``policy`` what a channel wants, ``messages`` for whom something said is.
The way back: ``watching`` asks a helpdesk what has changed; ``looking`` compares one ticket with what is known of it
(``findings``, ``comparing``) and keeps apart what may be the bot's own (``holding``); ``news`` is what is new, without
what mail brings along (``mail``, ``quoting``); ``tellings`` is what a thread hears of that, as far as ``flooding`` lets
it through. Nothing here knows a payload of Slack's or the wire format of a helpdesk.
"""
