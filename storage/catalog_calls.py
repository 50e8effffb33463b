"""When a catalog was told something, as far as Meta still counts it."""

from datetime import UTC, datetime

from core.values import ShopId
from storage.session import Transaction
from storage.statements import Statement

# Each portion is a row before it leaves, so one that nobody knows the fate of counts.
_SINCE = Statement("""
SELECT asked_at FROM catalog_batches
WHERE shop_id = :shop AND asked_at >= :since ORDER BY asked_at
""")


def since(tx: Transaction, shop_id: ShopId, moment: datetime) -> list[datetime]:
    rows = tx.ask(_SINCE, {"shop": shop_id, "since": moment})
    return [row.asked_at.astimezone(UTC) for row in rows]
