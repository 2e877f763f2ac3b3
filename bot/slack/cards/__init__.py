"""Ticket cards: one message for each ticket in a channel, kept current, never posted twice.

``places`` says where a card is, ``facts`` what the bot itself knows of a ticket, ``face`` what a card looks like,
``upkeep`` keeps it current, ``lists`` shows many tickets, ``presses`` takes the buttons of all of them.
"""
