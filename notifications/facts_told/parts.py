"""Parts of facts that many kinds of events tell alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.events import (
    ConsentChanged,
    CustomerSeen,
    Event,
    OrderGlimpsed,
    OrderSeen,
    ParcelSeen,
)
from core.sealing import fingerprint
from core.shopping import CheckoutSeen, DraftOrderSeen
from core.values import ContactId, Item, MessageId, Money, ShopId
from notifications.references import message_referred_to
from storage.history import Telling
from storage.merging import Version, version_of
from storage.people import Mention

_ENOUGH = 8


@dataclass(frozen=True, slots=True)
class Names:
    """By what people, checkouts, carts and mail addresses are known here."""

    contacts: Mapping[Mention, ContactId]
    pepper: bytes = field(repr=False)

    def contact(self, shop_id: ShopId, event: Event) -> ContactId | None:
        """Whose number the event tells."""
        mention = mention_of(shop_id, event)
        return None if mention is None else self.contacts.get(mention)

    def checkout(self, shop_id: ShopId, token: str | None) -> bytes | None:
        return self._key(f"{shop_id} checkout", token)

    def cart(self, shop_id: ShopId, token: str | None) -> bytes | None:
        return self._key(f"{shop_id} cart", token)

    def mail(self, shop_id: ShopId, address: str | None) -> bytes | None:
        """People write their address in letters of any size."""
        written = None if address is None else address.casefold()
        return self._key(f"{shop_id} mail", written)

    def message(
        self, shop_id: ShopId, marks: Mapping[str, str] | None
    ) -> MessageId | None:
        """Our message that led to an order, by what the order brought back."""
        return message_referred_to(self.pepper, shop_id, marks)

    def _key(self, named: str, told: str | None) -> bytes | None:
        """Finds something by what opens it to anybody, or what is somebody's own."""
        return None if told is None else fingerprint(self.pepper, f"{named} {told}")


def mention_of(shop_id: ShopId, event: Event) -> Mention | None:
    """The number that an event tells, and when it was given; None where it tells none.

    What is told of an order today may be a year old: its number is whoever's it was.
    """
    match event:
        case OrderSeen(phone=phone) if phone is not None:
            return shop_id, phone, event.placed_at
        case ParcelSeen(phone=phone) if phone is not None:
            return shop_id, phone, event.created_at
        case ConsentChanged(phone=phone):
            return shop_id, phone, event.happened_at
        case CheckoutSeen(phone=phone) if phone is not None:
            return shop_id, phone, event.started_at
        case DraftOrderSeen(phone=phone) if phone is not None:
            return shop_id, phone, event.started_at
        case OrderGlimpsed(phone=phone) if phone is not None:
            return shop_id, phone, event.placed_at
        case CustomerSeen(phone=phone) if phone is not None:
            return shop_id, phone, None
        case _:
            return None


def version(told: Telling, *, rank: int = 0) -> Version:
    return version_of(told.event.happened_at, rank=rank, key=told.key[:_ENOUGH])


def amount(name: str, paid: Money | None) -> dict[str, Any]:
    """Two columns: an amount, and its currency where that is told."""
    if paid is None:
        return {}
    return {name: paid.amount, f"{name}_currency": paid.currency}


def items(told: Iterable[Item] | None) -> list[dict[str, Any]] | None:
    if told is None:
        return None
    return [
        spoken(
            line_id=item.line_id,
            product_id=item.product_id,
            variant_id=item.variant_id,
            title=item.title,
            variant=item.variant,
            sku=item.sku,
            quantity=item.quantity,
            price=str(item.price.amount) if item.price else None,
            currency=item.price.currency if item.price else None,
            ships=None if item.is_shipped else False,
        )
        for item in told
    ]


def place(
    region: str | None, city: str | None, postcode: str | None
) -> dict[str, str] | None:
    return spoken(region=region, city=city, postcode=postcode) or None


def spoken(**said: Any) -> dict[str, Any]:
    """What was said, without what was not."""
    return {
        name: value for name, value in said.items() if value is not None and value != ""
    }
