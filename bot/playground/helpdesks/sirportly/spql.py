"""``tickets/spql``: the part of the Sirportly Query Language that clients are seen to use.

SELECT, FROM tickets, WHERE with AND, OR and brackets, GROUP BY, ORDER BY, LIMIT. Every column and value is checked and
bound; nothing of a caller's text becomes SQL. How strings are escaped is not documented: here they are not.
"""

import re
from datetime import datetime
from typing import Any

from dateutil.relativedelta import relativedelta

from bot.playground.helpdesks.clock import stamp
from bot.playground.helpdesks.exchange import Answer
from bot.playground.helpdesks.sirportly.books import Books, forbidden, invalid, shown_time
from bot.playground.helpdesks.sirportly.call import Call

TICKET_COLUMNS = (
    "id",
    "subject",
    "reference",
    "message_id",
    "submitted_at",
    "updated_at",
    "created_at",
    "last_update_posted_at",
    "update_count",
    "last_respondant",
    "reply_due_at",
    "resolution_due_at",
    "first_response_time",
    "first_resolution_time",
    "resolution_time",
    "source_type",
)
TIMES = frozenset(name for name in TICKET_COLUMNS if name.endswith("_at"))
JOINED = {
    "status": "status",
    "statuses": "status",
    "priority": "priority",
    "priorities": "priority",
    "department": "department",
    "departments": "department",
    "team": "team",
    "teams": "team",
    "user": "user",
    "users": "user",
    "brand": "brand",
    "brands": "brand",
}
JOINED_COLUMNS = {
    "status": ("id", "name", "colour", "status_type"),
    "priority": ("id", "name", "colour", "position"),
    "department": ("id", "name"),
    "team": ("id", "name"),
    "brand": ("id", "name"),
    "user": ("id", "name"),
    "contact": ("id", "name", "company", "reference"),
}
COLUMNS = {
    **{f"tickets.{name}": f"t.{name}" for name in TICKET_COLUMNS},
    "tickets.status_type": "s_status.status_type",
    **{
        f"{alias}.{column}": f"s_{table}.{column}"
        for alias, table in JOINED.items()
        for column in JOINED_COLUMNS[table]
    },
    **{f"{alias}.{column}": f"c.{column}" for alias in ("contact", "contacts") for column in JOINED_COLUMNS["contact"]},
    "ticket_tags.tag": "g.tag",
}
"""What a query may name, and the column it is here."""

TOKEN = re.compile(
    r"""\s*(?:(?P<string>"[^"]*"|'[^']*')|(?P<ago>\d+\.(?:minute|hour|day|week|month|year)s?\.ago)"""
    r"""|(?P<number>-?\d+(?:\.\d+)?)|(?P<word>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)?)|(?P<mark><=|>=|!=|<>|=|<|>|\(|\)|,|\*))"""
)
COMPARISONS = frozenset({"=", "!=", "<>", "<", ">", "<=", ">=", "LIKE"})


def spql(call: Call) -> Answer:
    """``tickets/spql``; a person's token needs the reporting interface."""
    if call.owner is not None and not call.books.settings.reporting:
        raise forbidden("this user may not use the reporting interface")
    query = _Query(call.text("spql"), call.books)
    sql = query.read()
    rows = call.books.store.all(sql, query.values)
    results = [[_shown(name, value) for name, value in zip(query.fields, row, strict=True)] for row in rows]
    return Answer.json({"query": call.text("spql"), "fields": query.fields, "results": results})


def _shown(field: str, value: Any) -> Any:
    if isinstance(value, str) and field.lower().partition(".")[2] in TIMES:
        return shown_time(value)
    return str(value) if isinstance(value, float) else value


