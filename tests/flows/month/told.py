"""What a store tells in a month, in the plainest words: no bodies, no topics.

Each is one moment of one thing as somebody saw it. ``at`` is when it happened, by the
clock of whoever tells it; when it is told is another matter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.values import Milestone

GIFT_CARD = 7
"""Nobody carries what is in a line of an order whose number ends so."""


def carried(lines: Mapping[int, int]) -> int:
    """How many things somebody carries, of so many in each line."""
    return sum(
        count for line, count in lines.items() if line % 10 != GIFT_CARD and count > 0
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTold(Told):
    """A whole order as it stood at ``at``; ``lines`` is what was in it.

    ``current_total`` is what it costs after it was edited. ``agreed`` is the box beside
    the phone number: None where there is no such box. ``has_just_been_paid`` is whether
    this is the word that the money has come.
    """

    order: int
    name: str
    placed_at: datetime
    payment: str
    is_paid_at_door: bool
    lines: Mapping[int, int]
    total: Decimal
    current_total: Decimal
    currency: str
    cancelled_at: datetime | None
    phone: str | None
    first_name: str | None
    locale: str | None
    page: str
    agreed: bool | None
    has_just_been_paid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPartTold(Told):
    """What is told of an order whenever anything about it has changed."""

    order: int
    payment: str
    cancelled_at: datetime | None
    current_total: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class EditTold(Told):
    """Things were put on an order or taken off: by line, how many more of it."""

    edit: int
    order: int
    lines: Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelTold(Told):
    """A parcel as it stood at ``at``; ``page`` is the one the store gives, if any, and
    ``lines`` is what is in it, None where Shopify is silent about that."""

    parcel: int
    order: int
    name: str
    made_at: datetime
    is_cancelled: bool
    where: Milestone | None
    numbers: tuple[str, ...]
    carrier: str | None
    page: str | None
    phone: str | None
    lines: Mapping[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanTold(Told):
    """A carrier saw a parcel. ``town`` is as the carrier writes it, in ``country``."""

    scan: int
    parcel: int
    order: int
    where: Milestone
    town: str | None
    country: str | None
    expected_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanTakenBack(Told):
    """The carrier never saw the parcel there: the scan was a mistake."""

    scan: int
    parcel: int
    order: int
    where: Milestone


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundTold(Told):
    """Money goes back, in one or several payments; ``amounts`` are those that were
    made or are under way, and may be none where only things came back."""

    refund: int
    order: int
    amounts: tuple[tuple[Decimal, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnTold(Told):
    """A step of a return: requested, approved, declined, or received, which is when
    it was dealt with. ``because`` is Shopify's word for why it was declined. Shopify
    does not always tell of which order it is."""

    step: str
    returned: int
    order: int | None
    because: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WordTold(Told):
    """A person says yes or no to news of their orders, apart from any order; and to
    offers as well, where it ``is_of_offers``."""

    phone: str
    is_yes: bool
    is_of_offers: bool = False


@dataclass(frozen=True, slots=True)
class Arrival:
    """What one webhook brings, or an owner's own entry, and when it comes in."""

    at: datetime
    tells: tuple[Told, ...]
