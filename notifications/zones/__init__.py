"""On which clock somebody lives, as far as an order tells.

Often it is not one clock: a province may have two, and a phone may be of another
country than the address. Then all that are possible count, and whoever asks for an hour
takes one that is right on each of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from enum import StrEnum

from core.values import Phone
from core.zones import zone_named, zone_names
from notifications.zones.addresses import zones_at
from notifications.zones.phones import may_be_of, zones_of_phone


class Source(StrEnum):
    """What the clock was found by."""

    ADDRESS = "address"
    PHONE = "phone"
    ADDRESS_AND_PHONE = "address_and_phone"
    SHOP = "shop"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """What is known of where somebody is. ``country`` to ``town`` are of the address
    that the order goes to, ``province`` by its code; all of it is personal data."""

    country: str | None = None
    province: str | None = field(default=None, repr=False)
    postcode: str | None = field(default=None, repr=False)
    town: str | None = field(default=None, repr=False)
    phone: Phone | None = field(default=None, repr=False)
    shop_zone: str | None = None


@dataclass(frozen=True, slots=True)
class Zones:
    """Every zone that is possible, by name and never none, and what told them."""

    names: tuple[str, ...]
    source: Source

    def clocks(self) -> Sequence[tzinfo]:
        return [zone_named(name) for name in self.names]


def zones_of(where: Whereabouts) -> Zones:
    """The address tells it; a phone of another country adds its own zones, since the
    order may be a gift, and its buyer at home. Without an address the phone tells it,
    without both it is the shop's zone."""
    at_address = _at_address(where)
    by_phone = frozenset[str]()
    if where.phone is not None and not (at_address and _agrees(where)):
        by_phone = zones_of_phone(where.phone)
    if at_address and by_phone:
        return _named(at_address | by_phone, Source.ADDRESS_AND_PHONE)
    if at_address:
        return _named(at_address, Source.ADDRESS)
    if by_phone:
        return _named(by_phone, Source.PHONE)
    if where.shop_zone in zone_names():
        return Zones((where.shop_zone,), Source.SHOP)
    return Zones(("UTC",), Source.NOTHING)


def _named(zones: frozenset[str], source: Source) -> Zones:
    return Zones(tuple(sorted(zones)), source)


def _at_address(where: Whereabouts) -> frozenset[str]:
    if not where.country:
        return frozenset()
    return zones_at(
        where.country.upper(),
        province=where.province,
        postcode=where.postcode,
        town=where.town,
    )


def _agrees(where: Whereabouts) -> bool:
    assert where.phone is not None
    return where.country is not None and may_be_of(where.phone, where.country.upper())
