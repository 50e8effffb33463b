"""What a month tells, in the bodies that Shopify sends."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from core.values import Milestone
from sandbox.shopify import bodies
from sandbox.shopify.people import PRODUCTS
from sandbox.shopify.people import Buyer as Addressee
from tests.flows.month.people import Shopper
from tests.flows.month.told import (
    GIFT_CARD,
    EditTold,
    OrderTold,
    ParcelTold,
    RefundTold,
    ReturnTold,
    ScanTold,
    WordTold,
)
from tests.world import SHOP

Body = dict[str, Any]

WORDS: Mapping[Milestone, Sequence[str]] = {
    Milestone.LABELLED: ("label_printed", "label_purchased", "confirmed"),
    Milestone.IN_TRANSIT: ("in_transit", "carrier_picked_up"),
    Milestone.OUT_FOR_DELIVERY: ("out_for_delivery",),
    Milestone.READY_FOR_PICKUP: ("ready_for_pickup",),
    Milestone.ATTEMPTED: ("attempted_delivery",),
    Milestone.DELAYED: ("delayed",),
    Milestone.IN_TROUBLE: ("failure",),
    Milestone.PICKED_UP: ("picked_up",),
    Milestone.DELIVERED: ("delivered",),
}


def order(
    told: OrderTold, shopper: Shopper, parcels: Sequence[ParcelTold] = ()
) -> Body:
    wish = _wish(told, shopper)
    body = bodies.order(wish)
    cancelled = told.cancelled_at
    shipped = [parcel(each, shopper) for each in parcels]
    return {
        **body,
        "currency": "EUR",
        "presentment_currency": told.currency,
        "updated_at": bodies.written(told.at),
        "financial_status": told.payment,
        "cancelled_at": bodies.written(cancelled) if cancelled else None,
        "cancel_reason": "customer" if cancelled else None,
        "order_status_url": told.page,
        "total_price": "39.90",
        "total_price_set": _prices(told.total, told.currency),
        "current_total_price": "39.90",
        "current_total_price_set": _prices(told.current_total, told.currency),
        "customer_locale": told.locale,
        "line_items": [_line(each) for each in body["line_items"]],
        "fulfillments": shipped,
        "fulfillment_status": "fulfilled" if shipped else None,
    }


def _line(line: Body) -> Body:
    is_gift_card = line["id"] % 10 == GIFT_CARD
    return {
        **line,
        "gift_card": is_gift_card,
        "requires_shipping": not is_gift_card,
    }


_TOLD_IN_PART = (
    *("id", "updated_at", "phone", "customer", "customer_locale"),
    *("shipping_address", "billing_address", "note_attributes"),
    *("financial_status", "cancelled_at", "closed_at", "current_total_price_set"),
)


def order_in_part(told: OrderTold, shopper: Shopper) -> Body:
    """Of what changes often, a store asks for these alone."""
    whole = order(told, shopper)
    return {name: whole[name] for name in _TOLD_IN_PART}


def _prices(amount: Decimal, currency: str) -> Body:
    """As the shop counts it, and as the buyer sees it."""
    return {
        "shop_money": {"amount": "39.90", "currency_code": "EUR"},
        "presentment_money": {"amount": str(amount), "currency_code": currency},
    }


def _wish(told: OrderTold, shopper: Shopper) -> bodies.OrderWish:
    is_own = shopper.is_refused or shopper.kind == "the order's"
    phone = told.phone
    return bodies.OrderWish(
        order_id=told.order,
        customer_id=shopper.number,
        number=int(told.name[1:]),
        domain=SHOP,
        shop_id=548380009,
        buyer=_addressee(shopper, told.first_name),
        phone=phone if is_own else None,
        address_phone=_as_written(phone, shopper),
        locale=told.locale or "",
        items=[(PRODUCTS[0], count) for count in told.lines.values()],
        currency="EUR",
        gateway="Cash on Delivery (COD)" if told.is_paid_at_door else "bank_transfer",
        cash_on_delivery=told.is_paid_at_door,
        consent=told.agreed,
        wording="Send me news about my order on WhatsApp",
        placed_at=told.placed_at,
        extra_ids=[*told.lines, told.order + 9],
    )


def _addressee(shopper: Shopper, first_name: str | None) -> Addressee:
    return Addressee(
        locale=shopper.buyer.locale or "",
        first_name=first_name or "",
        last_name="Example",
        phone="",
        country=shopper.buyer.country,
        country_code=shopper.buyer.country,
        city="Example",
        street="Example Row 1",
        zip="12345",
        wording="",
    )


def _as_written(phone: str | None, shopper: Shopper) -> str | None:
    """Some people write their number with spaces and brackets."""
    if phone is None or shopper.kind != "as people write":
        return phone
    return f"{phone[:3]} ({phone[3:6]}) {phone[6:]}"


def parcel(told: ParcelTold, shopper: Shopper) -> Body:
    address = {
        "first_name": "Example",
        "phone": _as_written(told.phone, shopper),
        "country_code": shopper.buyer.country,
        "city": "Example",
        "province_code": None,
    }
    packed = {"email": "buyer@example.com", "shipping_address": address}
    lines = [
        _line({"id": line, "quantity": count, "title": "Linen apron"})
        for line, count in (told.lines or {}).items()
    ]
    first = bodies.parcel(
        {"id": told.order, "name": told.name.rpartition(".")[0], "line_items": lines}
        | packed,
        told.parcel,
        place=int(told.name.rpartition(".")[2]),
        line_ids=[],
        at=told.made_at,
    )
    tracked = bodies.with_tracking(
        first, numbers=told.numbers, company=told.carrier, url=None, at=told.at
    )
    return {
        **tracked,
        "line_items": lines if told.lines is not None else None,
        "status": "cancelled" if told.is_cancelled else "success",
        "shipment_status": WORDS[told.where][0] if told.where else None,
        "tracking_url": told.page,
        "tracking_urls": [told.page] if told.page and len(told.numbers) == 1 else [],
    }


def scan(told: ScanTold, at: datetime, *, town: str | None, word: str) -> Body:
    body = bodies.parcel_event(
        {"id": told.parcel, "order_id": told.order, "destination": {}},
        told.scan,
        shop_id=548380009,
        status=word,
        city=town,
        at=told.at,
    )
    expected = told.expected_at
    return {
        **body,
        "created_at": bodies.written(at),
        "updated_at": bodies.written(at),
        "country": told.country,
        "estimated_delivery_at": bodies.written(expected) if expected else None,
    }


def refund(told: RefundTold, *, is_under_way: bool) -> Body:
    """Of several amounts the last one is under way; so is a single one, if asked."""
    last = len(told.amounts) - 1
    return {
        "id": told.refund,
        "order_id": told.order,
        "created_at": bodies.written(told.at),
        "note": None,
        "user_id": None,
        "processed_at": bodies.written(told.at),
        "duties": [],
        "return": None,
        "refund_shipping_lines": [],
        "restock": False,
        "admin_graphql_api_id": f"gid://shopify/Refund/{told.refund}",
        "order_adjustments": [],
        "refund_line_items": [],
        "transactions": [
            {
                "id": told.refund * 10 + place,
                "order_id": told.order,
                "kind": "refund",
                "gateway": "bogus",
                "status": "pending" if is_under_way and place == last else "success",
                "amount": str(amount),
                "currency": currency,
            }
            for place, (amount, currency) in enumerate(told.amounts)
        ],
    }


_STATUS_OF_RETURN = {
    "requested": "requested",
    "approved": "open",
    "declined": "declined",
    "received": "closed",
}


def returned(told: ReturnTold) -> Body:
    """Without a time of its own, as Shopify sends it: that of the envelope counts."""
    name = f"gid://shopify/Order/{told.order}"
    order = {"id": told.order, "admin_graphql_api_id": name}
    decline = {"reason": told.because, "note": "As we said on the phone."}
    return {
        "id": told.returned,
        "admin_graphql_api_id": f"gid://shopify/Return/{told.returned}",
        "status": _STATUS_OF_RETURN[told.step],
        **({"order": order} if told.order is not None else {}),
        "total_return_line_items": 1,
        "name": None,
        **({"decline": decline} if told.because is not None else {}),
    }


def edit(told: EditTold) -> Body:
    lines = {
        "additions": {line: more for line, more in told.lines.items() if more > 0},
        "removals": {line: -more for line, more in told.lines.items() if more < 0},
    }
    return {
        "order_edit": {
            "id": told.edit,
            "app_id": None,
            "created_at": bodies.written(told.at - timedelta(minutes=1)),
            "committed_at": bodies.written(told.at),
            "notify_customer": False,
            "order_id": told.order,
            "staff_note": "",
            "user_id": None,
            "line_items": {
                name: [{"id": line, "delta": more} for line, more in changes.items()]
                for name, changes in lines.items()
            },
            "discounts": {"line_item": {"additions": [], "removals": []}},
            "shipping_lines": {"additions": [], "removals": []},
        }
    }


def consent(told: WordTold, shopper: Shopper) -> Body:
    return {
        "customer_id": shopper.number,
        "phone_number": told.phone,
        "whats_app_marketing_consent": {
            "state": "subscribed" if told.is_yes else "unsubscribed",
            "opt_in_level": "single_opt_in",
            "updated_at": bodies.written(told.at),
            "collected_from": "other",
        },
    }
