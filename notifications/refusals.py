"""Meta refuses an offer because its reader has turned offers off in WhatsApp: which we
may learn by nothing else."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from core.values import Act, Scope
from notifications.rules.wished import BY_REFUSAL
from storage.ledger import Word
from storage.progress import Row

_TURNED_OFF = 131050


def words_of(
    row: Row, errors: Iterable[Mapping[str, Any]], *, at: datetime
) -> list[Word]:
    """What the ledger is to hold of a message that was refused ``at``; mostly
    nothing."""
    contact_id = row.contact_id
    if contact_id is None or not any(e.get("code") == _TURNED_OFF for e in errors):
        return []
    return [
        Word(
            shop_id=row.shop_id,
            contact_id=contact_id,
            scope=Scope.MARKETING,
            act=Act.REVOKED,
            source=BY_REFUSAL,
            happened_at=at,
            evidence={"message": row.id},
        )
    ]
