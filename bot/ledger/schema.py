"""Which schema this version works with."""

HEAD = "0003"
"""The latest migration; a database that has it is not touched, and Alembic is not even imported."""
