"""A cart is looked at in its store before somebody is reminded of it.

Rows say which carts, since a message must not wait for a stranger while it is decided
about. Many carts of a store are one question: they have few things among them. What
was seen is written down, and the messages that wait for it are looked at again. Of many
portions of one store each thing is asked for once a minute.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar

from core.errors import OutsideError, WillNotWork
from core.shopping import Since
from core.values import CheckoutNumber, ShopDomain, ShopId, VariantId
from notifications import holding_back
from notifications.access import LiveToken, LiveTokens
from notifications.connecting import Store
from notifications.ports import Services
from notifications.rules.looks import FRESH, PATIENCE
from notifications.rules.objections import Because
from storage import access, cart_looks, outbox
from storage.cart_looks import Due, LeftThere, Looked
from storage.tenancy import Crossing

log = logging.getLogger(__name__)

T = TypeVar("T")

SCOPES = frozenset({"read_products", "write_products"})
"""One of them is needed to see things."""
DENIED = "shopify_access_denied"
NO_SCOPE = "no_scope"
AHEAD = timedelta(minutes=3)
"""So long before its time a cart is looked at, so that its reminder need not wait."""
LEASE = timedelta(minutes=2)
THINGS_AT_ONCE = 250
CARTS_AT_ONCE = 25
_PORTIONS_AT_ONCE = 100
_SAME_FOR = timedelta(minutes=1)
"""So long a thing is as it was seen to be, for the other carts that it is in."""


class StoreWithCarts(Store, Protocol):
    """A store whose things may be sold out. Each call may raise an OutsideError."""

    def things_gone(
        self, shop: ShopDomain, token: LiveToken, *, things: Sequence[VariantId]
    ) -> Collection[VariantId]:
        """Those of ``THINGS_AT_ONCE`` at most that nobody could buy now."""

    def since_left(
        self, shop: ShopDomain, token: LiveToken, *, carts: Sequence[CheckoutNumber]
    ) -> Mapping[CheckoutNumber, Since]:
        """Of those of ``CARTS_AT_ONCE`` at most of which the store knows it."""


def ask_ahead(*, services: Services) -> int:
    """Have those carts looked at whose reminder has its time soon; answer how many."""
    now = services.clock()
    with services.transactions.across(Crossing.LOOKING) as tx:
        return cart_looks.ask_ahead(
            tx, now=now, until=now + AHEAD, since=now + AHEAD - FRESH
        )


def look_at_carts(store: StoreWithCarts, *, services: Services) -> int:
    """Look at what is due, a store's portion at a time; answer how many portions that
    were. Doing this twice, or in two places at once, costs no more than a question."""
    tokens, shelves = LiveTokens(store, services), _Shelves()
    for done in range(_PORTIONS_AT_ONCE):
        now = services.clock()
        with services.transactions.across(Crossing.LOOKING) as tx:
            cart_looks.give_up(tx, before=now - PATIENCE)
            due = cart_looks.take_due(tx, now=now, until=now + LEASE)
        if due is None:
            return done
        _look(_Portion(due, store, tokens, shelves, services))
    return _PORTIONS_AT_ONCE


class _Shelves:
    """What was seen of things of late, and when: whether they were gone."""

    def __init__(self) -> None:
        self._seen: dict[tuple[ShopId, VariantId], tuple[bool, datetime]] = {}

    def unseen(
        self, shop_id: ShopId, things: Collection[VariantId], now: datetime
    ) -> list[VariantId]:
        known = self._seen
        since = now - _SAME_FOR
        return [
            each
            for each in sorted(things)
            if (shop_id, each) not in known or known[shop_id, each][1] <= since
        ]

    def note(
        self,
        shop_id: ShopId,
        things: Collection[VariantId],
        gone: Collection[VariantId],
        now: datetime,
    ) -> None:
        self._seen |= {(shop_id, each): (each in gone, now) for each in things}

    def gone(self, shop_id: ShopId, things: Collection[VariantId]) -> set[VariantId]:
        return {each for each in things if self._seen[shop_id, each][0]}


def _look(portion: "_Portion") -> None:
    """Whatever comes of it, the messages are looked at again: those whose carts nobody
    will look at go without."""
    due, services = portion.due, portion.services
    held = holding_back.turn(
        portion.take, shop_id=due.shop_id, attempts=due.attempts, doing="carts"
    )
    now = services.clock()
    with services.transactions.for_shop(due.shop_id) as tx:
        if held.because is not None:
            cart_looks.hold(
                tx,
                [each.id for each in due.carts],
                due_at=now + held.pause if held.pause < PATIENCE else None,
                attempts=held.attempts,
                because=held.because,
            )
        cart_looks.let_go(tx, due)
        outbox.wake(tx, due.shop_id, [Because.STORE_NOT_LOOKED_AT], now=now)


class _Portion:
    """Carts of one store that somebody looks at."""

    def __init__(
        self,
        due: Due,
        store: StoreWithCarts,
        tokens: LiveTokens,
        shelves: _Shelves,
        services: Services,
    ) -> None:
        self.due, self.services = due, services
        self._store, self._tokens, self._shelves = store, tokens, shelves

    def take(self) -> timedelta:
        refusal: WillNotWork | None = None
        gone: Collection[VariantId] | None = None
        try:
            gone = self._gone()
        except WillNotWork as error:
            if error.code not in (NO_SCOPE, DENIED):
                raise
            refusal = error
        since = self._since()
        if refusal is not None and not since:
            raise refusal
        seen = [_seen(each, gone, since) for each in self.due.carts]
        with self.services.transactions.for_shop(self.due.shop_id) as tx:
            cart_looks.note(tx, seen, now=self.services.clock())
        return timedelta()

    def _gone(self) -> Collection[VariantId]:
        with self.services.transactions.for_shop(self.due.shop_id) as tx:
            known = access.of_shop(tx, self.due.shop_id)
        scopes = None if known is None else known.scopes
        if scopes is not None and not scopes & SCOPES:
            raise WillNotWork("the app may see no things there", code=NO_SCOPE)
        shop_id, now = self.due.shop_id, self.services.clock()
        things = frozenset().union(*(each.things for each in self.due.carts))
        unseen = self._shelves.unseen(shop_id, things, now)
        for some in _portions(unseen, THINGS_AT_ONCE):
            gone = self._ask(partial(self._store.things_gone, things=some))
            self._shelves.note(shop_id, some, gone, now)
        return self._shelves.gone(shop_id, things)

    def _since(self) -> Mapping[CheckoutNumber, Since]:
        """What the store does not say is not waited for: a purchase is told by its
        webhook, too."""
        carts = [each.number for each in self.due.carts if each.number is not None]
        found: dict[CheckoutNumber, Since] = {}
        for some in _portions(carts, CARTS_AT_ONCE):
            try:
                found |= self._ask(partial(self._store.since_left, carts=some))
            except OutsideError as error:
                log.info(
                    "carts_not_asked_about shop=%s because=%s",
                    self.due.shop_id,
                    error.code,
                )
                break
        return found

    def _ask(self, ask: Callable[[ShopDomain, LiveToken], T]) -> T:
        return self._tokens.asking(self.due.shop_id, ask)


def _seen(
    cart: LeftThere,
    gone: Collection[VariantId] | None,
    since: Mapping[CheckoutNumber, Since],
) -> Looked:
    said = None if cart.number is None else since.get(cart.number)
    return Looked(
        id=cart.id,
        gone=None if gone is None else [each for each in cart.things if each in gone],
        ordered=None if said is None else said.ordered,
        drafted=None if said is None else said.drafted,
    )


def _portions(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(things), size):
        yield things[start : start + size]
