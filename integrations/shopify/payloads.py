"""Shopify webhook bodies, read into our events."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeAlias

from core.errors import UnreadablePayload
from core.events import (
    AppUninstalled,
    ConsentChanged,
    Event,
    OrderDeleted,
    OrderSeen,
    ParcelMoved,
    ParcelSeen,
)
from core.values import Act, FulfillmentId, Milestone, Money, OrderId, Phone, Scope
from integrations import carriers
from integrations.phones import phone_from
from integrations.plain_text import cleaned, web_address
from integrations.shopify import wire
from integrations.shopify.wire import Wire
from integrations.strict_json import read_object

TOPICS = MappingProxyType(
    {
        "app/uninstalled": "APP_UNINSTALLED",
        "customers_whats_app_marketing_consent/update": (
            "CUSTOMERS_WHATS_APP_MARKETING_CONSENT_UPDATE"
        ),
        "fulfillment_events/create": "FULFILLMENT_EVENTS_CREATE",
        "fulfillments/create": "FULFILLMENTS_CREATE",
        "fulfillments/update": "FULFILLMENTS_UPDATE",
        "orders/cancelled": "ORDERS_CANCELLED",
        "orders/create": "ORDERS_CREATE",
        "orders/delete": "ORDERS_DELETE",
        "orders/paid": "ORDERS_PAID",
    }
)
"""What a connected shop subscribes to, and the Admin API's words for it.

``orders/updated`` is read but not asked for: it fires on every tag and note of every
app, our own included, and what we need of it comes by the others too.
"""

UNTIMED = datetime(1970, 1, 1, tzinfo=UTC)
"""When a thing happened of which neither the body nor the caller knows the time."""

_MILESTONES = {
    "label_printed": Milestone.LABELLED,
    "label_purchased": Milestone.LABELLED,
    "confirmed": Milestone.LABELLED,
    "carrier_picked_up": Milestone.IN_TRANSIT,
    "in_transit": Milestone.IN_TRANSIT,
    "out_for_delivery": Milestone.OUT_FOR_DELIVERY,
    "ready_for_pickup": Milestone.READY_FOR_PICKUP,
    "attempted_delivery": Milestone.ATTEMPTED,
    "delayed": Milestone.DELAYED,
    "failure": Milestone.IN_TROUBLE,
    "delivered": Milestone.DELIVERED,
}
"""Shopify's words for where a parcel is, and ours."""

_CONSENT = {
    # The contract counts Shopify's marketing yes as a yes to order news as well, but
    # who wants no more offers has not said that the parcel's news should stop.
    "SUBSCRIBED": (
        (Scope.MARKETING, Act.GRANTED),
        (Scope.TRANSACTIONAL, Act.GRANTED),
    ),
    "UNSUBSCRIBED": ((Scope.MARKETING, Act.REVOKED),),
}

_COD_NAMES = ("cash on delivery", "cash_on_delivery", "(cod)")
_AGREED = "_whatsapp_opt_in"
_WORDING = "_whatsapp_opt_in_wording"
_LONGEST_WORDING = 1_000
_LARGEST_EXPONENT = 15


def is_of_interest(topic: str) -> bool:
    """Whether ``read`` can make anything of a topic's bodies."""
    return topic in _READERS


def read(
    topic: str, body: bytes, *, triggered_at: datetime | None = None
) -> list[Event]:
    """Read one webhook; no event means it is nothing to us.

    ``triggered_at`` is the envelope's time. It counts only where the body tells none,
    as for deleted orders; without either an event is ``UNTIMED``.

    Raises:
        UnreadablePayload: a field we need is missing or of the wrong kind. The reason
            holds no personal data.
    """
    reader = _READERS.get(topic)
    if reader is None:
        return []
    return list(reader(read_object(body), triggered_at or UNTIMED))


def _order_seen(body: Wire, otherwise: datetime) -> Iterator[Event]:
    order = wire.order(body)
    seen_at = order["updated_at"] or order["created_at"] or otherwise
    country = _country(
        order["shipping_country"], order["billing_country"], order["default_country"]
    )
    agreed, wording = _buyers_word(body)
    seen = OrderSeen(
        happened_at=seen_at,
        order_id=OrderId(order["id"]),
        name=cleaned(order["name"]) or f"#{order['id']}",
        # An order that was imported was placed when it was processed elsewhere.
        placed_at=order["processed_at"] or order["created_at"] or seen_at,
        cancelled_at=order["cancelled_at"],
        payment=(order["financial_status"] or "").lower() or None,
        cash_on_delivery=_is_cash_on_delivery(body),
        total=_total(body),
        phone=_phone_of(order, country),
        country=country,
        first_name=cleaned(order["customer_first_name"])
        or cleaned(order["shipping_first_name"]),
        locale=cleaned(order["customer_locale"], at_most=35),
        status_url=web_address(order["order_status_url"]),
        agreed=agreed,
        wording=wording,
    )
    yield seen
    for fulfillment in wire.a_list(body, "fulfillments"):
        if not isinstance(fulfillment, dict):
            raise UnreadablePayload("a fulfillment is not an object")
        parcel = {
            "order_id": order["id"],
            "destination": body.get("shipping_address"),
            **fulfillment,
        }
        yield from _parcel_seen(parcel, seen_at)


def _order_deleted(body: Wire, otherwise: datetime) -> Iterator[Event]:
    order_id = OrderId(wire.only_id(body)["id"])
    yield OrderDeleted(happened_at=otherwise, order_id=order_id)


