"""The tables' history, oldest first, and the way from any point of it to the newest."""

NEWEST = "0001"
"""The revision that this program needs. Alembic, which knows it too, is costly to load
and needed only to get there."""
