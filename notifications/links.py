"""Links of our own in a message: short, and no more than a name for where they lead.

They are made when the message is, and known to be opened because they lead by here. See
docs/concepts/links.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from core.sealing import CannotOpen
from core.shopping import Basket
from core.values import ShopId
from notifications import cart_news, references
from notifications.ports import Services
from storage import links
from storage.facts import KnownMessage
from storage.left_carts import LeftCart
from storage.links import NewLink, target_context
from storage.tenancy import Crossing

PATH = "/l/"
LASTS = timedelta(days=30)
"""From the moment at which its message leaves."""


@dataclass(frozen=True, slots=True)
class Made:
    """A link to be written down as ``row``, and as its reader gets it."""

    row: NewLink
    url: str = field(repr=False)


def link_back(
    message: KnownMessage,
    cart: LeftCart | None,
    *,
    codes: Sequence[str] = (),
    now: datetime,
    services: Services,
) -> Made | None:
    """The link to what somebody has left; None for a message that is about no checkout.
    ``codes`` are discounts that are to count there.

    A cart that no address can hold is led to by the store's own page.
    """
    if cart is None:
        return None
    basket = cart_news.basket_of(cart, message.languages)
    return link_to(message, basket, codes=codes, now=now, services=services)


def link_to(
    message: KnownMessage,
    basket: Basket,
    *,
    codes: Sequence[str] = (),
    now: datetime,
    services: Services,
) -> Made:
    """The message's link to the checkout with that in it, as ``link_back``."""
    shop_id, pepper = message.shop_id, services.book.pepper()
    target = services.leads_back(
        basket,
        codes=codes,
        reference=references.reference_to(pepper, shop_id, message.id),
    )
    sealed = services.sealer.of(shop_id).seal_text(
        target or _home(basket.host), context=target_context(message.id)
    )
    return link_to_sealed(message, sealed, now=now, services=services)


def link_to_sealed(
    message: KnownMessage, target: bytes, *, now: datetime, services: Services
) -> Made:
    """The message's link to what is sealed for it, with its ``target_context``."""
    shop_id, pepper = message.shop_id, services.book.pepper()
    code = references.code_of(pepper, shop_id, message.id)
    row = NewLink(
        shop_id=shop_id,
        message_id=message.id,
        key=references.key_of(pepper, code),
        target=target,
        expires_at=now + LASTS,
    )
    return Made(row, f"{services.app_url}{PATH}{code}")


@dataclass(frozen=True, slots=True)
class Way:
    """Where a link leads. ``target`` is None once it is over; then the store's ``home``
    is left."""

    target: str | None = field(repr=False)
    home: str
    shop_name: str


def way_of(code: str, *, is_click: bool, services: Services) -> Way | None:
    """Where a link leads, and that somebody has opened it; None if it is none of ours.

    One statement, whatever the code is. Nothing is kept of who asks.
    """
    if not references.is_code(code):
        return None
    key = references.key_of(services.book.pepper(), code)
    with services.transactions.across(Crossing.SERVING) as tx:
        found = links.opened(tx, key, is_click=is_click, now=services.clock())
    if found is None:
        return None
    target = _target(found.shop_id, found.message_id, found.target, services)
    return Way(target, _home(found.shop_domain), found.shop_name or found.shop_domain)


def _target(
    shop_id: ShopId, message_id: str, sealed: bytes | None, services: Services
) -> str | None:
    if sealed is None:
        return None
    context = target_context(message_id)
    try:
        return services.sealer.of(shop_id).open_text(sealed, context=context)
    except CannotOpen:
        return None  # the shop's key is gone, and with it all that it has sealed


def _home(domain: str) -> str:
    return f"https://{domain}/"
