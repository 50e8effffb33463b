"""What events tell about orders, parcels and people, written down as facts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.events import (
    AppUninstalled,
    ConsentChanged,
    CustomerDeleted,
    CustomerSeen,
    CustomersMerged,
    Event,
    OrderDeleted,
    OrderGlimpsed,
    OrderSeen,
    ParcelSeen,
)
from core.lanes import Lane
from core.shopping import (
    CheckoutDeleted,
    CheckoutSeen,
    DraftOrderDeleted,
    DraftOrderSeen,
)
from core.values import ContactId, FulfillmentId, OrderId, ShopId
from notifications import boxes, facts_told
from notifications.facts_told.parcels import mended
from notifications.facts_told.parts import Names
from notifications.ports import Services
from notifications.rules.objections import Because
from storage import forgetting, history, orders, outbox, people, shoppers, shops
from storage.after_sale import FULFILLMENT_ORDERS, PAYMENTS, REFUNDS, RETURNS
from storage.drafts import DRAFT_ORDERS
from storage.history import OfOrder, Telling, ToldBy
from storage.ledger import Word
from storage.merging import Kept
from storage.orders import OrderFacts, ParcelFacts
from storage.people import Mention
from storage.session import Transaction
from storage.shoppers import CARTS, CHECKOUTS, CUSTOMERS, MERGES, Change
from storage.shops import KnownShop, ShopFacts


@dataclass(frozen=True, slots=True)
class Heard:
    """An event, with the webhook that told it and when that came."""

    event: Event
    webhook_id: int | None
    arrived_at: datetime
    told_by: ToldBy | None = None


Told = Mapping[ShopId, Sequence[Heard]]


@dataclass(frozen=True, slots=True)
class Remembered:
    """``contacts`` are everybody's whose phone came up. ``lanes`` have messages that
    waited for what was told. ``words`` are to be added to the ledger, at the end."""

    contacts: Mapping[Mention, ContactId]
    lanes: set[Lane]
    words: Sequence[Word]


def remember(
    owners: Mapping[ShopId, KnownShop],
    told: Told,
    *,
    tx: Transaction,
    now: datetime,
    services: Services,
) -> Remembered:
    """Keep all that was told, and wake the messages that waited for an order in it."""
    book, sealer = services.book, services.sealer
    tellings = _tellings(told, now, services)
    # A number that comes with what was forgotten is nobody's to be kept.
    gone = forgetting.among(tx, filter(None, map(_named, tellings)))
    kept_ones = [each for each in tellings if _named(each) not in gone]
    everybody = facts_told.people_in(kept_ones)
    contacts = people.contacts_named(tx, everybody, book=book, now=now)
    names = Names(contacts, book.pepper())
    history.add(tx, tellings, sealer=sealer)
    facts = facts_told.facts_of_all(tellings, names)
    new_orders = orders.keep_orders(tx, facts[OrderFacts], sealer=sealer)
    with_deleted_scans = orders.keep_parcels(tx, facts[ParcelFacts], sealer=sealer)
    _mend(with_deleted_scans, tx, services)
    for kept in _OTHERS:
        kept.keep(tx, facts[kept.facts], sealer=sealer)
    shoppers.note_changes(tx, _changes(kept_ones, names))
    shops.follow(tx, facts[ShopFacts], sealer=sealer)
    _forget(tellings, names, tx, now)
    woken = outbox.wake_for_orders(tx, new_orders, Because.ORDER_UNKNOWN, now=now)
    words = _words(kept_ones, owners, names)
    return Remembered(
        names.contacts,
        {owners[shop_id].lane for shop_id in woken},
        [*words, *boxes.unticked(tx, kept_ones, words, names)],
    )


_OTHERS: tuple[Kept[Any], ...] = (
    *(PAYMENTS, REFUNDS, RETURNS, FULFILLMENT_ORDERS),
    *(CUSTOMERS, MERGES, CHECKOUTS, DRAFT_ORDERS, CARTS),
)


def _named(told: Telling) -> tuple[ShopId, str] | None:
    """By what name the thing that tells a number may have been forgotten; None where
    no number is told."""
    event = told.event
    match event:
        case OrderSeen() | OrderGlimpsed() | ParcelSeen() if event.phone is not None:
            return told.shop_id, f"order {event.order_id}"
        case DraftOrderSeen() if event.phone is not None:
            return told.shop_id, f"draft_order {event.draft_order_id}"
        case CustomerSeen() if event.phone is not None:
            return told.shop_id, f"customer {event.customer_id}"
        case _:
            return None


def order_of(events: Iterable[Event]) -> int | None:
    """The order that these events are about, if they are about one."""
    for event in events:
        if isinstance(event, OfOrder | OrderDeleted) and event.order_id is not None:
            return event.order_id
    return None


def _tellings(told: Told, now: datetime, services: Services) -> list[Telling]:
    pepper = services.book.pepper()
    return [
        history.telling(
            heard.event,
            shop_id,
            webhook_id=heard.webhook_id,
            arrived_at=heard.arrived_at,
            read_at=now,
            pepper=pepper,
            told_by=heard.told_by,
        )
        for shop_id, every in told.items()
        for heard in every
    ]


def _mend(
    parcels: set[tuple[ShopId, OrderId, FulfillmentId]],
    tx: Transaction,
    services: Services,
) -> None:
    """Where a parcel is, of which a scan was deleted, is what the others say."""
    if not parcels:
        return
    book = services.book
    told = history.of_parcels(tx, parcels, sealer=services.sealer)
    contacts = people.contacts_found(tx, facts_told.people_in(told), book=book)
    names = Names(contacts, book.pepper())
    facts = facts_told.facts_of_all(mended(told), names)
    orders.PARCELS.overwrite(tx, facts[ParcelFacts], sealer=services.sealer)


def _forget(
    tellings: Iterable[Telling], names: Names, tx: Transaction, now: datetime
) -> None:
    """What was deleted, after all that the same batch tells of it."""
    orders_gone, customers_gone, checkouts_gone, drafts_gone = [], [], [], []
    claims: dict[ShopId, datetime] = {}
    for told in tellings:
        shop_id, at = told.shop_id, told.event.happened_at
        match told.event:
            case OrderDeleted() as event:
                orders_gone.append((shop_id, event.order_id, at))
            case CustomerDeleted() as event:
                customers_gone.append((shop_id, event.customer_id, at))
            case CustomersMerged() as event:
                customers_gone.append((shop_id, event.gone, at))
            case CheckoutDeleted() as event:
                token, cart = event.token, event.cart_token
                keys = names.checkout(shop_id, token), names.cart(shop_id, cart)
                checkouts_gone.append((shop_id, *keys, at))
            case DraftOrderDeleted() as event:
                drafts_gone.append((shop_id, event.draft_order_id, at))
            case AppUninstalled():
                claims[shop_id] = max(at, claims.get(shop_id, at))
            case _:
                pass
    forgetting.forget_orders(tx, orders_gone, now=now)
    forgetting.forget_customers(tx, customers_gone, now=now)
    forgetting.forget_checkouts(tx, checkouts_gone, now=now)
    forgetting.forget_drafts(tx, drafts_gone, now=now)
    shops.note_uninstall_claims(tx, claims)


def _changes(tellings: Iterable[Telling], names: Names) -> Iterator[Change]:
    """When somebody has changed a checkout that was not over."""
    for told in tellings:
        event = told.event
        if not isinstance(event, CheckoutSeen) or event.completed_at is not None:
            continue
        token_key = names.checkout(told.shop_id, event.token)
        assert token_key is not None
        yield Change(
            shop_id=told.shop_id,
            token_key=token_key,
            at=event.happened_at,
            is_tellable=event.phone is not None and bool(event.items),
        )


def _words(
    tellings: Iterable[Telling],
    owners: Mapping[ShopId, KnownShop],
    names: Names,
) -> list[Word]:
    words: list[Word] = []
    for told in tellings:
        contact = names.contact(told.shop_id, told.event)
        if contact is None:
            continue
        match told.event:
            case OrderSeen():
                words += boxes.words_of_order(owners[told.shop_id], told.event, contact)
                words += boxes.word_about_offers(told.shop_id, told.event, contact)
            case CheckoutSeen():
                words += boxes.word_about_offers(told.shop_id, told.event, contact)
            case ConsentChanged():
                words.append(_word(told.shop_id, told.event, contact))
            case _:
                pass
    return words


def _word(shop_id: ShopId, event: ConsentChanged, contact: ContactId) -> Word:
    return Word(
        shop_id=shop_id,
        contact_id=contact,
        scope=event.scope,
        act=event.act,
        source=event.source,
        happened_at=event.happened_at,
        who=event.phone.e164,
        evidence={
            name: value
            for name in ("customer_id", "opt_in_level", "collected_from")
            if (value := getattr(event, name)) is not None
        },
    )
