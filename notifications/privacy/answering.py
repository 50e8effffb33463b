"""All that is held of one person, as one document for the store's owner to hand on."""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson

from core.events import Named
from core.values import OrderId, ShopId
from notifications import consenting
from notifications.past import known_now, past_of
from notifications.ports import Services
from notifications.privacy import people as finding
from notifications.privacy.marks import Marks, webhooks_about
from notifications.sent_text import ReadsBodies, text_of
from storage import asking, drafts, held, inbox, ledger, order_answers
from storage.drafts import DRAFT_ORDERS
from storage.erasing import Person
from storage.merging import Facts
from storage.session import Transaction
from storage.shoppers import CARTS, CHECKOUTS, CUSTOMERS
from storage.tenancy import Crossing

Document = dict[str, Any]

_OF_MESSAGES = (
    *("id", "automation", "scope", "state", "reason", "order_name", "created_at"),
    *("asked_at", "accepted_at", "reported_at", "template", "language"),
    *("clicked_at", "last_clicked_at", "clicks"),
)
_NOT_TOLD = frozenset({"shop_id", "version", "earlier"})


def document_about(
    named: Named,
    domain: str,
    shop_id: ShopId,
    *,
    reader: ReadsBodies,
    services: Services,
) -> tuple[Document, Marks]:
    """Everything in every table about whoever is meant, opened; and their marks."""
    with services.transactions.for_shop(shop_id) as tx:
        found = finding.find(named, shop_id, tx=tx, services=services)
        told = _told(tx, found, reader, services)
    ids = webhooks_about(domain, shop_id, found.marks, services=services)
    with services.transactions.across(Crossing.KEEPING) as tx:
        told["webhooks"] = [dict(each) for each in inbox.headlines(tx, ids)]
    document = {"shop": domain, "made_at": services.clock(), **told}
    return document, found.marks


def packed(document: Document) -> bytes:
    written = orjson.dumps(document, default=_plain, option=orjson.OPT_NON_STR_KEYS)
    return zlib.compress(written)


def unpacked(answer: bytes) -> Document:
    document: Document = orjson.loads(zlib.decompress(answer))
    return document


def _plain(value: object) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return None  # a fingerprint, which says nothing to anybody
    raise TypeError(f"{type(value).__name__} has no JSON")


def _told(
    tx: Transaction, found: finding.Found, reader: ReadsBodies, services: Services
) -> Document:
    person, shop_id, sealer = found.person, found.person.shop_id, services.sealer
    orders = sorted(person.orders)
    return {
        "numbers": [phone.e164 for phone in sorted(found.phones, key=str)],
        "mails": sorted(found.mails),
        "consent": [
            said
            for contact in sorted(person.contacts)
            for said in consenting.stand_of(
                ledger.history(tx, shop_id, contact, sealer=sealer)
            ).history
        ],
        "customers": _all(
            CUSTOMERS.of_row(row, sealer)
            for row in held.customers_of(tx, shop_id, person.customers)
        ),
        "orders": [_order(tx, shop_id, OrderId(each), services) for each in orders],
        "checkouts": _all(
            CHECKOUTS.of_row(row, sealer)
            for row in held.checkouts_of(tx, shop_id, person.checkouts)
        ),
        "draft_orders": _all(
            DRAFT_ORDERS.of_row(row, sealer)
            for row in drafts.drafts_of(tx, shop_id, person.drafts)
        ),
        "carts": _all(
            CARTS.of_row(row, sealer)
            for row in held.carts_of(tx, shop_id, person.carts)
        ),
        "messages": _messages(tx, person, reader, services),
    }


def _order(
    tx: Transaction, shop_id: ShopId, order_id: OrderId, services: Services
) -> Document:
    known = known_now(tx, shop_id, order_id, services=services)
    past = past_of(tx, shop_id, order_id, services=services)
    answer = order_answers.of_order(tx, shop_id, order_id)
    return {
        "order_id": order_id,
        "now": None if known.order is None else _facts(known.order),
        "parcels": _all(known.parcels),
        "payments": _all(known.payments),
        "refunds": _all(known.refunds),
        "returns": _all(known.returns),
        "waiting": _all(known.waiting),
        "answer": None if answer is None else asdict(answer),
        "told": [
            {
                "kind": type(told.event).__name__,
                "happened_at": told.event.happened_at,
                "arrived_at": told.arrived_at,
                "said": orjson.loads(told.text),
            }
            for told in past.tellings
        ],
    }


def _all(every: Iterable[Facts]) -> list[Document]:
    return [_facts(each) for each in every]


def _facts(facts: Facts) -> Document:
    """What is known, without what is only for us."""
    return {
        each.name: value
        for each in fields(facts)
        if each.name not in _NOT_TOLD
        and (value := getattr(facts, each.name)) is not None
    }


def _messages(
    tx: Transaction, person: Person, reader: ReadsBodies, services: Services
) -> list[Document]:
    rows: dict[str, Mapping[str, Any]] = {}
    orders = sorted(person.orders)
    for contact in sorted(person.contacts):
        found = asking.messages_of_contact(tx, person.shop_id, contact, orders)
        rows |= {row["id"]: row for row in found}
    found = asking.messages_of_orders(tx, person.shop_id, orders)
    rows |= {row["id"]: row for row in found}
    return [
        {
            **{name: row[name] for name in _OF_MESSAGES},
            "text": text_of(row, services, reader),
        }
        for row in sorted(rows.values(), key=_created)
    ]


def _created(row: Mapping[str, Any]) -> datetime:
    at: datetime = row["created_at"]
    return at
