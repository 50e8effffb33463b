"""What events tell about orders, parcels and people, written down as facts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from core.events import (
    ConsentChanged,
    Event,
    OrderDeleted,
    OrderSeen,
    ParcelMoved,
    ParcelSeen,
    RefundIssued,
)
from core.lanes import Lane
from core.values import (
    Act,
    ContactId,
    Milestone,
    Phone,
    Scope,
    ShopId,
    tracking_key_of,
)
from notifications import parcel_news
from notifications.ports import Services
from notifications.rules.consent import BY_ORDER, BY_PURCHASE
from notifications.rules.objections import Because
from storage import orders, outbox, people
from storage.orders import OrderFacts, ParcelFacts
from storage.people import Person, Word
from storage.session import Transaction
from storage.shops import ConsentRule, KnownShop

_BEFORE_ALL = datetime(1970, 1, 1, tzinfo=UTC)

Told = Mapping[ShopId, Sequence[Event]]


@dataclass(frozen=True, slots=True)
class Remembered:
    """``contacts`` are everybody's whose phone came up. ``lanes`` have messages that
    waited for what was told."""

    contacts: Mapping[Person, ContactId]
    lanes: set[Lane]


def remember(
    shops: Mapping[ShopId, KnownShop],
    told: Told,
    *,
    tx: Transaction,
    now: datetime,
    services: Services,
) -> Remembered:
    """Keep all that was told, and wake the messages that waited for an order in it."""
    phones = {
        (shop_id, event.phone)
        for shop_id, event in _each(told)
        if isinstance(event, OrderSeen | ParcelSeen | ConsentChanged)
        and event.phone is not None
    }
    contacts = people.contacts_of(tx, phones, book=services.book, now=now)
    order_facts: list[OrderFacts] = []
    parcel_facts: list[ParcelFacts] = []
    words: list[Word] = []
    deleted = []
    for shop_id, event in _each(told):
        match event:
            case OrderSeen():
                contact = _contact(contacts, shop_id, event.phone)
                order_facts.append(_order(shop_id, event, contact))
                words += _words_of_order(shops[shop_id], event, contact)
            case ParcelSeen():
                contact = _contact(contacts, shop_id, event.phone)
                parcel_facts.append(_parcel(shop_id, event, contact))
            case ParcelMoved():
                parcel_facts.append(_moved(shop_id, event))
            case ConsentChanged():
                words.append(_word(shop_id, event, contacts[shop_id, event.phone]))
            case OrderDeleted():
                deleted.append((shop_id, event.order_id))
            case _:
                pass
    new_orders = orders.keep_orders(tx, order_facts, sealer=services.sealer)
    orders.keep_parcels(tx, parcel_facts, sealer=services.sealer)
    orders.forget_orders(tx, deleted)
    people.record(tx, words, now=now)
    woken = outbox.wake_for_orders(tx, new_orders, Because.ORDER_UNKNOWN, now=now)
    return Remembered(contacts, {shops[shop_id].lane for shop_id in woken})


def order_of(events: Iterable[Event]) -> int | None:
    """The order that these events are about, if they are about one."""
    for event in events:
        if isinstance(event, _ABOUT_AN_ORDER):
            return event.order_id
    return None


_ABOUT_AN_ORDER = (OrderSeen, OrderDeleted, ParcelSeen, ParcelMoved, RefundIssued)


def _each(told: Told) -> Iterable[tuple[ShopId, Event]]:
    return ((shop_id, event) for shop_id, events in told.items() for event in events)


def _contact(
    contacts: Mapping[Person, ContactId], shop_id: ShopId, phone: Phone | None
) -> ContactId | None:
    return None if phone is None else contacts[shop_id, phone]


def _order(shop_id: ShopId, event: OrderSeen, contact: ContactId | None) -> OrderFacts:
    private = {"first_name": event.first_name, "status_url": event.status_url}
    return OrderFacts(
        shop_id=shop_id,
        order_id=event.order_id,
        version=event.happened_at,
        name=event.name,
        placed_at=event.placed_at,
        cancelled_at=event.cancelled_at,
        payment=event.payment,
        cash_on_delivery=event.cash_on_delivery,
        total=event.total.amount if event.total else None,
        currency=event.total.currency if event.total else None,
        locale=event.locale,
        country=event.country,
        agreed=event.agreed,
        wording=event.wording,
        contact_id=contact,
        private={name: value for name, value in private.items() if value} or None,
    )


def _parcel(
    shop_id: ShopId, event: ParcelSeen, contact: ContactId | None
) -> ParcelFacts:
    private = {
        "numbers": "\n".join(event.tracking_numbers),
        "link": event.tracking_url,
        "carrier": event.carrier,
        "name": event.name,
    }
    return ParcelFacts(
        shop_id=shop_id,
        fulfillment_id=event.fulfillment_id,
        order_id=event.order_id,
        version=event.happened_at,
        is_cancelled=event.is_cancelled,
        tracking_key=tracking_key_of(event.tracking_numbers),
        milestone=event.milestone,
        milestone_at=event.happened_at if event.milestone else None,
        was_under_way=event.milestone is not Milestone.DELIVERED,
        set_out_at=None,
        scan_at=None,
        scan_id=None,
        scan=None,
        contact_id=contact,
        # Never None: a fulfillment that names no number has none, whatever it had.
        private={name: value for name, value in private.items() if value},
    )


def _moved(shop_id: ShopId, event: ParcelMoved) -> ParcelFacts:
    """A scan knows the journey alone: any fulfillment is newer in all else."""
    expected_at = event.expected_at
    scan = {
        "milestone": event.milestone.value,
        "city": event.city,
        "country": event.country,
        "expected": expected_at.isoformat() if expected_at else None,
    }
    place = parcel_news.place_key(event.city, event.country)
    is_at_a_place = event.milestone is Milestone.IN_TRANSIT and place
    return ParcelFacts(
        shop_id=shop_id,
        fulfillment_id=event.fulfillment_id,
        order_id=event.order_id,
        version=_BEFORE_ALL,
        is_cancelled=False,
        tracking_key="",
        milestone=event.milestone,
        milestone_at=event.happened_at,
        was_under_way=event.milestone is not Milestone.DELIVERED,
        set_out_at=event.happened_at if is_at_a_place else None,
        scan_at=event.happened_at,
        scan_id=event.scan_id,
        scan={name: value for name, value in scan.items() if value},
        contact_id=None,
        private=None,
    )


def _words_of_order(
    shop: KnownShop, event: OrderSeen, contact: ContactId | None
) -> list[Word]:
    """The yes that came with the order, with the sentence it was said to."""
    if contact is None:
        return []
    if event.agreed:
        source, wording = BY_ORDER, event.wording
    elif shop.consent_rule is ConsentRule.PURCHASE:
        source, wording = BY_PURCHASE, shop.purchase_wording
    else:
        return []
    return [
        Word(
            shop_id=shop.id,
            contact_id=contact,
            scope=Scope.TRANSACTIONAL,
            act=Act.GRANTED,
            source=source,
            happened_at=event.placed_at,
            wording=wording,
            evidence={"order_id": event.order_id},
        )
    ]


def _word(shop_id: ShopId, event: ConsentChanged, contact: ContactId) -> Word:
    return Word(
        shop_id=shop_id,
        contact_id=contact,
        scope=event.scope,
        act=event.act,
        source=event.source,
        happened_at=event.happened_at,
    )
