"""What people did across the border between shops; a line is never changed again."""

from datetime import datetime

from sqlalchemy import insert

from storage.session import Transaction
from storage.tables import audit
from storage.tenancy import Crossing


def note(
    tx: Transaction, crossing: Crossing, *, actor: str, doing: str, now: datetime
) -> None:
    """Write down who does what; ``doing`` names no person and no phone."""
    tx.connection.execute(
        insert(audit).values(at=now, crossing=crossing, actor=actor, doing=doing)
    )
