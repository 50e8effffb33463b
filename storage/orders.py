"""What is known of orders and parcels: the newest word about each, in business time."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeAlias

from core.sealing import Keyring
from core.values import (
    ContactId,
    CustomerId,
    FulfillmentId,
    MessageId,
    Milestone,
    OrderId,
    ScanId,
    ShopId,
)
from storage.merging import (
    Facts,
    Follows,
    Greatest,
    Kept,
    Least,
    Together,
    Version,
    opened,
    rank_of,
)
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import orders, parcels

Items: TypeAlias = Sequence[Mapping[str, Any]]
"""So many of each thing; what is silent about one is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts(Facts):
    """An order. ``whole_since`` is when it first came whole; until then there is only
    what was glimpsed of it. ``paid_at`` is the first moment at which it was paid.
    ``place`` has the region and the city it goes to, and ``reference_message`` is our
    message that led to it, as far as that came back."""

    order_id: OrderId
    whole_since: datetime | None = None
    name: str | None = None
    placed_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str | None = None
    closed_at: datetime | None = None
    paid_at: datetime | None = None
    edited_at: datetime | None = None
    payment: str | None = None
    shipping: str | None = None
    cash_on_delivery: bool | None = None
    total: Decimal | None = None
    current_total: Decimal | None = None
    currency: str | None = None
    worth: Decimal | None = None
    worth_currency: str | None = None
    items: Items | None = None
    discount_codes: Sequence[str] | None = None
    locale: str | None = None
    country: str | None = None
    agreed: bool | None = None
    wording: str | None = None
    accepts_marketing: bool | None = None
    source: str | None = None
    is_test: bool | None = None
    customer_id: CustomerId | None = None
    contact_id: ContactId | None = None
    phone_place: str | None = None
    checkout_key: bytes | None = None
    cart_key: bytes | None = None
    reference_message: MessageId | None = None
    email_key: bytes | None = None
    first_name: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    place: Mapping[str, str] | None = field(default=None, repr=False)
    status_url: str | None = field(default=None, repr=False)
    marks: Mapping[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelFacts(Facts):
    """A parcel, and the last milestone that it is known to have passed.

    ``scan`` is what the newest scan said, sealed like ``private``; ``moved_at`` is the
    first that told more than of a label, ``set_out_at`` the first that told a place,
    and ``was_under_way`` whether anything was told of the parcel before it was
    delivered. These do not hang on ``version``, since a scan and a fulfillment may each
    know the later milestone.
    """

    fulfillment_id: FulfillmentId
    order_id: OrderId
    status: str | None = None
    is_cancelled: bool | None = None
    milestone: Milestone | None = None
    milestone_at: datetime | None = None
    milestone_version: Version | None = None
    was_under_way: bool | None = None
    moved_at: datetime | None = None
    set_out_at: datetime | None = None
    scan_at: datetime | None = None
    scan_version: Version | None = None
    scan: Mapping[str, str] | None = field(default=None, repr=False)
    deleted_scans: Sequence[int] | None = None
    tracking_key: str | None = None
    items: Items | None = None
    contact_id: ContactId | None = None
    private: Mapping[str, str] | None = field(default=None, repr=False)


ORDERS = Kept(
    facts=OrderFacts,
    table=orders,
    keys=("order_id",),
    rules={"whole_since": Least(), "edited_at": Greatest(), "paid_at": Least()},
    sealed=frozenset({"first_name", "email", "place", "status_url", "marks"}),
    answers=("whole_since",),
    unless_forgotten="f.thing = 'order ' || new.order_id",
)

_OF_MILESTONE = Follows("milestone_version")
_OF_SCAN = Follows("scan_version")

PARCELS = Kept(
    facts=ParcelFacts,
    table=parcels,
    keys=("fulfillment_id",),
    rules={
        "order_id": Greatest(),  # it never changes
        **dict.fromkeys(
            ("milestone", "milestone_at", "milestone_version"), _OF_MILESTONE
        ),
        "was_under_way": Greatest(),
        "moved_at": Least(),
        "set_out_at": Least(),
        **dict.fromkeys(("scan_at", "scan_version", "scan"), _OF_SCAN),
        "deleted_scans": Together(),
    },
    sealed=frozenset({"scan", "private"}),
    answers=("order_id", "deleted_scans IS NOT NULL AS is_mended"),
    unless_forgotten="f.thing = 'order ' || new.order_id",
)


def keep_orders(
    tx: Transaction, facts: Iterable[OrderFacts], *, sealer: Keyring
) -> set[tuple[ShopId, OrderId]]:
    """Keep what is told of orders; answer those that were not known whole before."""
    told = ORDERS.merged(facts)
    came = {(fact.shop_id, fact.order_id): fact.whole_since for fact in told}
    known = {
        (ShopId(row.shop_id), OrderId(row.order_id)): row.whole_since
        for row in ORDERS.keep_and_answer(tx, told, sealer=sealer)
    }
    return {id_ for id_, since in known.items() if since and since == came[id_]}


def keep_parcels(
    tx: Transaction, facts: Iterable[ParcelFacts], *, sealer: Keyring
) -> set[tuple[ShopId, OrderId, FulfillmentId]]:
    """Keep what is told of parcels; answer those of which a scan was deleted.

    Where these are cannot be told from what is known and what is new: it is to be read
    out of their history.
    """
    return {
        (ShopId(row.shop_id), OrderId(row.order_id), FulfillmentId(row.fulfillment_id))
        for row in PARCELS.keep_and_answer(tx, facts, sealer=sealer)
        if row.is_mended
    }


def opened_private(
    sealed: bytes | None, name: str, shop_id: ShopId, sealer: Keyring
) -> Mapping[str, str]:
    """What lies sealed in a parcel's column ``name``; empty where nothing does."""
    found: Mapping[str, str] | None = opened(sealed, name, shop_id, sealer)
    return found or {}


@dataclass(frozen=True, slots=True)
class NewestScan:
    """What the newest scan of a parcel said. Its ``id`` is 0 where it has none."""

    at: datetime
    id: ScanId
    said: Mapping[str, str]


_NEWEST_SCANS = Statement(f"""
SELECT p.shop_id, p.fulfillment_id, p.scan_at, p.scan_version, p.scan
FROM {unfolded(columns_of(parcels, ("shop_id", "fulfillment_id")))}
JOIN parcels p ON p.shop_id = new.shop_id AND p.fulfillment_id = new.fulfillment_id
WHERE p.scan_at IS NOT NULL
""")


def newest_scans(
    tx: Transaction,
    asked: Collection[tuple[ShopId, FulfillmentId]],
    *,
    sealer: Keyring,
) -> dict[tuple[ShopId, FulfillmentId], NewestScan]:
    """Of those of these parcels that have been scanned."""
    if not asked:
        return {}
    rows = [{"shop_id": shop, "fulfillment_id": parcel} for shop, parcel in asked]
    return {
        (ShopId(row.shop_id), FulfillmentId(row.fulfillment_id)): NewestScan(
            at=row.scan_at.astimezone(UTC),
            id=ScanId(rank_of(row.scan_version)),
            said=opened_private(row.scan, "scan", ShopId(row.shop_id), sealer),
        )
        for row in tx.ask(_NEWEST_SCANS, folded(rows))
    }


_LAST_LOCALE = Statement("""
SELECT locale FROM orders
WHERE shop_id = :shop AND contact_id = :contact AND locale IS NOT NULL
ORDER BY placed_at DESC NULLS LAST LIMIT 1
""")


def last_locale_of(
    tx: Transaction, shop_id: ShopId, contact_id: ContactId
) -> str | None:
    """What their newest order was in, as Shopify writes it."""
    for row in tx.ask(_LAST_LOCALE, {"shop": shop_id, "contact": contact_id}):
        return str(row.locale)
    return None