class _Query:
    """One query, read from left to right into SQL with its values beside it."""

    def __init__(self, text: str, books: Books) -> None:
        self.books = books
        self.fields: list[str] = []
        self.values: list[Any] = []
        self._tagged = False
        self._tokens = _tokens(text)
        self._at = 0

    def read(self) -> str:
        self._expect("SELECT", "Invalid query, SELECT expected")
        chosen = self._columns("SELECT")
        self._expect("FROM", "Invalid query, FROM expected")
        if self._next()[1].lower() != "tickets":
            raise invalid(["Invalid FROM table specified"])
        where = f" WHERE {self._either()}" if self._skip("WHERE") else ""
        group = f" GROUP BY {', '.join(self._by('GROUP BY'))}" if self._skip("GROUP") else ""
        order = f" ORDER BY {', '.join(self._by('ORDER BY'))}" if self._skip("ORDER") else ""
        limit = f" LIMIT {self._limit()}" if self._skip("LIMIT") else ""
        if self._at < len(self._tokens):
            raise invalid([f"Invalid query near '{self._next()[1]}'"])
        return f"SELECT {', '.join(chosen)} FROM {self._tables()}{where}{group}{order}{limit}"

    def _tables(self) -> str:
        joins = "".join(
            f" LEFT JOIN named s_{table} ON s_{table}.kind = '{table}' AND s_{table}.id = {source}"
            for table, source in (
                ("status", "t.status_id"),
                ("priority", "t.priority_id"),
                ("department", "t.department_id"),
                ("team", "t.team_id"),
                ("user", "t.user_id"),
                ("brand", "s_department.parent_id"),
            )
        )
        tags = " LEFT JOIN ticket_tags g ON g.ticket_id = t.id" if self._tagged else ""
        return f"tickets t LEFT JOIN contacts c ON c.id = t.contact_id{joins}{tags}"

    def _columns(self, clause: str) -> list[str]:
        chosen = []
        while True:
            kind, word = self._next()
            if kind == "word" and word.upper() == "COUNT":
                if self._skip("("):
                    self._next()
                    self._expect(")", "Invalid query, ) expected")
                self.fields.append("COUNT")
                chosen.append("count(*)")
            else:
                self.fields.append(word)
                chosen.append(self._column(word, clause))
            if not self._skip(","):
                return chosen

    def _column(self, name: str, clause: str) -> str:
        column = COLUMNS.get(name.lower())
        if column is None:
            raise invalid([f"Invalid column '{name}' requested in {clause}"])
        self._tagged = self._tagged or column == "g.tag"
        return column

    def _by(self, clause: str) -> list[str]:
        self._expect("BY", f"Invalid query, {clause} expected")
        terms = []
        while True:
            term = self._column(self._next()[1], clause)
            if clause == "ORDER BY":
                term += " DESC" if self._skip("DESC") else (" ASC" if self._skip("ASC") else "")
            terms.append(term)
            if not self._skip(","):
                return terms

    def _either(self) -> str:
        terms = [self._both()]
        while self._skip("OR"):
            terms.append(self._both())
        return f"({' OR '.join(terms)})"

    def _both(self) -> str:
        terms = [self._condition()]
        while self._skip("AND"):
            terms.append(self._condition())
        return f"({' AND '.join(terms)})"

    def _condition(self) -> str:
        if self._skip("("):
            inner = self._either()
            self._expect(")", "Invalid query, ) expected")
            return inner
        name = self._next()[1]
        column = self._column(name, "WHERE")
        operator = self._next()[1].upper()
        if operator == "IS":
            negated = self._skip("NOT")
            self._expect("NULL", "Invalid query, NULL expected")
            return f"{column} IS {'NOT ' if negated else ''}NULL"
        if operator not in COMPARISONS:
            raise invalid([f"Invalid operator '{operator}' in WHERE"])
        self.values.append(self._value(name))
        return f"{column} {operator} ?"

    def _value(self, name: str) -> Any:
        kind, text = self._next()
        is_time = name.lower().partition(".")[2] in TIMES
        match kind:
            case "number":
                return float(text) if "." in text or len(text) > 18 else int(text)
            case "ago":
                amount, unit, _ = text.split(".")
                if len(amount) > 4:
                    raise invalid([f"Invalid value '{text}' in WHERE"])
                return stamp(self.books.now - relativedelta(**{f"{unit.rstrip('s')}s": int(amount)}))  # type: ignore[arg-type]
            case "string" if is_time:
                return _time(text[1:-1])
            case "string":
                return text[1:-1]
            case _:
                raise invalid([f"Invalid value '{text}' in WHERE"])

    def _limit(self) -> int:
        kind, text = self._next()
        if kind != "number" or not text.isdigit() or len(text) > 9:
            raise invalid([f"Invalid LIMIT '{text}'"])
        return int(text)

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise invalid(["Invalid query, unexpected end"])
        self._at += 1
        return self._tokens[self._at - 1]

    def _skip(self, word: str) -> bool:
        here = self._tokens[self._at] if self._at < len(self._tokens) else ("", "")
        if here[0] in ("word", "mark") and here[1].upper() == word:
            self._at += 1
            return True
        return False

    def _expect(self, word: str, problem: str) -> None:
        if not self._skip(word):
            raise invalid([problem])


def _time(text: str) -> str:
    """A written time as it is stored; without a zone it is UTC. The forms that SPQL takes are not documented."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise invalid([f"Invalid value '{text}' in WHERE"]) from None
    return stamp(read if read.tzinfo else datetime.fromisoformat(f"{read.isoformat()}+00:00"))


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise invalid([f"Invalid query near '{text[at:].strip()[:20]}'"])
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found
