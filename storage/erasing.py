"""One person, or one shop, taken out of every table.

What is left of a person is what proves that they were written to by right: their words
in the consent ledger, and that messages went out, under a keyed fingerprint of the
number.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from core.sealing import Keyring
from core.values import (
    Act,
    ContactId,
    CustomerId,
    DraftOrderId,
    KeyKind,
    OrderId,
    ShopId,
)
from storage import (
    consent_pushes,
    followed,
    forgetting,
    ledger,
    offer_codes,
    shoppers,
)
from storage.consent_pushes import BY_ERASURE
from storage.ledger import Word
from storage.progress import ERASED
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import (
    carts,
    catalog_items,
    catalog_local_items,
    catalog_set_products,
    checkouts,
    clicks,
    draft_orders,
    history,
    links,
    messages,
    order_answers,
    orders,
    parcels,
    payments,
    products,
    refunds,
    returns,
)

PERSON_ERASED = "person_erased"
"""The reason of a message that was waiting; a word of ``notifications.reasons``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """All that is known to be about one person of a shop.

    ``contacts`` are their numbers. ``others`` are numbers that came with their orders
    and may be somebody else's too.
    """

    shop_id: ShopId
    customers: frozenset[CustomerId] = frozenset()
    contacts: frozenset[ContactId] = frozenset()
    others: frozenset[ContactId] = frozenset()
    orders: frozenset[OrderId] = frozenset()
    checkouts: frozenset[bytes] = field(default=frozenset(), repr=False)
    carts: frozenset[bytes] = field(default=frozenset(), repr=False)
    drafts: frozenset[DraftOrderId] = frozenset()


_CUSTOMERS = Statement("""
SELECT customer_id, contact_id FROM customers WHERE shop_id = :shop AND (
  customer_id = ANY(CAST(:customers AS bigint[]))
  OR contact_id = ANY(CAST(:contacts AS bigint[])))
""")

# A guest's order has no customer. What another customer ordered is that one's own,
# though they share a number; but who is asked for by the number is whoever has it.
_ORDERS = Statement("""
SELECT o.order_id, o.contact_id, o.checkout_key, o.cart_key, p.contact_id AS receiver
FROM orders o LEFT JOIN parcels p ON p.shop_id = o.shop_id AND p.order_id = o.order_id
WHERE o.shop_id = :shop AND (
  o.order_id = ANY(CAST(:orders AS bigint[]))
  OR o.customer_id = ANY(CAST(:customers AS bigint[]))
  OR (:by_phone OR o.customer_id IS NULL) AND (
    o.contact_id = ANY(CAST(:contacts AS bigint[]))
    OR p.contact_id = ANY(CAST(:contacts AS bigint[]))))
""")

_PARCELS = Statement("""
SELECT DISTINCT order_id FROM parcels WHERE shop_id = :shop AND :by_phone
  AND contact_id = ANY(CAST(:contacts AS bigint[]))
""")

_CHECKOUTS = Statement("""
SELECT token_key, cart_key, contact_id FROM checkouts WHERE shop_id = :shop AND (
  token_key = ANY(CAST(:checkouts AS bytea[]))
  OR customer_id = ANY(CAST(:customers AS bigint[]))
  OR (:by_phone OR customer_id IS NULL)
    AND contact_id = ANY(CAST(:contacts AS bigint[])))
""")


_DRAFTS = Statement("""
SELECT draft_order_id, contact_id FROM draft_orders WHERE shop_id = :shop AND (
  order_id = ANY(CAST(:orders AS bigint[]))
  OR customer_id = ANY(CAST(:customers AS bigint[]))
  OR (:by_phone OR customer_id IS NULL)
    AND contact_id = ANY(CAST(:contacts AS bigint[])))
""")


