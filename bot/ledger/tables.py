"""The tables, for the queries that are built at run time and for comparing with the migrations.

Instants are seconds since 1970 (one spelling, one order on both databases) and JSON is text: it is never searched, and
PostgreSQL's own JSON types refuse the NUL that people can paste into Slack.
"""

from sqlalchemy import BigInteger, Column, Double, Index, Integer, MetaData, Table, Text, text

metadata = MetaData()

_BIG = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts up only for INTEGER PRIMARY KEY

entries = Table(
    "entries",
    metadata,
    Column("id", _BIG, primary_key=True, autoincrement=True),
    Column("key", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("person", Text),
    Column("same", Text),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("position", Double, nullable=False),
    Column("received_at", Double, nullable=False),
    Column("due", Double),
    Column("not_before", Double),
    Column("in_flight", Integer, nullable=False),
    Column("progress", Text, nullable=False),
    Column("outcome", Text),
    Column("note", Text),
    Column("told", Integer, nullable=False),
    Column("updated_at", Double, nullable=False),
    Column("settled_at", Double),
    sqlite_autoincrement=True,  # an id names an entry for ever, also after pruning
)

_ACTIVE = text("state IN ('waiting', 'unsure')")
_LIVE = text("state NOT IN ('rejected', 'failed', 'discarded')")

Index("entries_key", entries.c.key, unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE)
Index(
    "entries_lane",
    entries.c.lane,
    entries.c.position,
    entries.c.id,
    sqlite_where=_ACTIVE,
    postgresql_where=_ACTIVE,
)
Index("entries_history", entries.c.lane, entries.c.id)
Index(
    "entries_due",
    entries.c.lane,
    entries.c.due,
    sqlite_where=text("due IS NOT NULL"),
    postgresql_where=text("due IS NOT NULL"),
)
Index(
    "entries_same",
    entries.c.same,
    entries.c.received_at,
    sqlite_where=text("same IS NOT NULL"),
    postgresql_where=text("same IS NOT NULL"),
)
Index("entries_state", entries.c.state, entries.c.kind, entries.c.id)
Index(
    "entries_person",
    entries.c.person,
    entries.c.id,
    sqlite_where=text("person IS NOT NULL"),
    postgresql_where=text("person IS NOT NULL"),
)
Index(
    "entries_settled",
    entries.c.settled_at,
    sqlite_where=text("settled_at IS NOT NULL"),
    postgresql_where=text("settled_at IS NOT NULL"),
)

holds = Table(
    "holds",
    metadata,
    Column("remote", Text, primary_key=True),
    Column("entry", BigInteger, nullable=False),
    Index("holds_entry", "entry"),
)

kept = Table(
    "kept",
    metadata,
    Column("namespace", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
    Column("expires_at", Double),
    Index(
        "kept_expires",
        "expires_at",
        sqlite_where=text("expires_at IS NOT NULL"),
        postgresql_where=text("expires_at IS NOT NULL"),
    ),
)

ONE_DATABASE_ONLY = frozenset({"kept_prefix"})
"""Indexes that only PostgreSQL needs, by their migrations alone."""


def is_compared(name: str | None, type_: str, _: object) -> bool:
    """Whether Alembic is to look for something that it finds in a database among the tables above."""
    return not (type_ == "index" and name in ONE_DATABASE_ONLY)
