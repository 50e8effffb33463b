"""Draft orders: what a store has written up for somebody, and sent an invoice of."""

from collections.abc import Iterator
from datetime import datetime

from core.errors import UnreadablePayload
from core.events import Event
from core.shopping import DraftOrderDeleted, DraftOrderSeen
from core.values import CustomerId, DraftOrderId, OrderId, PhonePlace
from integrations.plain_text import cleaned, web_address
from integrations.shopify import wire
from integrations.shopify.payloads import money, people
from integrations.shopify.payloads.people import country_of
from integrations.shopify.wire import Wire

_OF_DELETION = frozenset({"id"})


def draft_seen(body: Wire, otherwise: datetime) -> Iterator[Event]:
    draft = wire.draft_order(body)
    country = country_of(
        draft["shipping_country"], draft["billing_country"], draft["default_country"]
    )
    # It has no number of its own; the first that is looked at is its customer's.
    phone, place = people.phone_of(draft, PhonePlace.CUSTOMER, country)
    customer_id, order_id = draft["customer_id"], draft["order_id"]
    seen_at = draft["updated_at"] or draft["created_at"] or otherwise
    yield DraftOrderSeen(
        happened_at=seen_at,
        draft_order_id=DraftOrderId(draft["id"]),
        name=cleaned(draft["name"]),
        started_at=draft["created_at"] or seen_at,
        status=people.word(draft["status"]),
        invoiced_at=draft["invoice_sent_at"],
        completed_at=draft["completed_at"],
        order_id=None if order_id is None else OrderId(order_id),
        customer_id=None if customer_id is None else CustomerId(customer_id),
        phone=phone,
        phone_place=place,
        country=country,
        items=money.items(body, currency=body.get("currency")),
        total=money.shown(body, "total_price"),
        worth=money.in_shops_currency(body, "total_price"),
        url=web_address(draft["invoice_url"]),
    )


def draft_deleted(body: Wire, otherwise: datetime) -> Iterator[Event]:
    """What tells more is a body of another topic: see ``orders.order_deleted``."""
    if not body.keys() <= _OF_DELETION:
        raise UnreadablePayload("this is no body of draft_orders/delete")
    draft_order_id = DraftOrderId(wire.only_id(body)["id"])
    yield DraftOrderDeleted(happened_at=otherwise, draft_order_id=draft_order_id)
