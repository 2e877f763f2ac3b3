"""Entries, what they hold in the helpdesk, and what is kept beside them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "entries",
        sa.Column("id", _BIG, primary_key=True, autoincrement=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("lane", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("person", sa.Text),
        sa.Column("same", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("position", sa.Double, nullable=False),
        sa.Column("received_at", sa.Double, nullable=False),
        sa.Column("due", sa.Double),
        sa.Column("not_before", sa.Double),
        sa.Column("in_flight", sa.Integer, nullable=False),
        sa.Column("progress", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text),
        sa.Column("note", sa.Text),
        sa.Column("told", sa.Integer, nullable=False),
        sa.Column("updated_at", sa.Double, nullable=False),
        sa.Column("settled_at", sa.Double),
        sqlite_autoincrement=True,
    )
    _index("entries_key", ["key"], "state NOT IN ('rejected', 'failed', 'discarded')", unique=True)
    _index("entries_lane", ["lane", "position", "id"], "state IN ('waiting', 'unsure')")
    _index("entries_due", ["lane", "due"], "due IS NOT NULL")
    _index("entries_same", ["same", "received_at"], "same IS NOT NULL")
    op.create_index("entries_state", "entries", ["state", "kind", "id"])
    _index("entries_person", ["person", "id"], "person IS NOT NULL")
    _index("entries_settled", ["settled_at"], "settled_at IS NOT NULL")
    op.create_table(
        "holds",
        sa.Column("remote", sa.Text, primary_key=True),
        sa.Column("entry", sa.BigInteger, nullable=False),
    )
    op.create_index("holds_entry", "holds", ["entry"])
    op.create_table(
        "kept",
        sa.Column("namespace", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("expires_at", sa.Double),
    )
    where = sa.text("expires_at IS NOT NULL")
    op.create_index("kept_expires", "kept", ["expires_at"], sqlite_where=where, postgresql_where=where)


def _index(name: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    part = sa.text(where)
    op.create_index(name, "entries", columns, unique=unique, sqlite_where=part, postgresql_where=part)


def downgrade() -> None:
    """Drop them, with everything that was recorded."""
    op.drop_table("kept")
    op.drop_table("holds")
    op.drop_table("entries")
