"""What is forgotten stays forgotten: a word about it that comes late is not kept."""

from collections.abc import Collection
from datetime import datetime

from core.values import OrderId, ShopId
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import forgotten, history, orders, parcels

_NAMED = columns_of(forgotten, ("shop_id", "thing", "forgotten_at", "noted_at"))
_GONE = _NAMED | columns_of(orders, ("order_id",))
_OF_ORDERS = (orders, parcels, history)


def _deleted(table: str) -> str:
    return f"""{table}_deleted AS (
  DELETE FROM {table} t USING gone
  WHERE t.shop_id = gone.shop_id AND t.order_id = gone.order_id)"""


_FORGET_ORDERS = Statement(f"""
WITH gone AS (SELECT * FROM {unfolded(_GONE)}),
{", ".join(_deleted(table.name) for table in _OF_ORDERS)}
INSERT INTO forgotten ({", ".join(_NAMED)})
SELECT {", ".join(_NAMED)} FROM gone ON CONFLICT DO NOTHING
""")


def forget_orders(
    tx: Transaction,
    deleted: Collection[tuple[ShopId, OrderId, datetime]],
    now: datetime,
) -> None:
    """Forget these orders, with all that was told of them, as of the moments given."""
    rows = [
        {
            "shop_id": shop_id,
            "order_id": order_id,
            "thing": f"order {order_id}",
            "forgotten_at": deleted_at,
            "noted_at": now,
        }
        for shop_id, order_id, deleted_at in sorted(deleted)
    ]
    if rows:
        tx.run(_FORGET_ORDERS, folded(rows))


_NAMES = Statement("""
DELETE FROM forgotten WHERE (shop_id, thing) IN (
  SELECT shop_id, thing FROM forgotten WHERE noted_at < :before
  ORDER BY noted_at LIMIT :most)
""")


def forget_names(tx: Transaction, *, before: datetime, limit: int) -> int:
    """Forget what has been forgotten before a moment: nothing more will come of it.
    Answers how many."""
    return tx.count(_NAMES, {"before": before, "most": limit})
