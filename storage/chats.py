"""What is known of somebody's chat with a shop: when they wrote."""

from collections.abc import Mapping
from datetime import datetime

from core.values import ContactId
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import contacts

_WROTE = Statement(f"""
UPDATE contacts c SET wrote_at = greatest(c.wrote_at, new.wrote_at)
FROM {unfolded(columns_of(contacts, ("id", "wrote_at")))} WHERE c.id = new.id
""")


def note_written(tx: Transaction, moments: Mapping[ContactId, datetime]) -> None:
    """When each of them wrote; an earlier moment than is known changes nothing."""
    if moments:
        # In one order everywhere: who waits for a row must not hold a later one.
        rows = [{"id": id_, "wrote_at": moments[id_]} for id_ in sorted(moments)]
        tx.run(_WROTE, folded(rows))
