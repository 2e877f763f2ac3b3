"""What can be wrong with words for a moment, and how that is said to the person who typed them."""

EXAMPLES = "For example: in 2 hours · tomorrow 9am · next tuesday at noon · 4 March 14:30"
PAST_EXAMPLES = "For example: 2 hours ago · yesterday 9am · last friday 14:30 · 20 November 10:00"

_SAYS = {
    "empty": "When? There were no words for a time.",
    "past": "{what} is not in the future, and a follow-up has to be.",
    "future": "{what} is not in the past.",
    "vague": "{what} is too vague for a follow-up: it needs a day or a time.",
    "recurring": "{what} repeats, and a follow-up happens once.",
    "range": "{what} is more than one moment, and a follow-up needs exactly one.",
    "impossible": "There is no {what}.",
    "ambiguous": "{what} has two readings.",
    "unreadable": "I could not read {what}.",
    "unknown-zone": "I do not know the time zone {what}.",
}
"""Every code, and its sentence; ``{what}`` is what was typed, in quotes, or the reason in words."""

CODES = frozenset(_SAYS)


class WhenError(ValueError):
    """Words that are no moment in the future.

    ``code`` is one of ``CODES``; ``message`` is a sentence for the person, with examples of what would have worked.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __reduce__(self) -> tuple[type["WhenError"], tuple[str, str]]:
        return type(self), (self.code, self.message)


def refusal(code: str, what: str = "", *, hint: str = "") -> WhenError:
    """The error for ``code`` about ``what``, with a hint of its own or the usual examples."""
    said = _SAYS[code].format(what=what)
    return WhenError(code, f"{said} {hint or EXAMPLES}")


def of_the_past(error: WhenError, words: str) -> WhenError:
    """The same error about something that has happened: with examples of that, and without a word of follow-ups."""
    if error.code == "past":  # it was no reader that counts back
        return refusal("unreadable", quoted(words), hint=PAST_EXAMPLES)
    return WhenError(error.code, error.message.replace(EXAMPLES, PAST_EXAMPLES).replace("a follow-up", "this"))


def quoted(words: str, *, limit: int = 60) -> str:
    """Words as typed, in quotes, cut where they would fill the screen."""
    short = words if len(words) <= limit else words[: limit - 1] + "…"
    return f"“{short}”"
