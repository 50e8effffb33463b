"""Parcels, their carriers' scans, and what waits to be fetched or to be sent."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from core.events import (
    Event,
    ParcelMoved,
    ParcelScanDeleted,
    ParcelSeen,
    PickupPrepared,
    ShippingHeld,
    ShippingResumed,
)
from core.values import (
    FulfillmentId,
    FulfillmentOrderId,
    Milestone,
    OrderId,
    ScanId,
)
from integrations import carriers
from integrations.phones import phone_from
from integrations.plain_text import cleaned, web_address
from integrations.shopify import wire
from integrations.shopify.payloads import money, people
from integrations.shopify.payloads.people import country_of
from integrations.shopify.wire import Wire

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
    # What the admin shows of a pickup; no carrier's scan says so.
    "picked_up": Milestone.PICKED_UP,
    "delivered": Milestone.DELIVERED,
}
"""Shopify's words for where a parcel is, and ours."""

_LONGEST_NOTE = 300
_NO_NAME = "other"
"""What Shopify's admin writes for a carrier that is not in its list."""


def parcel_seen(body: Wire, otherwise: datetime) -> Iterator[Event]:
    parcel = wire.fulfillment(body)
    numbers = _tracking_numbers(parcel["tracking_number"], body)
    named = cleaned(parcel["tracking_company"])
    first_number = numbers[0] if numbers else ""
    country = country_of(parcel["destination_country"])
    seen_at = parcel["updated_at"] or parcel["created_at"] or otherwise
    first_url = web_address(parcel["tracking_url"])
    yield ParcelSeen(
        happened_at=seen_at,
        fulfillment_id=FulfillmentId(parcel["id"]),
        order_id=OrderId(parcel["order_id"]),
        name=cleaned(parcel["name"]) or f"#{parcel['id']}",
        created_at=parcel["created_at"] or seen_at,
        is_cancelled=parcel["status"] == "cancelled",
        milestone=_milestone(parcel["shipment_status"]),
        tracking_numbers=numbers,
        tracking_url=first_url or carriers.page_of(named or "", first_number),
        carrier=_carrier(named, first_number),
        phone=phone_from(parcel["destination_phone"], country=country),
        country=country,
        status=people.word(parcel["status"]),
        tracking_urls=_tracking_urls(body, numbers, first_url, named or ""),
        items=money.items(body),
        region=cleaned(parcel["destination_region"]),
        city=cleaned(parcel["destination_city"]),
    )


def parcel_moved(body: Wire, otherwise: datetime) -> Iterator[Event]:
    scan = wire.fulfillment_event(body)
    milestone = _milestone(scan["status"])
    if milestone is None:
        return
    yield ParcelMoved(
        happened_at=scan["happened_at"] or scan["created_at"] or otherwise,
        fulfillment_id=FulfillmentId(scan["fulfillment_id"]),
        order_id=OrderId(scan["order_id"]),
        milestone=milestone,
        city=cleaned(scan["city"]),
        country=country_of(scan["country"]),
        scan_id=None if scan["id"] is None else ScanId(scan["id"]),
        expected_at=scan["estimated_delivery_at"],
        region=cleaned(scan["province"]),
        note=cleaned(scan["message"], at_most=_LONGEST_NOTE),
    )


def scan_deleted(body: Wire, otherwise: datetime) -> Iterator[Event]:
    """The body is the scan as it was; when it went only the envelope tells."""
    scan = wire.deleted_fulfillment_event(body)
    yield ParcelScanDeleted(
        happened_at=otherwise,
        scan_id=ScanId(scan["id"]),
        fulfillment_id=FulfillmentId(scan["fulfillment_id"]),
        order_id=OrderId(scan["order_id"]),
        milestone=_milestone(scan["status"]),
    )


def pickup_prepared(body: Wire, otherwise: datetime) -> Iterator[Event]:
    yield PickupPrepared(**_waiting(body, otherwise))


def shipping_held(body: Wire, otherwise: datetime) -> Iterator[Event]:
    waiting = wire.an_object(body, "fulfillment_order")
    holds = wire.objects(waiting, "fulfillment_holds")
    reasons = [hold.get("reason") for hold in holds]
    yield ShippingHeld(
        **_waiting(body, otherwise),
        reasons=tuple(
            reason
            for each in dict.fromkeys(r for r in reasons if isinstance(r, str))
            if (reason := people.word(each))
        ),
    )


def shipping_resumed(body: Wire, otherwise: datetime) -> Iterator[Event]:
    yield ShippingResumed(**_waiting(body, otherwise))


def _waiting(body: Wire, otherwise: datetime) -> dict[str, Any]:
    waiting = wire.fulfillment_order(body)
    order_id = waiting["order_id"]
    return {
        "happened_at": waiting["updated_at"] or otherwise,
        "fulfillment_order_id": FulfillmentOrderId(waiting["id"]),
        "order_id": None if order_id is None else OrderId(order_id),
    }


def _milestone(status: str | None) -> Milestone | None:
    return _MILESTONES.get((status or "").lower())


def _carrier(named: str | None, number: str) -> str | None:
    """What the shop calls it; where it names none, the one that writes such numbers."""
    if named is not None and named.casefold() != _NO_NAME:
        return named
    carrier = carriers.of_number(number)
    return None if carrier is None else carrier.name


def _tracking_numbers(first: str | None, body: Wire) -> tuple[str, ...]:
    """Each once, in Shopify's order."""
    others = wire.a_list(body, "tracking_numbers")
    found = (cleaned(each) for each in (first, *others) if isinstance(each, str))
    return tuple(dict.fromkeys(number for number in found if number))


def _tracking_urls(
    body: Wire,
    numbers: tuple[str, ...],
    first_url: str | None,
    company: str,
) -> tuple[str | None, ...]:
    """An address for each number: the shop's where Shopify's lists are of one length,
    else the carrier's own page."""
    told = wire.a_list(body, "tracking_urls")
    listed = wire.a_list(body, "tracking_numbers")
    by_number: dict[str | None, str | None] = {}
    if len(told) == len(listed):
        for number, url in zip(listed, told, strict=True):
            if isinstance(number, str) and isinstance(url, str):
                by_number.setdefault(cleaned(number), web_address(url))
    if numbers and first_url and not by_number.get(numbers[0]):
        by_number[numbers[0]] = first_url
    return tuple(
        by_number.get(number) or carriers.page_of(company, number) for number in numbers
    )
