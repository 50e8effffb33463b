"""What is known of customers, and of what they have not bought yet.

A checkout and a cart are found by a keyed fingerprint of their token. What is told of
them, and of customers, is always the whole: so the newest word counts, with its gaps.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.values import CheckoutNumber, ContactId, CustomerId, ShopId
from storage.merging import Facts, Kept
from storage.orders import Items
from storage.recordset import columns_of, folded, unfolded
from storage.retention import Keeping, past_its_time
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import (
    carts,
    checkout_changes,
    checkouts,
    customers,
    merged_customers,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFacts(Facts):
    customer_id: CustomerId
    created_at: datetime | None = None
    contact_id: ContactId | None = None
    phone_place: str | None = None
    email: str | None = field(default=None, repr=False)
    first_name: str | None = field(default=None, repr=False)
    country: str | None = None
    email_marketing: str | None = None
    sms_marketing: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeFacts(Facts):
    """The customer ``gone`` is ``kept`` from then on."""

    gone: CustomerId
    kept: CustomerId


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutFacts(Facts):
    """A checkout as far as the buyer has come; it is over once it is completed."""

    token_key: bytes
    token: str = field(repr=False)
    updated_at: datetime
    number: CheckoutNumber | None = None
    cart_key: bytes | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    closed_at: datetime | None = None
    customer_id: CustomerId | None = None
    contact_id: ContactId | None = None
    phone_place: str | None = None
    email_key: bytes | None = None
    email: str | None = field(default=None, repr=False)
    first_name: str | None = field(default=None, repr=False)
    country: str | None = None
    place: Mapping[str, str] | None = field(default=None, repr=False)
    locale: str | None = None
    items: Items | None = None
    total: Decimal | None = None
    total_currency: str | None = None
    worth: Decimal | None = None
    worth_currency: str | None = None
    discount_codes: Sequence[str] | None = None
    url: str | None = field(default=None, repr=False)
    agreed: bool | None = None
    wording: str | None = None
    accepts_marketing: bool | None = None
    accepts_sms: bool | None = None
    marks: Mapping[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CartFacts(Facts):
    """A cart, which does not say whose it is. A checkout may: by its ``cart_key``."""

    token_key: bytes
    updated_at: datetime
    started_at: datetime | None = None
    items: Items | None = None
    total: Decimal | None = None
    total_currency: str | None = None
    agreed: bool | None = None
    wording: str | None = None
    marks: Mapping[str, str] | None = field(default=None, repr=False)


CUSTOMERS = Kept(
    facts=CustomerFacts,
    table=customers,
    keys=("customer_id",),
    is_told_whole=True,
    sealed=frozenset({"email", "first_name"}),
    unless_forgotten="f.thing = 'customer ' || new.customer_id",
)
MERGES = Kept(
    facts=MergeFacts, table=merged_customers, keys=("gone",), is_told_whole=True
)

# A checkout that is deleted may be named by its cart alone, which may begin another.
_OF_IT = "'checkout ' || encode(new.token_key, 'hex')"
_OF_CART = "'checkouts of cart ' || encode(new.cart_key, 'hex')"
CHECKOUTS = Kept(
    facts=CheckoutFacts,
    table=checkouts,
    keys=("token_key",),
    is_told_whole=True,
    sealed=frozenset({"token", "email", "first_name", "place", "url", "marks"}),
    unless_forgotten=f"(f.thing = {_OF_IT}"
    f" OR f.thing = {_OF_CART} AND f.forgotten_at >= new.updated_at)",
)
CARTS = Kept(
    facts=CartFacts,
    table=carts,
    keys=("token_key",),
    is_told_whole=True,
    sealed=frozenset({"marks"}),
)


_CHANGED = columns_of(checkout_changes, ("shop_id", "token_key", "at", "is_tellable"))
_NOTE_CHANGES = Statement(f"""
INSERT INTO checkout_changes ({", ".join(_CHANGED)})
SELECT new.* FROM {unfolded(_CHANGED)}
JOIN checkouts k ON k.shop_id = new.shop_id AND k.token_key = new.token_key
ON CONFLICT DO NOTHING
""")

# The first and the last of a quarter of an hour tell a replay all that those between
# could: no step looks at a checkout sooner after a change than half an hour.
_THIN_OUT = Statement("""
WITH touched AS (
  SELECT DISTINCT shop_id, token_key
  FROM json_to_recordset(CAST(:rows AS json)) AS new (shop_id bigint, token_key bytea)),
