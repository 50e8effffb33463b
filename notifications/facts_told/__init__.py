"""What one event tells, as facts: when it is new, and when the past is rebuilt."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from core.events import (
    CustomerSeen,
    CustomersMerged,
    OrderEdited,
    OrderGlimpsed,
    OrderSeen,
    ParcelMoved,
    ParcelScanDeleted,
    ParcelSeen,
    PaymentTried,
    PickupPrepared,
    RefundIssued,
    ReturnMoved,
    ShippingHeld,
    ShippingResumed,
    ShopChanged,
)
from core.shopping import CartSeen, CheckoutSeen, DraftOrderSeen
from notifications.facts_told import after_sale, drafts, orders, parcels, shoppers
from notifications.facts_told.parts import Names, mention_of
from storage.history import Telling
from storage.merging import Facts
from storage.people import Mention


def facts_of(told: Telling, names: Names) -> Facts | None:
    """What is known by an event alone; None where it tells nothing that is kept so."""
    match told.event:
        case OrderSeen() | OrderGlimpsed() as event:
            return orders.seen(told, event, names)
        case OrderEdited() as event:
            return orders.edited(told, event)
        case ParcelSeen() as event:
            return parcels.seen(told, event, names)
        case ParcelMoved() as event:
            return parcels.moved(told, event)
        case ParcelScanDeleted() as event:
            return parcels.scan_deleted(told, event)
        case PickupPrepared() | ShippingHeld() | ShippingResumed() as event:
            return parcels.waiting(told, event)
        case PaymentTried() as event:
            return after_sale.payment(told, event)
        case RefundIssued() as event:
            return after_sale.refund(told, event)
        case ReturnMoved() as event:
            return after_sale.returned(told, event)
        case CustomerSeen() as event:
            return shoppers.customer(told, event, names)
        case CustomersMerged() as event:
            return shoppers.merged(told, event)
        case CheckoutSeen() as event:
            return shoppers.checkout(told, event, names)
        case DraftOrderSeen() as event:
            return drafts.seen(told, event, names)
        case CartSeen() as event:
            return shoppers.cart(told, event, names)
        case ShopChanged() as event:
            return shoppers.shop(told, event)
        case _:
            return None


def facts_of_all(
    tellings: Iterable[Telling], names: Names
) -> Mapping[type[Facts], list[Any]]:
    """What each tells, by what it is about; nothing is merged yet."""
    found: defaultdict[type[Facts], list[Any]] = defaultdict(list)
    for told in tellings:
        fact = facts_of(told, names)
        if fact is not None:
            found[type(fact)].append(fact)
    return found


def people_in(tellings: Iterable[Telling]) -> set[Mention]:
    """Everybody whose number was told."""
    named = (mention_of(told.shop_id, told.event) for told in tellings)
    return {mention for mention in named if mention is not None}
