"""What one event tells, as facts: when it is new, and when the past is rebuilt."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.events import (
    ConsentChanged,
    Event,
    OrderEdited,
    OrderGlimpsed,
    OrderSeen,
    ParcelMoved,
    ParcelScanDeleted,
    ParcelSeen,
)
from core.sealing import fingerprint
from core.values import ContactId, Item, Milestone, Phone, ShopId, tracking_key_of
from notifications import parcel_news
from storage.history import Telling
from storage.merging import Facts, Version, version_of
from storage.orders import OrderFacts, ParcelFacts
from storage.people import Person

_PAYMENTS = (
    *("pending", "authorized", "partially_paid", "paid", "partially_refunded"),
    *("refunded", "voided"),
)
_SHIPPINGS = ("unfulfilled", "partial", "fulfilled", "restocked")
"""In the order in which an order mostly passes them."""

_MILESTONES = tuple(Milestone)


def facts_of(
    told: Telling, contacts: Mapping[Person, ContactId], pepper: bytes
) -> Facts | None:
    """What is known by an event alone; None where it tells nothing that is kept so."""
    match told.event:
        case OrderSeen() | OrderGlimpsed():
            return _order(told, told.event, contacts, pepper)
        case OrderEdited():
            return OrderFacts(
                shop_id=told.shop_id,
                order_id=told.event.order_id,
                edited_at=told.event.happened_at,
            )
        case ParcelSeen():
            return _parcel(told, told.event, contacts)
        case ParcelMoved():
            return _moved(told, told.event)
        case ParcelScanDeleted():
            return ParcelFacts(
                shop_id=told.shop_id,
                fulfillment_id=told.event.fulfillment_id,
                order_id=told.event.order_id,
                deleted_scans=[told.event.scan_id],
            )
        case _:
            return None


def facts_of_all(
    tellings: Iterable[Telling], contacts: Mapping[Person, ContactId], pepper: bytes
) -> Mapping[type[Facts], list[Any]]:
    """What each tells, by what it is about; nothing is merged yet."""
    found: defaultdict[type[Facts], list[Any]] = defaultdict(list)
    for told in tellings:
        fact = facts_of(told, contacts, pepper)
        if fact is not None:
            found[type(fact)].append(fact)
    return found


def people_in(tellings: Iterable[Telling]) -> set[Person]:
    """Everybody whose number was told."""
    return {
        (told.shop_id, told.event.phone)
        for told in tellings
        if isinstance(told.event, _WITH_A_PHONE) and told.event.phone is not None
    }


_WITH_A_PHONE = (OrderSeen, OrderGlimpsed, ParcelSeen, ConsentChanged)


def mended(tellings: Sequence[Telling]) -> list[Telling]:
    """Without the scans that were deleted, and what had come of them.

    A fulfillment repeats what its newest scan says. If that never happened, then what
    fulfillments said of it until its deletion is void, unless another scan says so too.
    """
    deleted = [
        told.event for told in tellings if isinstance(told.event, ParcelScanDeleted)
    ]
    gone = {(event.fulfillment_id, event.scan_id) for event in deleted}
    left = [told for told in tellings if not _is_one_of(told.event, gone)]
    scanned = {
        (told.event.fulfillment_id, told.event.milestone)
        for told in left
        if isinstance(told.event, ParcelMoved)
    }
    void_until: dict[tuple[int, Milestone | None], datetime] = {}
    for event in sorted(deleted, key=lambda event: event.happened_at):
        said = (event.fulfillment_id, event.milestone)
        if said not in scanned:
            void_until[said] = event.happened_at
    return [_without_void(told, void_until) for told in left]


def _is_one_of(event: Event, scans: Collection[tuple[int, int | None]]) -> bool:
    return (
        isinstance(event, ParcelMoved)
        and (event.fulfillment_id, event.scan_id) in scans
    )


def _without_void(
    told: Telling, void_until: Mapping[tuple[int, Milestone | None], datetime]
) -> Telling:
    event = told.event
    if not isinstance(event, ParcelSeen):
        return told
    until = void_until.get((event.fulfillment_id, event.milestone))
    if until is None or event.happened_at > until:
        return told
    return replace(told, event=replace(event, milestone=None))


def _order(
    told: Telling,
    event: OrderSeen | OrderGlimpsed,
    contacts: Mapping[Person, ContactId],
    pepper: bytes,
) -> OrderFacts:
    money = event.total or event.current_total
    place = {"region": event.region, "city": event.city}
    shop_id = told.shop_id
    return OrderFacts(
        shop_id=shop_id,
        order_id=event.order_id,
        version=_version(told, rank=_how_far(event)),
        whole_since=told.read_at if isinstance(event, OrderSeen) else None,
        name=event.name,
        placed_at=event.placed_at,
        cancelled_at=event.cancelled_at,
        cancel_reason=event.cancel_reason,
        closed_at=event.closed_at,
        payment=event.payment,
        shipping=event.shipping,
        cash_on_delivery=event.cash_on_delivery,
        total=event.total.amount if event.total else None,
        current_total=event.current_total.amount if event.current_total else None,
        currency=money.currency if money else None,
        worth=event.worth.amount if event.worth else None,
        worth_currency=event.worth.currency if event.worth else None,
        items=items_told(event.items),
        discount_codes=None
        if event.discount_codes is None
        else list(event.discount_codes),
        locale=event.locale,
        country=event.country,
        agreed=event.agreed,
        wording=event.wording,
        accepts_marketing=event.accepts_marketing,
        source=event.source,
        is_test=event.is_test,
        customer_id=event.customer_id,
        contact_id=_contact(contacts, shop_id, event.phone),
        phone_place=event.phone_place,
        checkout_key=token_key(pepper, shop_id, "checkout", event.checkout_token),
        cart_key=token_key(pepper, shop_id, "cart", event.cart_token),
        first_name=event.first_name,
        email=event.email,
        place=_without_silence(place) or None,
        status_url=event.status_url,
        marks=event.marks,
    )


def _how_far(event: OrderSeen | OrderGlimpsed) -> int:
    """Shopify counts in seconds, in which an order may be placed and paid."""
    steps = (_PAYMENTS, event.payment), (_SHIPPINGS, event.shipping)
    told = sum(order.index(step) + 1 for order, step in steps if step in order)
    return told + (event.cancelled_at is not None) + (event.closed_at is not None)


def _parcel(
    told: Telling, event: ParcelSeen, contacts: Mapping[Person, ContactId]
) -> ParcelFacts:
    place = _MILESTONES.index(event.milestone) + 1 if event.milestone else 0
    private = {
        "numbers": "\n".join(event.tracking_numbers),
        "links": "\n".join(link or "" for link in event.tracking_urls),
        "link": event.tracking_url,
        "carrier": event.carrier,
        "name": event.name,
        "country": event.country,
        "region": event.region,
        "city": event.city,
    }
    at = event.happened_at
    return ParcelFacts(
        shop_id=told.shop_id,
        fulfillment_id=event.fulfillment_id,
        order_id=event.order_id,
        version=_version(
            told,
            rank=100 * event.is_cancelled + 10 * len(event.tracking_numbers) + place,
        ),
        status=event.status,
        is_cancelled=event.is_cancelled,
        milestone=event.milestone,
        milestone_at=at if event.milestone else None,
        milestone_version=version_of(at, rank=place) if event.milestone else None,
        was_under_way=event.milestone is not Milestone.DELIVERED,
        tracking_key=tracking_key_of(event.tracking_numbers),
        items=items_told(event.items),
        contact_id=_contact(contacts, told.shop_id, event.phone),
        # Never None: a fulfillment that names no number has none, whatever it had.
        private=_without_silence(private),
    )


def _moved(told: Telling, event: ParcelMoved) -> ParcelFacts:
    """A scan knows the journey alone."""
    at, expected_at = event.happened_at, event.expected_at
    place = _MILESTONES.index(event.milestone) + 1
    scan = {
        "milestone": event.milestone.value,
        "city": event.city,
        "region": event.region,
        "country": event.country,
        "expected": expected_at.isoformat() if expected_at else None,
        "note": event.note,
    }
    named = parcel_news.place_key(event.city, event.country)
    is_at_a_place = event.milestone is Milestone.IN_TRANSIT and named
    return ParcelFacts(
        shop_id=told.shop_id,
        fulfillment_id=event.fulfillment_id,
        order_id=event.order_id,
        milestone=event.milestone,
        milestone_at=at,
        milestone_version=version_of(at, rank=place),
        was_under_way=event.milestone is not Milestone.DELIVERED,
        set_out_at=at if is_at_a_place else None,
        scan_at=at,
        scan_version=_version(told, rank=event.scan_id or 0),
        scan=_without_silence(scan),
    )


def _version(told: Telling, *, rank: int) -> Version:
    return version_of(told.event.happened_at, rank=rank, key=told.key[:8])


def _contact(
    contacts: Mapping[Person, ContactId], shop_id: ShopId, phone: Phone | None
) -> ContactId | None:
    return None if phone is None else contacts.get((shop_id, phone))


def token_key(
    pepper: bytes, shop_id: ShopId, kind: str, token: str | None
) -> bytes | None:
    """Finds a checkout or a cart by its token, which is kept readable nowhere."""
    return None if token is None else fingerprint(pepper, f"{shop_id} {kind} {token}")


def items_told(items: Iterable[Item] | None) -> list[dict[str, Any]] | None:
    if items is None:
        return None
    return [
        _without_silence(
            {
                "line_id": item.line_id,
                "product_id": item.product_id,
                "variant_id": item.variant_id,
                "title": item.title,
                "variant": item.variant,
                "sku": item.sku,
                "quantity": item.quantity,
                "price": str(item.price.amount) if item.price else None,
                "currency": item.price.currency if item.price else None,
            }
        )
        for item in items
    ]


def _without_silence(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value not in (None, "")}
