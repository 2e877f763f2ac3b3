"""My tickets: the App Home of each person.

``view`` draws it, ``publishing`` finds what it shows and keeps it current for people who looked at it lately,
``presses`` takes its buttons.
"""
