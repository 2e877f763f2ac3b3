"""A lane's entries in the order in which they came, what is over included: asked at every look at a linked ticket."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the index; old processes go on beside it, and wait to write while PostgreSQL builds it."""
    op.create_index("entries_history", "entries", ["lane", "id"])


def downgrade() -> None:
    """Take it away."""
    op.drop_index("entries_history", table_name="entries")