def person_of(
    tx: Transaction,
    shop_id: ShopId,
    *,
    customer_id: CustomerId | None,
    contact_id: ContactId | None,
    orders: Collection[OrderId],
) -> Person:
    """Everything that belongs to whoever is meant: by the customer's id, where there is
    one, and else by the number."""
    by_phone = customer_id is None
    customers = (
        set()
        if customer_id is None
        else shoppers.ids_of_customer(tx, shop_id, customer_id)
    )
    contacts = set() if contact_id is None else {contact_id}
    asked = {
        "shop": shop_id,
        "by_phone": by_phone,
        "customers": list(customers),
        "contacts": list(contacts) if by_phone else [],
    }
    for row in tx.ask(_CUSTOMERS, asked):
        if by_phone:
            customers |= shoppers.ids_of_customer(
                tx, shop_id, CustomerId(row.customer_id)
            )
        if row.contact_id is not None:
            contacts.add(ContactId(row.contact_id))
    asked |= {"customers": list(customers), "contacts": list(contacts)}
    received = {OrderId(row.order_id) for row in tx.ask(_PARCELS, asked)}
    found = tx.ask(_ORDERS, asked | {"orders": list({*orders, *received})})
    keys = [row.checkout_key for row in found if row.checkout_key is not None]
    started = tx.ask(_CHECKOUTS, asked | {"checkouts": keys})
    ids = {*orders, *received, *(OrderId(row.order_id) for row in found)}
    drafts = tx.ask(_DRAFTS, asked | {"orders": list(ids)})
    others = {
        ContactId(each)
        for row in (*found, *started, *drafts)
        for each in (row.contact_id, getattr(row, "receiver", None))
        if each is not None
    }
    return Person(
        shop_id=shop_id,
        customers=frozenset(customers),
        contacts=frozenset(contacts),
        others=frozenset(others - contacts),
        orders=frozenset(ids),
        checkouts=frozenset({*keys, *(bytes(row.token_key) for row in started)}),
        carts=frozenset(
            bytes(row.cart_key)
            for row in (*found, *started)
            if row.cart_key is not None
        ),
        drafts=frozenset(DraftOrderId(row.draft_order_id) for row in drafts),
    )


@dataclass(frozen=True, slots=True)
class SealedNames:
    """What the person was ever known by, and the mail addresses on what is theirs."""

    phones: list[bytes] = field(repr=False)
    user_ids: list[bytes] = field(repr=False)
    mails: list[bytes] = field(repr=False)


_KEYS = Statement("""
SELECT kind, value FROM contact_keys WHERE shop_id = :shop AND value IS NOT NULL
  AND contact_id = ANY(CAST(:contacts AS bigint[]))
""")
_MAILS = Statement("""
SELECT email FROM customers WHERE shop_id = :shop AND email IS NOT NULL
  AND customer_id = ANY(CAST(:customers AS bigint[]))
UNION ALL
SELECT email FROM orders WHERE shop_id = :shop AND email IS NOT NULL
  AND order_id = ANY(CAST(:orders AS bigint[]))
UNION ALL
SELECT email FROM checkouts WHERE shop_id = :shop AND email IS NOT NULL
  AND token_key = ANY(CAST(:checkouts AS bytea[]))
""")


def sealed_names_of(tx: Transaction, person: Person) -> SealedNames:
    asked = _asked(person, person.contacts) | {"customers": sorted(person.customers)}
    known_by = tx.ask(_KEYS, asked)
    return SealedNames(
        [bytes(row.value) for row in known_by if row.kind == KeyKind.PHONE],
        [bytes(row.value) for row in known_by if row.kind == KeyKind.USER_ID],
        [bytes(row.email) for row in tx.ask(_MAILS, asked)],
    )


_OF_PERSON = """
m.shop_id = :shop AND (m.order_id = ANY(CAST(:orders AS bigint[]))
  OR m.checkout_key = ANY(CAST(:checkouts AS bytea[]))
  OR m.draft_order_id = ANY(CAST(:drafts AS bigint[]))
  OR m.contact_id = ANY(CAST(:contacts AS bigint[])))
"""

_CANCEL = Statement(f"""
WITH locked AS (
  SELECT m.id FROM messages m WHERE {_OF_PERSON}
    AND m.state IN ('waiting', 'unsure') ORDER BY m.id FOR UPDATE)
UPDATE messages m SET state = 'cancelled', reason = '{PERSON_ERASED}'
FROM locked WHERE m.id = locked.id
""")

_UNDER_WAY = Statement(f"""
SELECT count(*) AS messages FROM messages m WHERE {_OF_PERSON} AND m.state = 'sending'
""")


def stop_messages(tx: Transaction, person: Person) -> tuple[int, int]:
    """Cancel what has not left: how many that were, and how many are on their way in
    this moment, which nothing can stop."""
    asked = _asked(person, person.contacts)
    cancelled = tx.count(_CANCEL, asked)
    [row] = tx.ask(_UNDER_WAY, asked)
    return cancelled, row.messages


_NOBODYS = " AND ".join(
    f"NOT EXISTS (SELECT 1 FROM {table} k"
    " WHERE k.shop_id = c.shop_id AND k.contact_id = c.id)"
    for table in ("orders", "parcels", "customers", "checkouts", "draft_orders")
)
"""Whether nothing has the number ``c`` any more."""

_LOOSE = Statement(f"""
SELECT c.id FROM contacts c
WHERE c.shop_id = :shop AND c.id = ANY(CAST(:contacts AS bigint[]))
  AND {_NOBODYS}
""")

