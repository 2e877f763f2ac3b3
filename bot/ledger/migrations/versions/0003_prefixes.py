"""What is kept under keys that begin alike, on PostgreSQL: its usual order of text is no order of characters.

SQLite compares character by character, so there the primary key serves.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the index; old processes go on beside it, and wait to keep something while PostgreSQL builds it."""
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("kept_prefix", "kept", ["namespace", sa.text('key COLLATE "C"')])


def downgrade() -> None:
    """Take it away."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("kept_prefix", table_name="kept")
