"""What Shopify has to be told, or rid of, by law: of a person, and of a whole store.

The envelope is not signed, so a body that was signed for one of these topics may be
played again under the name of another. Each of the three bodies has a form of its own,
and is read as nothing else.
"""

from collections.abc import Iterator
from datetime import datetime

from core.errors import UnreadablePayload
from core.events import (
    Event,
    Named,
    PersonAsks,
    PersonToBeForgotten,
    ShopToBeForgotten,
)
from core.values import CustomerId, OrderId
from integrations.phones import phone_from
from integrations.shopify import wire
from integrations.shopify.payloads.people import mail_address
from integrations.shopify.wire import Wire

_OF_REQUEST, _OF_ERASURE = "orders_requested", "orders_to_redact"
_OF_SHOP = frozenset({"shop_id", "shop_domain"})


def person_asks(body: Wire, otherwise: datetime) -> Iterator[Event]:
    told = wire.about_person(body)
    yield PersonAsks(
        happened_at=otherwise,
        shop=_shop(told),
        person=_person(body, told, _OF_REQUEST),
        request_id=told["request_id"],
    )


def person_to_be_forgotten(body: Wire, otherwise: datetime) -> Iterator[Event]:
    told = wire.about_person(body)
    yield PersonToBeForgotten(
        happened_at=otherwise,
        shop=_shop(told),
        person=_person(body, told, _OF_ERASURE),
    )


def shop_to_be_forgotten(body: Wire, otherwise: datetime) -> Iterator[Event]:
    if not body.keys() <= _OF_SHOP:
        raise UnreadablePayload("this is no body of shop/redact")
    shop = _shop(wire.about_person(body))
    yield ShopToBeForgotten(happened_at=otherwise, shop=shop)


def _shop(told: Wire) -> str:
    shop: str = told["shop"] or ""
    if not shop:
        raise UnreadablePayload("shop_domain is missing")
    return shop


def _person(body: Wire, told: Wire, orders: str) -> Named:
    if orders not in body:
        raise UnreadablePayload(f"{orders} is missing")
    said: str | None = told["customer_phone"]
    return Named(
        customer_id=None
        if told["customer_id"] is None
        else CustomerId(told["customer_id"]),
        phone=phone_from(said, country=None),
        said_phone=said,
        email=mail_address(told["customer_email"]),
        orders=tuple(
            OrderId(order)
            for each in wire.a_list(body, orders)
            if (order := wire.an_id(each)) is not None
        ),
    )