ranked AS (
  SELECT x.shop_id, x.token_key, x.at, row_number() OVER same AS nth,
    count(*) OVER (PARTITION BY x.token_key, x.shop_id, x.is_tellable,
      date_bin('15 minutes', x.at, 'epoch')) AS of
  FROM touched JOIN checkout_changes x USING (shop_id, token_key)
  WINDOW same AS (PARTITION BY x.token_key, x.shop_id, x.is_tellable,
    date_bin('15 minutes', x.at, 'epoch') ORDER BY x.at))
DELETE FROM checkout_changes c USING ranked
WHERE c.shop_id = ranked.shop_id AND c.token_key = ranked.token_key
  AND c.at = ranked.at AND ranked.nth > 1 AND ranked.nth < ranked.of
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """That a checkout was changed. ``is_tellable`` is whether somebody could have been
    told of it as it was then."""

    shop_id: ShopId
    token_key: bytes
    at: datetime
    is_tellable: bool


def note_changes(tx: Transaction, changes: Iterable[Change]) -> None:
    """By these the past is played again; of what was forgotten nothing is noted.

    However often a checkout is changed, four of a quarter of an hour are kept at most:
    the first and the last at which somebody could have been told, and could not.
    """
    once = {(each.shop_id, each.token_key, each.at): each for each in changes}
    if once:
        rows = folded([_changed(once[key]) for key in sorted(once)])
        tx.run(_NOTE_CHANGES, rows)
        tx.run(_THIN_OUT, rows)


def _changed(change: Change) -> dict[str, Any]:
    return {
        "shop_id": change.shop_id,
        "token_key": change.token_key,
        "at": change.at,
        "is_tellable": change.is_tellable,
    }


_SAME = Statement("""
WITH RECURSIVE same (id) AS (
  SELECT CAST(:customer AS bigint)
  UNION
  SELECT CASE WHEN m.kept = same.id THEN m.gone ELSE m.kept END
  FROM same JOIN merged_customers m
    ON m.shop_id = :shop AND (m.kept = same.id OR m.gone = same.id))
SELECT id FROM same
""")


def ids_of_customer(
    tx: Transaction, shop_id: ShopId, customer_id: CustomerId
) -> set[CustomerId]:
    """All ids that a customer has had: what was told under any of them is theirs."""
    asked = {"shop": shop_id, "customer": customer_id}
    return {CustomerId(row.id) for row in tx.ask(_SAME, asked)}


def _old(table: str) -> str:
    return past_its_time(
        table, keys=("shop_id", "token_key"), moment="updated_at", days="webhook_days"
    )


_UNFINISHED = {
    name: Statement(f"""
DELETE FROM {name} WHERE (shop_id, token_key) IN ({_old(name)})
""")
    for name in (checkouts.name, carts.name)
}


def forget_checkouts(
    tx: Transaction, keeping: Keeping, *, now: datetime, limit: int
) -> int:
    """Forget checkouts that have not changed for too long; answer how many."""
    return tx.count(_UNFINISHED["checkouts"], keeping.asked(now=now, limit=limit))


def forget_carts(
    tx: Transaction, keeping: Keeping, *, now: datetime, limit: int
) -> int:
    return tx.count(_UNFINISHED["carts"], keeping.asked(now=now, limit=limit))
