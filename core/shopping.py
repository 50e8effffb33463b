"""What buyers do before there is an order, told in our own words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.events import Event
from core.values import (
    CheckoutNumber,
    CustomerId,
    DraftOrderId,
    Item,
    Money,
    OrderId,
    Phone,
    PhonePlace,
    VariantId,
)

REFERENCE = "_wa_ref"
"""Under this name an order brings back which message led to it."""

MOST_LINES = 50
"""So many things of a cart fit into an address, however large their numbers are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutSeen(Event):
    """A checkout as far as the buyer has come; ``happened_at`` is its version.

    ``token`` is its only name, and ends up in its order; ``number`` is what the store
    calls it once it is left. Who has the ``url`` sees the
    buyer's data: it is for nobody else. ``agreed``, ``offers_agreed``, their wordings
    and ``marks`` are as in an order; ``accepts_marketing`` and ``accepts_sms`` are
    Shopify's own boxes, and no consent to anything on WhatsApp.
    """

    token: str = field(repr=False)
    cart_token: str | None = field(repr=False)
    started_at: datetime | None
    completed_at: datetime | None
    closed_at: datetime | None
    customer_id: CustomerId | None
    phone: Phone | None
    phone_place: PhonePlace | None
    email: str | None = field(repr=False)
    first_name: str | None = field(repr=False)
    country: str | None
    region: str | None
    city: str | None
    postcode: str | None = field(repr=False)
    locale: str | None
    items: tuple[Item, ...] | None
    total: Money | None
    worth: Money | None
    discount_codes: tuple[str, ...] | None
    url: str | None = field(repr=False)
    agreed: bool | None
    wording: str | None
    accepts_marketing: bool | None
    accepts_sms: bool | None
    offers_agreed: bool | None
    offers_wording: str | None
    marks: Mapping[str, str] | None = field(repr=False)
    number: CheckoutNumber | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutDeleted(Event):
    """It is known by one token at least."""

    token: str | None = field(repr=False)
    cart_token: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CartSeen(Event):
    """A cart of the online store, which does not say whose it is."""

    token: str = field(repr=False)
    started_at: datetime | None
    items: tuple[Item, ...] | None
    total: Money | None
    agreed: bool | None
    wording: str | None
    marks: Mapping[str, str] | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Since:
    """What the store says of whoever has left something there: whether they have
    ``ordered`` since, and whether it has drawn up a draft order for them."""

    ordered: bool
    drafted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftOrderSeen(Event):
    """What a store has written up for somebody; ``happened_at`` is its version.

    ``status`` is ``open``, ``invoice_sent`` or ``completed``. Whoever has the ``url``
    of its invoice can pay it; ``invoiced_at`` is when that was sent last. Paid, it
    becomes the order ``order_id``.
    """

    draft_order_id: DraftOrderId
    name: str | None
    started_at: datetime
    status: str | None
    invoiced_at: datetime | None
    completed_at: datetime | None
    order_id: OrderId | None
    customer_id: CustomerId | None
    phone: Phone | None
    phone_place: PhonePlace | None
    country: str | None
    items: tuple[Item, ...] | None
    total: Money | None
    worth: Money | None
    url: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftOrderDeleted(Event):
    draft_order_id: DraftOrderId


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """What somebody is to find at the checkout again, and need not type once more.

    ``host`` is the store's, and ``url`` the address of its own that leads back, if it
    gave one: who has it sees the buyer's data. ``lines`` are how many of which things,
    and empty where these cannot be named: see ``lines_of``. ``prefix`` is the language
    that the store's pages begin with, where that is not the store's first.
    """

    host: str
    url: str | None = field(repr=False)
    lines: Sequence[tuple[VariantId, int]]
    prefix: str | None
    discount_codes: Sequence[str]
    email: str | None = field(repr=False)
    first_name: str | None = field(repr=False)
    country: str | None
    region: str | None
    city: str | None
    postcode: str | None = field(repr=False)


MOST_WRITTEN_UP = 499
"""So many different things Shopify takes into a draft order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenUp:
    """What somebody is to find on the invoice of a draft order, where no address can
    hold it. It is known by its ``tag``; the order brings back its ``marks``."""

    tag: str
    lines: Sequence[tuple[VariantId, int]]
    marks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class KnownDraft:
    """Whoever has the address of its ``invoice`` can pay it. It is None while Shopify
    still works on the draft."""

    invoice: str | None = field(repr=False)


def lines_of(
    things: Sequence[tuple[VariantId | None, int]],
) -> tuple[tuple[VariantId, int], ...]:
    """How many of which things an address can name: all of them, or none where one is
    not in the store's list of products, or they are too many."""
    counted: dict[VariantId, int] = {}
    for variant, quantity in things:
        if variant is None:
            return ()
        counted[variant] = counted.get(variant, 0) + quantity
    found = tuple((variant, n) for variant, n in counted.items() if n > 0)
    return found if len(found) <= MOST_LINES else ()