# That it went out, when, and what it cost is nobody's own. Meta's id of a message has
# the number in it, and an occasion names the order, or the checkout by its fingerprint.
_EMPTY_MESSAGES = Statement(f"""
UPDATE messages m SET occasion = '{ERASED}' || m.id, told = NULL, body = NULL,
  errors = NULL, provider_id = NULL, order_id = NULL, fulfillment_id = NULL,
  tracking_key = NULL, checkout_key = NULL, draft_order_id = NULL,
  story = jsonb_build_array(
    jsonb_build_object('at', CAST(:at AS text), 'what', 'erased'))
WHERE {_OF_PERSON}
""")

# Where their links led, and that they have opened them.
_EMPTY_LINKS = Statement(f"""
UPDATE links l SET target = NULL FROM messages m
WHERE l.shop_id = m.shop_id AND l.message_id = m.id AND {_OF_PERSON}
""")
_DROP_CLICKS = Statement(f"""
DELETE FROM clicks k USING messages m
WHERE k.shop_id = m.shop_id AND k.message_id = m.id AND {_OF_PERSON}
""")

_END_CODES = offer_codes.erasing(_OF_PERSON)

_LET_PARCELS_GO = Statement("""
DELETE FROM tracking_parcels
WHERE shop_id = :shop AND order_id = ANY(CAST(:orders AS bigint[]))
""")

_CARTS = Statement("""
DELETE FROM carts
WHERE shop_id = :shop AND token_key = ANY(CAST(:carts AS bytea[]))
""")

_MERGES = Statement("""
DELETE FROM merged_customers WHERE shop_id = :shop AND (
  gone = ANY(CAST(:customers AS bigint[])) OR kept = ANY(CAST(:customers AS bigint[])))
""")

_HIDE = Statement("""
UPDATE contacts SET phone = NULL, user_id = NULL, pair_burst_at = NULL,
  pair_paid_at = NULL, wrote_at = NULL, wrote_to = NULL, erased_at = :now
WHERE shop_id = :shop AND id = ANY(CAST(:contacts AS bigint[]))
""")

_HIDE_KEYS = Statement("""
UPDATE contact_keys SET value = NULL
WHERE shop_id = :shop AND contact_id = ANY(CAST(:contacts AS bigint[]))
""")

# They minded the store, or whoever did typed their number.
_DROP_TEST_NUMBERS = Statement("""
DELETE FROM test_numbers t USING contact_keys k
WHERE t.shop_id = :shop AND k.shop_id = :shop AND k.kind = 'phone'
  AND k.key = t.phone_key AND k.contact_id = ANY(CAST(:contacts AS bigint[]))
""")

# Who they were made one with would lead to them, and cannot be undone without them.
_DROP_MERGES = Statement("""
DELETE FROM contact_merges WHERE shop_id = :shop AND (
  kept = ANY(CAST(:contacts AS bigint[])) OR gone = ANY(CAST(:contacts AS bigint[])))
""")


def erase(
    tx: Transaction, person: Person, *, now: datetime, sealer: Keyring
) -> dict[str, int]:
    """Take the person out of all tables but the webhooks, whose bodies somebody has to
    open; answer how many rows of each kind that were. The second time finds nothing.

    Numbers are hidden that nobody else's order has. What is told later of the orders
    and customers is not kept.
    """
    shop_id = person.shop_id
    ids = sorted(person.orders)
    forgetting.forget_orders(tx, [(shop_id, each, now) for each in ids], now)
    followed.let_go(tx, [(shop_id, each) for each in ids], now=now, later=now)
    tx.run(_LET_PARCELS_GO, {"shop": shop_id, "orders": ids})
    forgetting.forget_customers(
        tx, [(shop_id, each, now) for each in person.customers], now
    )
    forgetting.forget_checkouts(
        tx, [(shop_id, each, None, now) for each in person.checkouts], now
    )
    forgetting.forget_drafts(
        tx, [(shop_id, each, now) for each in sorted(person.drafts)], now
    )
    carts = tx.count(_CARTS, {"shop": shop_id, "carts": sorted(person.carts)})
    tx.run(_MERGES, {"shop": shop_id, "customers": sorted(person.customers)})
    contacts = _loose(tx, shop_id, person)
    theirs = _asked(person, contacts)
    # The links first: who opens one at this moment has left a click by then, or finds
    # that it leads nowhere.
    tx.run(_EMPTY_LINKS, theirs)
    tx.run(_DROP_CLICKS, theirs)
    tx.run(_END_CODES, {**theirs, "now": now})
    messages = tx.count(_EMPTY_MESSAGES, {**theirs, "at": now.isoformat()})
    whose = {"shop": shop_id, "contacts": sorted(contacts), "now": now}
    numbers = tx.count(_HIDE, whose)
    tx.run(_HIDE_KEYS, whose)
    tx.run(_DROP_TEST_NUMBERS, whose)
    tx.run(_DROP_MERGES, whose)
    ledger.record(tx, _taken_back(tx, shop_id, contacts, now), now=now, sealer=sealer)
    consents = ledger.forget(tx, shop_id, contacts)
    consent_pushes.forget(tx, shop_id, contacts)
    return {
        "orders": len(ids),
        "customers": len(person.customers),
        "checkouts": len(person.checkouts),
        "draft_orders": len(person.drafts),
        "carts": carts,
        "messages": messages,
        "words_of_consent": consents,
        "numbers": numbers,
    }


