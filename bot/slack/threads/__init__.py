"""Threads of tickets: what is said in them goes to the ticket, what happens to the ticket is told in them."""
