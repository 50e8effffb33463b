"""Stores are asked about the carts that people have filled in a chat.

Rows say which. Whatever was done before a crash is done again: asking changes nothing
at the store, and what is written up there is looked for first.
"""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from core.lanes import Lane, Work
from core.values import ShopDomain, VariantId
from notifications import holding_back
from notifications.access import LiveToken, LiveTokens
from notifications.chat_carts import INVOICE, chosen, told_of
from notifications.ports import Services
from notifications.rules.chat_carts import Checked, OnSale, checked
from notifications.writing_up import Desk, StoreWithDrafts
from storage import chat_carts
from storage.chat_carts import Due, Looked, Waiting
from storage.tenancy import Crossing

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
"""So long a cart is one process's. If two ask the store about it, nothing is lost."""
_PORTIONS_AT_ONCE = 100


class StoreWithThings(StoreWithDrafts, Protocol):
    """A store that tells what it sells. Each call may raise an OutsideError."""

    def things_on_sale(
        self, shop: ShopDomain, token: LiveToken, *, variants: Collection[VariantId]
    ) -> Mapping[VariantId, OnSale]:
        """Those of these that can be bought, or could if there were some left."""


def check_carts(store: StoreWithThings, *, services: Services) -> int:
    """Ask about what is due, a store's portion at a time; answer how many portions that
    were. Doing this twice, or in two places at once, answers nobody twice."""
    tokens = LiveTokens(store, services)
    for portion in range(_PORTIONS_AT_ONCE):
        now = services.clock()
        with services.transactions.across(Crossing.LOOKING) as tx:
            due = chat_carts.take_due(tx, now=now, until=now + LEASE)
        if due is None:
            return portion
        _check(due, store, tokens, services)
    return _PORTIONS_AT_ONCE


def _check(
    due: Due, store: StoreWithThings, tokens: LiveTokens, services: Services
) -> None:
    turn = _Turn(due, store, tokens, services)
    held = holding_back.turn(
        turn.take,
        shop_id=due.shop_id,
        attempts=due.attempts,
        doing="cart_checking",
    )
    with services.transactions.for_shop(due.shop_id) as tx:
        if held.because is None:
            chat_carts.done(tx, turn.due)
        else:
            # Once the answer has left without the store's word, nothing is looked for.
            chat_carts.hold(
                tx,
                turn.due,
                due_at=services.clock() + held.pause,
                attempts=held.attempts,
            )


@dataclass(frozen=True, slots=True)
class _Seen:
    """A cart as the store tells of it, and all that its answer is told of that."""

    cart: Waiting
    found: Checked
    told: Mapping[str, str] = field(repr=False)

    def line(self, now: datetime) -> Mapping[str, Any]:
        return {
            "at": now.isoformat(),
            "what": "cart_written_up" if INVOICE in self.told else "cart_checked",
            "can_be_bought": sum(count for _, count in self.found.lines),
            "differences": len(self.found.differences),
        }


class _Turn:
    def __init__(
        self, due: Due, store: StoreWithThings, tokens: LiveTokens, services: Services
    ) -> None:
        self._store, self._services = store, services
        self._ask = partial(tokens.asking, due.shop_id)
        self._desk = Desk(due, store, self._ask, services)

    @property
    def due(self) -> Due:
        """As it is ours by now."""
        return self._desk.due

    def take(self) -> timedelta:
        with self._services.transactions.for_shop(self.due.shop_id) as tx:
            waiting = chat_carts.waiting(tx, self.due)
        on_sale = self._on_sale(waiting)
        seen = []
        for cart in waiting:
            found = checked(chosen(cart.told), on_sale)
            seen.append(_Seen(cart, found, told_of(found)))
        large = [each for each in seen if self._is_large(each)]
        # Nobody waits for somebody else's draft.
        self._answer([each for each in seen if each not in large])
        for each in large:
            told = {**each.cart.told, **each.told}
            invoice = self._desk.invoice(each.cart.id, told)
            self._answer([replace(each, told={**each.told, **invoice})])
        return timedelta()

    def _on_sale(self, waiting: Sequence[Waiting]) -> Mapping[VariantId, OnSale]:
        variants = {
            thing.variant_id
            for each in waiting
            for thing in chosen(each.told)
            if thing.variant_id is not None
        }
        if not variants:
            return {}
        return self._ask(partial(self._store.things_on_sale, variants=variants))

    def _is_large(self, seen: _Seen) -> bool:
        return self._desk.needed(seen.cart.id, {**seen.cart.told, **seen.told})

    def _answer(self, seen: Sequence[_Seen]) -> None:
        if not seen:
            return
        now = self._services.clock()
        looked = [Looked(each.cart.id, each.told, each.line(now)) for each in seen]
        with self._services.transactions.for_shop(self.due.shop_id) as tx:
            chat_carts.answer(tx, self.due.shop_id, looked, now=now)
        lanes = {Lane(each.cart.lane) for each in seen}
        self._services.hints.look_at_all([(Work.SEND, lane) for lane in lanes])
        log.info("carts_checked shop=%s carts=%s", self.due.shop_id, len(seen))
