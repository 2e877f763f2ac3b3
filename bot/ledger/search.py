"""The one query whose shape is decided at run time."""

from functools import cache
from typing import Any

from sqlalchemy import Dialect, Select, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.elements import ColumnElement

from bot.ledger import statements
from bot.ledger.statements import Statement
from bot.ledger.tables import entries

_COLUMNS = [entries.c[name] for name in statements.COLUMNS.split(", ")]


@cache
def _dialect(name: str) -> Dialect:
    if name == "sqlite":
        return sqlite.dialect(paramstyle="named")
    dialect: Dialect = postgresql.psycopg.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy leaves it untyped
    return dialect


def search(
    dialect: str,
    *,
    states: tuple[str, ...] | None,
    limit: int,
    before_id: int | None,
    after_id: int | None,
    since: float | None,
    until: float | None,
    **equal: str | None,
) -> tuple[Statement, dict[str, Any]]:
    """The statement and its parameters."""
    conditions: list[ColumnElement[bool]] = [entries.c[name] == value for name, value in equal.items() if value]
    if states is not None:
        stored = {"waiting" if state == "running" else state for state in states}
        conditions.append(entries.c.state.in_(sorted(stored)))
    if since is not None:
        conditions.append(entries.c.received_at >= since)
    if until is not None:
        conditions.append(entries.c.received_at < until)
    if before_id is not None:
        conditions.append(entries.c.id < before_id)
    if after_id is not None:
        conditions.append(entries.c.id > after_id)
    order = entries.c.id.asc() if after_id is not None else entries.c.id.desc()
    query: Select[Any] = select(*_COLUMNS).where(*conditions).order_by(order).limit(limit)
    compiled = query.compile(dialect=_dialect(dialect), compile_kwargs={"render_postcompile": True})
    text = str(compiled)  # already with this database's parameters
    return Statement(sqlite=text, postgres=text, returns=True), dict(compiled.params)
