"""Orders, whole or in part, and what was changed about them."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.errors import UnreadablePayload
from core.events import (
    Event,
    OrderDeleted,
    OrderEdited,
    OrderGlimpsed,
    OrderSeen,
)
from core.values import CustomerId, LineId, OrderEditId, OrderId, PhonePlace
from integrations.plain_text import cleaned, web_address
from integrations.shopify import wire
from integrations.shopify.payloads import money, parcels, people
from integrations.shopify.payloads.people import country_of
from integrations.shopify.wire import Wire

_COD_NAMES = ("cash on delivery", "cash_on_delivery", "(cod)")
_LONGEST_TOKEN = 200
_OF_DELETION = frozenset({"id"})
_ALWAYS_TOLD = ("name", "created_at")
_TOLD_OF_UPDATES = (*_ALWAYS_TOLD, "payment_gateway_names")


def order_seen(body: Wire, otherwise: datetime) -> Iterator[Event]:
    return _told(body, otherwise, is_whole=all(map(body.__contains__, _ALWAYS_TOLD)))


def order_paid(body: Wire, otherwise: datetime) -> Iterator[Event]:
    for event in order_seen(body, otherwise):
        if isinstance(event, OrderSeen):
            yield replace(event, was_just_paid=True)
        else:
            yield event


def order_updated(body: Wire, otherwise: datetime) -> Iterator[Event]:
    """Nobody subscribes to this topic without narrowing it: what is not among the
    fields asked for must not be taken for empty."""
    is_whole = all(map(body.__contains__, _TOLD_OF_UPDATES))
    return _told(body, otherwise, is_whole=is_whole)


def order_edited(body: Wire, otherwise: datetime) -> Iterator[Event]:
    told = wire.an_object(body, "order_edit")
    edit = wire.order_edit(told)
    lines = wire.an_object(told, "line_items")
    yield OrderEdited(
        happened_at=edit["committed_at"] or edit["created_at"] or otherwise,
        order_id=OrderId(edit["order_id"]),
        edit_id=None if edit["id"] is None else OrderEditId(edit["id"]),
        added=tuple(_deltas(wire.objects(lines, "additions"))),
        removed=tuple(_deltas(wire.objects(lines, "removals"))),
        tells_buyer=edit["notify_customer"],
    )


def order_deleted(body: Wire, otherwise: datetime) -> Iterator[Event]:
    """What tells more is a body of another topic, which somebody plays again under this
    one: the envelope is not signed, and a deleted order stays forgotten."""
    if not body.keys() <= _OF_DELETION:
        raise UnreadablePayload("this is no body of orders/delete")
    order_id = OrderId(wire.only_id(body)["id"])
    yield OrderDeleted(happened_at=otherwise, order_id=order_id)


def _told(body: Wire, otherwise: datetime, *, is_whole: bool) -> Iterator[Event]:
    if "id" not in body:
        # A subscription may leave even the id out, and nothing is said of nobody.
        return
    order = wire.order(body)
    seen_at = order["updated_at"] or order["created_at"] or otherwise
    said = _said(body, order, seen_at)
    if is_whole:
        yield OrderSeen(
            **said,
            name=cleaned(order["name"]) or f"#{order['id']}",
            # An order that was imported was placed when it was processed elsewhere.
            placed_at=order["processed_at"] or order["created_at"] or seen_at,
            cash_on_delivery=_is_cash_on_delivery(body),
        )
    else:
        yield OrderGlimpsed(
            **said,
            name=cleaned(order["name"]),
            placed_at=order["processed_at"] or order["created_at"],
            cash_on_delivery=_is_cash_on_delivery(body)
            if body.get("payment_gateway_names") is not None
            else None,
        )
    yield from _parcels(body, order, seen_at)


def _said(body: Wire, order: Wire, seen_at: datetime) -> dict[str, Any]:
    """What a whole order and a part of one tell alike."""
    country = country_of(
        order["shipping_country"], order["billing_country"], order["default_country"]
    )
    phone, place = people.phone_of(order, PhonePlace.ORDER, country)
    attributes = people.attributes_of(body)
    agreed, wording = people.buyers_word(attributes)
    offers_agreed, offers_wording = people.word_about_offers(attributes)
    customer_id = order["customer_id"]
    return {
        "happened_at": seen_at,
        "order_id": OrderId(order["id"]),
        "customer_id": None if customer_id is None else CustomerId(customer_id),
        "email": people.mail_address(
            order["email"], order["contact_email"], order["customer_email"]
        ),
        "phone": phone,
        "phone_place": place,
        "country": country,
        "region": cleaned(order["shipping_region"]),
        "city": cleaned(order["shipping_city"]),
        "postcode": cleaned(order["shipping_postcode"]),
        "first_name": cleaned(order["customer_first_name"])
        or cleaned(order["shipping_first_name"]),
        "locale": cleaned(order["customer_locale"], at_most=35),
        "payment": (order["financial_status"] or "").lower() or None,
        "shipping": _shipping(body, order),
        "cancelled_at": order["cancelled_at"],
        "cancel_reason": people.word(order["cancel_reason"]),
        "closed_at": order["closed_at"],
        "items": money.items_as_they_stand(body),
        "total": money.shown(body, "total_price"),
        "current_total": money.shown(body, "current_total_price"),
        "worth": money.in_shops_currency(body, "total_price"),
        "discount_codes": discount_codes(body),
        "checkout_token": cleaned(order["checkout_token"], at_most=_LONGEST_TOKEN),
        "cart_token": cleaned(order["cart_token"], at_most=_LONGEST_TOKEN),
        "source": cleaned(order["source_name"]),
        "is_test": order["test"],
        "accepts_marketing": order["buyer_accepts_marketing"],
        "status_url": web_address(order["order_status_url"]),
        "agreed": agreed,
        "wording": wording,
        "offers_agreed": offers_agreed,
        "offers_wording": offers_wording,
        "marks": people.marks_of(attributes),
    }


def discount_codes(body: Wire) -> tuple[str, ...] | None:
    """The codes that the buyer entered; None where the field is silent."""
    if body.get("discount_codes") is None:
        return None
    codes = (each.get("code") for each in wire.objects(body, "discount_codes"))
    return tuple(
        code for each in codes if isinstance(each, str) and (code := cleaned(each))
    )


def _shipping(body: Wire, order: Wire) -> str | None:
    """Shopify says null while nothing is on its way; a field left out is silent."""
    status = people.word(order["fulfillment_status"])
    if status is None and "fulfillment_status" in body:
        return "unfulfilled"
    return status


def _parcels(body: Wire, order: Wire, seen_at: datetime) -> Iterator[Event]:
    for fulfillment in wire.a_list(body, "fulfillments"):
        if not isinstance(fulfillment, dict):
            raise UnreadablePayload("a fulfillment is not an object")
        parcel = {
            "order_id": order["id"],
            "destination": body.get("shipping_address"),
            **fulfillment,
        }
        yield from parcels.parcel_seen(parcel, seen_at)


def _is_cash_on_delivery(body: Wire) -> bool:
    names = [
        str(name).casefold() for name in wire.a_list(body, "payment_gateway_names")
    ]
    return any(word in name or name == "cod" for name in names for word in _COD_NAMES)


def _deltas(lines: Iterable[Wire]) -> Iterator[tuple[LineId, int]]:
    for line in lines:
        line_id, delta = wire.an_id(line.get("id")), line.get("delta")
        if line_id is None or type(delta) is not int:
            raise UnreadablePayload("an edited line tells no id or no difference")
        yield LineId(line_id), delta
