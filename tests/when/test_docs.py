"""docs/times.md says what the code does: examples, policy, parts of the day and refusals."""

import re
from pathlib import Path

from bot.when import DEFAULT, WhenError, echo, understand
from bot.when.errors import CODES
from bot.when.policy import PARTS
from tests.when.test_phrases import NOW

PAGE = Path(__file__).resolve().parents[2] / "docs" / "times.md"
START, END = "<!-- examples -->\n", "<!-- /examples -->"
EXAMPLES = (
    "in 2 hours", "90m", "half an hour", "an hour and a half", "1h30", "in 3 days", "a fortnight", "3 working days",
    "in 10 working hours", "next business day", "tomorrow", "tmrw 9am", "today at 5pm", "friday", "next friday",
    "weds 14.30", "friday next week", "a week on friday", "friday week", "2 days after next friday", "the 27th at noon",
    "friday the 13th", "4 March 14:30", "March 4th, 2027 at half past 3pm", "15/2", "03/04", "2027-03-04T09:00Z",
    "first monday of march", "last friday of the month", "next week", "next month", "q1", "end of day", "eom",
    "first thing monday", "mid december", "noon", "midnight", "at 9", "seven", "tonight", "tomorrow evening at eight",
    "late morning on thursday", "9am PT", "tomorrow 9am new york time", "noon UTC+2", "2027-03-28 01:30",
    "31 october 2027 01:30", "tomorrow +3h", "in 15", "before 4pm", "christmas eve 4pm", "yesterday", "soon",
    "in a few days", "every monday", "9-11am", "1 or 2 days", "25:00", "30 february", "tomorrow morning at 7pm",
    "tuesday, 10 january", "tomorrow blarg", "now", "this week",
)  # fmt: skip


def row(phrase: str) -> str:
    try:
        moment = understand(phrase, now=NOW, tz="Europe/London")
    except WhenError as error:
        return f"| `{phrase}` | refused: `{error.code}` | {error.message.split(' For example: ')[0]} |"
    meant = echo(moment, tz="Europe/London").removesuffix(" (Europe/London, UTC+00:00)")
    return f"| `{phrase}` | {meant} | {' '.join(moment.warnings)} |"


def table() -> str:
    return "\n".join(["| phrase | means | said to the person |", "|---|---|---|", *map(row, EXAMPLES)]) + "\n"


def shown(value: object) -> str:
    if isinstance(value, frozenset):
        return " ".join(str(one) for one in sorted(value))
    return value.strftime("%H:%M") if hasattr(value, "strftime") else str(value)


def test_examples_are_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8").partition(START)[2].partition(END)[0] == table()


def test_every_policy_field_is_there_with_its_value() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*?) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    for name, value in DEFAULT._asdict().items():
        expected = {"parts": "see below"}.get(name) or (
            f"`{shown(value)}`" if shown(value) not in {"", "None"} else "none"
        )
        assert rows[name] == expected, name


def test_every_part_of_the_day_and_every_code_is_there() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for part, start in PARTS.items():
        assert f"| {part} | {start:%H:%M} |" in page
    for code in CODES:
        assert f"| `{code}` |" in page


if __name__ == "__main__":
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    PAGE.write_text(f"{before}{START}{table()}{END}{rest.partition(END)[2]}", encoding="utf-8")
