"""What is known of draft orders: what a store has written up and nobody has paid yet.

Each is always told whole, so the newest word counts, with its gaps.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.values import ContactId, CustomerId, DraftOrderId, OrderId, ShopId
from storage.held import Rows, rows_of
from storage.merging import Facts, Kept
from storage.orders import Items
from storage.retention import Keeping, past_its_time
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import draft_orders


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftOrderFacts(Facts):
    """``invoiced_at`` is when its invoice was sent last, and ``url`` leads to that: who
    has it can look at it and pay. It is over once it is completed; the order that it
    became is ``order_id``."""

    draft_order_id: DraftOrderId
    updated_at: datetime
    name: str | None = None
    status: str | None = None
    invoiced_at: datetime | None = None
    completed_at: datetime | None = None
    order_id: OrderId | None = None
    customer_id: CustomerId | None = None
    contact_id: ContactId | None = None
    phone_place: str | None = None
    country: str | None = None
    items: Items | None = None
    total: Decimal | None = None
    total_currency: str | None = None
    worth: Decimal | None = None
    worth_currency: str | None = None
    url: str | None = field(default=None, repr=False)


DRAFT_ORDERS = Kept(
    facts=DraftOrderFacts,
    table=draft_orders,
    keys=("draft_order_id",),
    is_told_whole=True,
    sealed=frozenset({"url"}),
    unless_forgotten="f.thing = 'draft_order ' || new.draft_order_id",
)


def drafts_of(tx: Transaction, shop_id: ShopId, ids: Collection[DraftOrderId]) -> Rows:
    return rows_of(tx, draft_orders, "draft_order_id", shop_id, ids)


_KEYS = ("shop_id", "draft_order_id")
_OLD = past_its_time(
    "draft_orders", keys=_KEYS, moment="updated_at", days="webhook_days"
)
_FORGET = Statement(f"DELETE FROM draft_orders WHERE ({', '.join(_KEYS)}) IN ({_OLD})")


def forget_drafts(
    tx: Transaction, keeping: Keeping, *, now: datetime, limit: int
) -> int:
    """Forget those that have not changed for too long; answer how many."""
    return tx.count(_FORGET, keeping.asked(now=now, limit=limit))
