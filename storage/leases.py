"""Leases: what one process alone may do for a while, whoever else wants to.

No lock of the database can be held while a stranger is asked. A lease can: it is a row
that names its holder, and it runs out by itself when its holder dies.
"""

from datetime import datetime

from storage.session import Transaction
from storage.statements import Statement

_TAKE = Statement("""
INSERT INTO leases (name, holder, until)
VALUES (:name, :holder, CAST(:until AS timestamptz))
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
WHERE leases.until <= CAST(:now AS timestamptz)
RETURNING holder
""")


def take(
    tx: Transaction, name: str, *, holder: str, now: datetime, until: datetime
) -> bool:
    """Become the one who holds the lease, unless somebody does. ``holder`` is a name
    that nobody else has; even the same one takes it once."""
    asked = {"name": name, "holder": holder, "now": now, "until": until}
    return bool(tx.ask(_TAKE, asked))


_HELD = Statement(
    "SELECT holder FROM leases WHERE name = :name AND holder = :holder FOR UPDATE"
)


def is_held(tx: Transaction, name: str, *, holder: str) -> bool:
    """Whether nobody has taken it over; and nobody can until this transaction ends."""
    return bool(tx.ask(_HELD, {"name": name, "holder": holder}))


_GIVE_BACK = Statement("DELETE FROM leases WHERE name = :name AND holder = :holder")


def give_back(tx: Transaction, name: str, *, holder: str) -> None:
    """Let others have it; a second time changes nothing."""
    tx.run(_GIVE_BACK, {"name": name, "holder": holder})


_FORGET = Statement("""
DELETE FROM leases WHERE name IN (
  SELECT name FROM leases WHERE until < CAST(:before AS timestamptz) LIMIT :limit
)
""")


def forget(tx: Transaction, *, before: datetime, limit: int) -> int:
    """Delete those that ran out before then, and that nobody gave back."""
    return tx.count(_FORGET, {"before": before, "limit": limit})
