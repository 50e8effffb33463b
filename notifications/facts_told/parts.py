"""Parts of facts that many kinds of events tell alike."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.sealing import fingerprint
from core.values import ContactId, Item, Money, Phone, ShopId
from storage.history import Telling
from storage.merging import Version, version_of
from storage.people import Person

_ENOUGH = 8


@dataclass(frozen=True, slots=True)
class Names:
    """By what people, checkouts, carts and mail addresses are known here."""

    contacts: Mapping[Person, ContactId]
    pepper: bytes = field(repr=False)

    def contact(self, shop_id: ShopId, phone: Phone | None) -> ContactId | None:
        return None if phone is None else self.contacts.get((shop_id, phone))

    def checkout(self, shop_id: ShopId, token: str | None) -> bytes | None:
        return self._key(f"{shop_id} checkout", token)

    def cart(self, shop_id: ShopId, token: str | None) -> bytes | None:
        return self._key(f"{shop_id} cart", token)

    def mail(self, shop_id: ShopId, address: str | None) -> bytes | None:
        """People write their address in letters of any size."""
        written = None if address is None else address.casefold()
        return self._key(f"{shop_id} mail", written)

    def _key(self, named: str, told: str | None) -> bytes | None:
        """Finds something by what opens it to anybody, or what is somebody's own."""
        return None if told is None else fingerprint(self.pepper, f"{named} {told}")


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


def place(region: str | None, city: str | None) -> dict[str, str] | None:
    return spoken(region=region, city=city) or None


def spoken(**said: Any) -> dict[str, Any]:
    """What was said, without what was not."""
    return {
        name: value for name, value in said.items() if value is not None and value != ""
    }
