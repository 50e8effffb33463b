"""What becomes of each body that we know of: the messages, or the reasons for none.

Every body is told twice, about two orders of its own: as it came, and with the buyer's
yes added. Its times are moved so that it is told now, and the bodies of parcels are
told after an order that they belong to.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests import samples

CONFIRMED = "sosik_order_confirmation_1"
ON_ITS_WAY = "sosik_parcel_on_its_way_1"

Outcome = list[str]
"""A line for each message and each refusal, in the order of the alphabet."""

ASKED_SOON = "cod_confirmation: waiting"
NO_YES = ["order_confirmation: skipped no_consent"]
NO_PHONE = ["order_confirmation: skipped no_phone"]
NOT_PAID = ["order_confirmation: not_paid"]
NO_CONFIRMATION = ["order_confirmation: order_cancelled"]
CANCELLED = [*NO_CONFIRMATION, "order_cancelled: sent sosik_order_cancelled_1 en"]
CANCELLED_UNTOLD = [*NO_CONFIRMATION, "order_cancelled: skipped no_consent"]
CANCELLED_NO_PHONE = [*NO_CONFIRMATION, "order_cancelled: skipped no_phone"]
IN_ENGLISH = [f"order_confirmation: sent {CONFIRMED} en"]
IN_GERMAN = [f"order_confirmation: sent {CONFIRMED} de"]
IN_KOREAN = [f"order_confirmation: sent {CONFIRMED} ko"]
WHOLE = ["partial_shipment: skipped whole_order"]
LEFT = [f"parcel_on_its_way: sent {ON_ITS_WAY} en", *WHOLE]
UNTOLD = ["parcel_on_its_way: skipped no_consent", *WHOLE]
LEFT_IN_PART = [
    "parcel_on_its_way: skipped told_together",
    "partial_shipment: sent sosik_partial_shipment_1 en",
]
UNTOLD_IN_PART = [
    "parcel_on_its_way: skipped no_consent",
    "partial_shipment: skipped no_consent",
]
LEAVES_LATER = ["parcel_on_its_way: waiting", "partial_shipment: waiting"]
TAKEN_BACK = [
    "parcel_on_its_way: parcel_cancelled",
    "partial_shipment: parcel_cancelled",
]
ARRIVED = [
    "parcel_delivered: skipped already_delivered",
    "parcel_on_its_way: already_delivered",
    "partial_shipment: already_delivered",
]

# What is told of each scan. One that is the first word of a parcel is no arrival.
_SCANS = {
    "attempted_delivery": "delivery_attempted",
    "confirmed": "label_printed",
    "delayed": "parcel_delayed",
    "failure": "parcel_in_trouble",
    "in_transit": "parcel_in_transit",
    "label_printed": "label_printed",
    "out_for_delivery": "parcel_out_for_delivery",
    "ready_for_pickup": "parcel_ready_for_pickup",
}
# And what else: where it sets out is no news, and a silence may follow.
_SET_OUT = ["parcel_reached_hub: skipped set_out_here"]
_MAY_FALL_SILENT = ["parcel_stale: waiting"]
_BESIDE = {
    **dict.fromkeys(
        ("attempted_delivery", "delayed", "failure", "out_for_delivery"),
        _MAY_FALL_SILENT,
    ),
    "in_transit": _SET_OUT + _MAY_FALL_SILENT,
}
_WITH_WHATSAPP = "whatsapp-opt-in-attributes-and-discount-code"
_WITHOUT_APPROVAL = "redacted-without-protected-customer-data-approval"

# The body; what becomes of it as it came; and what of it with the buyer's yes.
TABLE: Mapping[str, tuple[Outcome, Outcome]] = {
    # Bodies of real stores.
    "recorded/fulfillments__update__rudder-tracker-e688": (
        NO_YES + UNTOLD,
        IN_ENGLISH + LEFT,
    ),
    "recorded/orders__cancelled__activepieces-2023": (CANCELLED_UNTOLD, CANCELLED),
    "recorded/orders__create__activepieces-2023-draft-no-customer": (
        NO_PHONE,
        NO_PHONE,
    ),
    "recorded/orders__create__rudder-os002-d206": (NOT_PAID, NOT_PAID),
    "recorded/orders__paid__activepieces-2023-draft-no-customer": (NO_PHONE, NO_PHONE),
    "recorded/orders__paid__rudder-os004-f2c4": (NOT_PAID, NOT_PAID),
    "recorded/orders__partially_fulfilled__rudder-tracker-d474": (
        CANCELLED_NO_PHONE,
        CANCELLED_NO_PHONE,
    ),
    "recorded/orders__rest__erp-100500-two-fulfillments-pln": (
        NO_YES + UNTOLD_IN_PART + UNTOLD_IN_PART,
        IN_ENGLISH + LEFT_IN_PART + LEFT_IN_PART,
    ),
    "recorded/orders__rest__erp-100510-no-order-phone": (NO_YES, IN_ENGLISH),
    "recorded/orders__updated__rudder-os001-a95d": (NOT_PAID, NOT_PAID),
    # A scan tells where a parcel is; the order before it is confirmed all the same.
    **{
        f"derived/fulfillment_events__create__{scan}": (
            [*NO_YES, f"{told}: skipped no_consent", *_BESIDE.get(scan, ())],
            [*IN_ENGLISH, f"{told}: sent sosik_{told}_1 en", *_BESIDE.get(scan, ())],
        )
        for scan, told in _SCANS.items()
    },
    "derived/fulfillment_events__create__delivered": (
        [*NO_YES, "parcel_delivered: skipped already_delivered"],
        [*IN_ENGLISH, "parcel_delivered: skipped already_delivered"],
    ),
    # Variants of the documentation's samples.
    "derived/fulfillments__create__no-tracking-yet": (
        NO_YES + LEAVES_LATER,
        IN_ENGLISH + LEAVES_LATER,
    ),
    "derived/fulfillments__create__two-tracking-numbers-one-fulfillment": (
        NO_YES + UNTOLD,
        IN_ENGLISH + LEFT,
    ),
    "derived/fulfillments__update__cancelled": (
        NO_YES + TAKEN_BACK,
        IN_ENGLISH + TAKEN_BACK,
    ),
    "derived/fulfillments__update__shipment-status-delivered": (
        NO_YES + ARRIVED,
        IN_ENGLISH + ARRIVED,
    ),
    "derived/fulfillments__update__tracking-added-later": (
        NO_YES + UNTOLD,
        IN_ENGLISH + LEFT,
    ),
    "derived/fulfillments__update__unknown-carrier-number-without-url": (
        NO_YES + UNTOLD,
        IN_ENGLISH + LEFT,
    ),
    "derived/orders__cancelled__customer-cancelled-refunded": (
        CANCELLED_UNTOLD,
        CANCELLED,
    ),
    "derived/orders__create__cash-on-delivery-pending": (
        [ASKED_SOON, *NO_YES],
        [ASKED_SOON, *IN_ENGLISH],
    ),
    "derived/orders__create__guest-without-any-phone": (NO_PHONE, NO_PHONE),
    "derived/orders__create__legacy-with-checkout-id__2026-01": (NO_PHONE, NO_PHONE),
    "derived/orders__create__multi-currency-usd-shop-eur-buyer": (NO_YES, IN_GERMAN),
    "derived/orders__create__phone-only-in-shipping-address-kr-local-format": (
        NO_YES,
        IN_KOREAN,
    ),
    "derived/orders__create__pos-no-customer-no-address": (NO_PHONE, NO_PHONE),
    f"derived/orders__create__{_WITHOUT_APPROVAL}": (NO_PHONE, NO_PHONE),
    f"derived/orders__create__{_WITH_WHATSAPP}": (IN_ENGLISH, IN_ENGLISH),
    "derived/orders__fulfilled__two-fulfillments-three-tracking-numbers": (
        NO_YES + UNTOLD_IN_PART + UNTOLD_IN_PART,
        IN_ENGLISH + LEFT_IN_PART + LEFT_IN_PART,
    ),
    "derived/orders__paid__paid-with-phone": (NO_YES, IN_ENGLISH),
    "derived/orders__partially_fulfilled__first-of-two-parcels": (
        NO_YES + UNTOLD_IN_PART,
        IN_ENGLISH + LEFT_IN_PART,
    ),
}

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*")
_USUAL_PHONE = "+14155550123"
_YES = {"name": "_whatsapp_opt_in", "value": "true"}
_IS_LEFT = frozenset({"sent", "delivered", "read"})


@dataclass(frozen=True)
class Told:
    """What a store tells, in its order, about one order of its own."""

    order_name: str
    posts: list[tuple[str, dict[str, Any]]]
    becomes: Outcome


def everything_told(shared: Path, now: datetime) -> Iterator[Told]:
    for number, (name, (plain, agreed)) in enumerate(TABLE.items()):
        text = (shared / f"payloads/shopify/{name}.json").read_text()
        topic = "/".join(Path(name).name.split("__")[:2]).replace("rest", "create")
        yield _told(topic, text, 2 * number, plain, now, has_yes=False)
        yield _told(topic, text, 2 * number + 1, agreed, now, has_yes=True)


def told_nothing_of(shared: Path) -> list[str]:
    """Bodies about orders and parcels that the table does not speak of."""
    found = [
        f"{folder}/{file.stem}"
        for folder in ("recorded", "derived")
        for file in sorted((shared / "payloads/shopify" / folder).glob("*.json"))
        if file.name.startswith(("orders__", "fulfillments__", "fulfillment_events__"))
    ]
    return [name for name in found if name not in TABLE]


def outcome_of(story: Mapping[str, Any]) -> Outcome:
    """What ``why`` tells of an order: a line for each message and each refusal."""
    messages = [_line(message) for message in story["messages"]]
    refusals = {
        f"{made['automation']}: {made['reason']['code']}"
        for order in story["orders"]
        for webhook in order["webhooks"]
        for made in webhook["made"]
        if made["reason"] is not None
    }
    return sorted([*messages, *refusals])


def _line(message: Mapping[str, Any]) -> str:
    if message["state"] in _IS_LEFT:
        words = ["sent", message["template"], message["language"]]
    else:
        reason = message["reason"]
        words = [message["state"], reason["code"] if reason else ""]
    return f"{message['automation']}: {' '.join(words)}".strip()


def _told(
    topic: str,
    text: str,
    number: int,
    becomes: Outcome,
    now: datetime,
    *,
    has_yes: bool,
) -> Told:
    order_id, name = 9_000_000 + number, f"#B{number}"
    # Several bodies are about one phone, and a person is not told all at once.
    body = json.loads(text.replace(_USUAL_PHONE, f"+1415555{1_000 + number}"))
    told = _moved(body, now)
    if topic.startswith("orders/"):
        told |= {"id": order_id, "name": name}
        if has_yes:
            told["note_attributes"] = [*(told.get("note_attributes") or []), _YES]
        for place, parcel in enumerate(told.get("fulfillments") or []):
            parcel |= {"id": 70_000_000 + 10 * number + place, "order_id": order_id}
        return Told(name, [(topic, told)], sorted(becomes))
    parcel_id = "fulfillment_id" if topic.startswith("fulfillment_events") else "id"
    told |= {parcel_id: 70_000_000 + 10 * number, "order_id": order_id}
    order = samples.order(
        order_id=order_id,
        name=name,
        phone=f"+4915110{number:06d}",
        agreed=True if has_yes else None,
        placed_at=now - timedelta(minutes=1),
    )
    return Told(name, [("orders/create", order), (topic, told)], sorted(becomes))


def _moved(body: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The same, told now: all of its times keep their distance from each other."""
    told_at = body.get("updated_at") or body["created_at"]
    later = now - datetime.fromisoformat(told_at)

    def moved(value: Any) -> Any:
        match value:
            case dict():
                return {name: moved(inner) for name, inner in value.items()}
            case list():
                return [moved(inner) for inner in value]
            case str() if _MOMENT.fullmatch(value):
                return (datetime.fromisoformat(value) + later).isoformat()
            case _:
                return value

    return {name: moved(value) for name, value in body.items()}
