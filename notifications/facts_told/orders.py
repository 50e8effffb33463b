"""What is told of an order itself: whole, in part, or that it was edited."""

from core.events import OrderEdited, OrderGlimpsed, OrderSeen
from notifications.facts_told import parts
from notifications.facts_told.parts import Names
from storage.history import Telling
from storage.orders import OrderFacts

_PAYMENTS = (
    *("pending", "authorized", "partially_paid", "paid", "partially_refunded"),
    *("refunded", "voided"),
)
_PAID = frozenset({"paid", "partially_refunded", "refunded"})
_SHIPPINGS = ("unfulfilled", "partial", "fulfilled", "restocked")
"""In the order in which an order mostly passes them."""


def seen(told: Telling, event: OrderSeen | OrderGlimpsed, names: Names) -> OrderFacts:
    shop_id = told.shop_id
    total, current = event.total, event.current_total
    shown = total or current
    codes = event.discount_codes
    return OrderFacts(
        shop_id=shop_id,
        order_id=event.order_id,
        version=parts.version(told, rank=_how_far(event)),
        whole_since=told.read_at if isinstance(event, OrderSeen) else None,
        name=event.name,
        placed_at=event.placed_at,
        cancelled_at=event.cancelled_at,
        cancel_reason=event.cancel_reason,
        closed_at=event.closed_at,
        paid_at=event.happened_at if event.payment in _PAID else None,
        payment=event.payment,
        shipping=event.shipping,
        cash_on_delivery=event.cash_on_delivery,
        total=total.amount if total else None,
        current_total=current.amount if current else None,
        currency=shown.currency if shown else None,
        **parts.amount("worth", event.worth),
        items=parts.items(event.items),
        discount_codes=None if codes is None else list(codes),
        locale=event.locale,
        country=event.country,
        agreed=event.agreed,
        wording=event.wording,
        accepts_marketing=event.accepts_marketing,
        source=event.source,
        is_test=event.is_test,
        customer_id=event.customer_id,
        contact_id=names.contact(shop_id, event),
        phone_place=event.phone_place,
        checkout_key=names.checkout(shop_id, event.checkout_token),
        cart_key=names.cart(shop_id, event.cart_token),
        reference_message=names.message(shop_id, event.marks),
        email_key=names.mail(shop_id, event.email),
        first_name=event.first_name,
        email=event.email,
        place=parts.place(event.region, event.city, event.postcode),
        status_url=event.status_url,
        marks=event.marks,
    )


def _how_far(event: OrderSeen | OrderGlimpsed) -> int:
    """Shopify counts in seconds, in which an order may be placed and paid."""
    steps = (_PAYMENTS, event.payment), (_SHIPPINGS, event.shipping)
    passed = sum(order.index(step) + 1 for order, step in steps if step in order)
    return passed + (event.cancelled_at is not None) + (event.closed_at is not None)


def edited(told: Telling, event: OrderEdited) -> OrderFacts:
    """How the order stands after it is told elsewhere, or has to be asked for."""
    return OrderFacts(
        shop_id=told.shop_id, order_id=event.order_id, edited_at=event.happened_at
    )