def _taken_back(
    tx: Transaction, shop_id: ShopId, contacts: Collection[ContactId], now: datetime
) -> list[Word]:
    return [
        Word(
            shop_id=shop_id,
            contact_id=contact,
            scope=scope,
            act=Act.REVOKED,
            source=BY_ERASURE,
            happened_at=now,
        )
        for contact, scope in ledger.scopes_agreed_to(tx, shop_id, contacts)
    ]


def _loose(tx: Transaction, shop_id: ShopId, person: Person) -> list[ContactId]:
    """The numbers that nothing of anybody else has, now that theirs is gone."""
    asked = {"shop": shop_id, "contacts": sorted(person.contacts | person.others)}
    return [ContactId(row.id) for row in tx.ask(_LOOSE, asked)]


def _asked(person: Person, contacts: Iterable[ContactId]) -> dict[str, object]:
    return {
        "shop": person.shop_id,
        "orders": sorted(person.orders),
        "checkouts": sorted(person.checkouts),
        "drafts": sorted(person.drafts),
        "contacts": sorted(contacts),
    }


# A webhook that was on its way may have brought a number back, and nothing with it.
_HIDE_AGAIN = Statement(f"""
WITH back AS (
  UPDATE contacts c SET phone = NULL, user_id = NULL
  WHERE c.shop_id = :shop AND c.erased_at IS NOT NULL
    AND (c.phone IS NOT NULL OR c.user_id IS NOT NULL)
    AND {_NOBODYS}
    AND NOT EXISTS (SELECT 1 FROM consents k
      WHERE k.contact_id = c.id AND k.happened_at > c.erased_at)
  RETURNING c.id)
UPDATE contact_keys k SET value = NULL FROM back WHERE k.contact_id = back.id
""")

_DROP_EMPTY = Statement("""
DELETE FROM contacts c
WHERE c.shop_id = :shop AND c.erased_at < :before
  AND c.phone IS NULL AND c.user_id IS NULL
  AND NOT EXISTS (SELECT 1 FROM consents k WHERE k.contact_id = c.id)
""")


def erase_late_words(tx: Transaction, shop_id: ShopId, *, before: datetime) -> None:
    """Take out again what came back since. A number that proves nothing goes with its
    fingerprint, once it was erased before ``before``."""
    forgetting.forget_again(tx, shop_id)
    tx.run(_HIDE_AGAIN, {"shop": shop_id})
    tx.run(_DROP_EMPTY, {"shop": shop_id, "before": before})


_PORTION = 5_000
_BIG = (
    clicks,
    links,
    history,
    messages,
    order_answers,
    parcels,
    payments,
    refunds,
    returns,
    orders,
    checkouts,
    draft_orders,
    carts,
    catalog_items,
    catalog_local_items,
    catalog_set_products,
    products,
)
_ERASE_BIG = [
    Statement(f"""
DELETE FROM {table.name} WHERE ctid = ANY(ARRAY(
  SELECT ctid FROM {table.name} WHERE shop_id = :shop LIMIT {_PORTION}))
""")
    for table in _BIG
]


def erase_portion(tx: Transaction, shop_id: ShopId) -> bool:
    """Delete some of what there is most of, so that no transaction is long; whether
    there may be more."""
    counts = [tx.count(each, {"shop": shop_id}) for each in _ERASE_BIG]
    return max(counts) == _PORTION


# One that was connected anew in the meantime stays.
_ERASE_SHOP = Statement("DELETE FROM shops WHERE id = :shop AND state = 'uninstalled'")


def erase_shop(tx: Transaction, shop_id: ShopId) -> bool:
    """Delete the shop and, by the foreign keys, all that is its own, its key included;
    whether it was there."""
    return bool(tx.count(_ERASE_SHOP, {"shop": shop_id}))
