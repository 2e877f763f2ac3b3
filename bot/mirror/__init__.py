"""Threads and tickets mirror each other: which belong together, what passes between them, and what must not.

``links`` says which thread is whose ticket, ``policy`` what a channel wants. Nothing here knows a payload of Slack's or
the wire format of a helpdesk.
"""