def _parcel_seen(body: Wire, otherwise: datetime) -> Iterator[Event]:
    parcel = wire.fulfillment(body)
    numbers = _tracking_numbers(parcel["tracking_number"], body)
    carrier = cleaned(parcel["tracking_company"])
    country = _country(parcel["destination_country"])
    seen_at = parcel["updated_at"] or parcel["created_at"] or otherwise
    yield ParcelSeen(
        happened_at=seen_at,
        fulfillment_id=FulfillmentId(parcel["id"]),
        order_id=OrderId(parcel["order_id"]),
        name=cleaned(parcel["name"]) or f"#{parcel['id']}",
        created_at=parcel["created_at"] or seen_at,
        is_cancelled=parcel["status"] == "cancelled",
        milestone=_MILESTONES.get((parcel["shipment_status"] or "").lower()),
        tracking_numbers=numbers,
        tracking_url=web_address(parcel["tracking_url"])
        or carriers.named(carrier or "").tracking_url(numbers[0] if numbers else ""),
        carrier=carrier,
        phone=phone_from(parcel["destination_phone"], country=country),
        country=country,
    )


def _parcel_moved(body: Wire, otherwise: datetime) -> Iterator[Event]:
    scan = wire.fulfillment_event(body)
    milestone = _MILESTONES.get((scan["status"] or "").lower())
    if milestone is None:
        return
    yield ParcelMoved(
        happened_at=scan["happened_at"] or scan["created_at"] or otherwise,
        fulfillment_id=FulfillmentId(scan["fulfillment_id"]),
        order_id=OrderId(scan["order_id"]),
        milestone=milestone,
        city=cleaned(scan["city"]),
        country=_country(scan["country"]),
    )


def _consent_changed(body: Wire, otherwise: datetime) -> Iterator[Event]:
    consent = wire.consent(body)
    phone = phone_from(consent["phone_number"], country=None)
    if phone is None:
        return
    # Shopify writes the state in capitals in one API and in small letters in others.
    for scope, act in _CONSENT.get((consent["state"] or "").upper(), ()):
        yield ConsentChanged(
            happened_at=consent["updated_at"] or otherwise,
            phone=phone,
            scope=scope,
            act=act,
            source="shopify",
        )


def _app_uninstalled(_body: Wire, otherwise: datetime) -> Iterator[Event]:
    yield AppUninstalled(happened_at=otherwise)


def _phone_of(order: Wire, country: str | None) -> Phone | None:
    """The first that can be dialled; the first two are Shopify's own, in E.164."""
    return (
        phone_from(order["phone"], country=country)
        or phone_from(order["customer_phone"], country=country)
        or phone_from(order["shipping_phone"], country=order["shipping_country"])
        or phone_from(order["billing_phone"], country=order["billing_country"])
        or phone_from(order["default_phone"], country=order["default_country"])
    )


def _country(*claimed: str | None) -> str | None:
    """The first of ``claimed`` that has the form of a country's code."""
    for each in claimed:
        code = (each or "").upper()
        if len(code) == 2 and code.isascii() and code.isalpha():
            return code
    return None


def _total(body: Wire) -> Money | None:
    """What the buyer was shown, in the buyer's currency, else in the shop's."""
    prices = wire.an_object(body, "total_price_set")
    shown = wire.an_object(prices, "presentment_money")
    return _money(shown.get("amount"), shown.get("currency_code")) or _money(
        body.get("total_price"), body.get("currency")
    )


def _money(amount: Any, currency: Any) -> Money | None:
    is_number = isinstance(amount, str | int | Decimal) and not isinstance(amount, bool)
    if not is_number or not isinstance(currency, str):
        return None
    try:
        money = Money(Decimal(amount), currency)
    except (ArithmeticError, ValueError):
        return None
    return money if abs(money.amount.adjusted()) <= _LARGEST_EXPONENT else None


def _is_cash_on_delivery(body: Wire) -> bool:
    names = [
        str(name).casefold() for name in wire.a_list(body, "payment_gateway_names")
    ]
    return any(word in name or name == "cod" for name in names for word in _COD_NAMES)


def _buyers_word(body: Wire) -> tuple[bool | None, str | None]:
    """What the buyer ticked, and the sentence beside the box."""
    said: dict[str, Any] = {}
    for attribute in wire.a_list(body, "note_attributes"):
        if isinstance(attribute, dict) and isinstance(attribute.get("name"), str):
            said[attribute["name"]] = attribute.get("value")
    wording = said.get(_WORDING)
    return (
        _is_yes(said[_AGREED]) if _AGREED in said else None,
        cleaned(wording, at_most=_LONGEST_WORDING)
        if isinstance(wording, str)
        else None,
    )


def _is_yes(value: object) -> bool:
    if isinstance(value, str):
        return value.strip().lower() in ("true", "1", "yes")
    return value is True or (isinstance(value, int) and value == 1)


def _tracking_numbers(first: str | None, body: Wire) -> tuple[str, ...]:
    """Each once, in Shopify's order."""
    others = wire.a_list(body, "tracking_numbers")
    found = (cleaned(each) for each in (first, *others) if isinstance(each, str))
    return tuple(dict.fromkeys(number for number in found if number))


_Reader: TypeAlias = Callable[[Wire, datetime], Iterator[Event]]

_READERS: dict[str, _Reader] = {
    "app/uninstalled": _app_uninstalled,
    "customers_whats_app_marketing_consent/update": _consent_changed,
    "fulfillment_events/create": _parcel_moved,
    "fulfillments/create": _parcel_seen,
    "fulfillments/update": _parcel_seen,
    "orders/cancelled": _order_seen,
    "orders/create": _order_seen,
    "orders/delete": _order_deleted,
    "orders/fulfilled": _order_seen,
    "orders/paid": _order_seen,
    "orders/partially_fulfilled": _order_seen,
    "orders/updated": _order_seen,
}
