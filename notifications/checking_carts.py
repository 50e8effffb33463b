"""Stores are asked about the carts that people have filled in a chat.

Rows say which. Asking changes nothing at the store, so whatever was done before a crash
is done again.
"""

import logging
from collections.abc import Collection, Mapping
from datetime import timedelta
from functools import partial
from typing import Protocol

from core.lanes import Lane, Work
from core.values import ShopDomain, VariantId
from notifications import holding_back
from notifications.access import LiveToken, LiveTokens
from notifications.chat_carts import chosen, told_of
from notifications.connecting import Store
from notifications.ports import Services
from notifications.rules.chat_carts import OnSale, checked
from storage import chat_carts
from storage.chat_carts import Due, Looked
from storage.tenancy import Crossing

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
"""So long a cart is one process's. If two ask the store about it, nothing is lost."""
_PORTIONS_AT_ONCE = 100


class StoreWithThings(Store, Protocol):
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
    held = holding_back.turn(
        partial(_turn, due, store, tokens, services),
        shop_id=due.shop_id,
        attempts=due.attempts,
        doing="cart_checking",
    )
    with services.transactions.for_shop(due.shop_id) as tx:
        if held.because is None:
            chat_carts.done(tx, due)
        else:
            # Once the answer has left without the store's word, nothing is looked for.
            chat_carts.hold(
                tx,
                due,
                due_at=services.clock() + held.pause,
                attempts=held.attempts,
            )


def _turn(
    due: Due, store: StoreWithThings, tokens: LiveTokens, services: Services
) -> timedelta:
    with services.transactions.for_shop(due.shop_id) as tx:
        waiting = chat_carts.waiting(tx, due)
    carts = {each.id: chosen(each.told) for each in waiting}
    variants = {
        thing.variant_id
        for things in carts.values()
        for thing in things
        if thing.variant_id is not None
    }
    if not carts:
        return timedelta()
    on_sale: Mapping[VariantId, OnSale] = {}
    if variants:
        ask = partial(store.things_on_sale, variants=variants)
        on_sale = tokens.asking(due.shop_id, ask)
    now = services.clock()
    looked = []
    for id_, things in carts.items():
        found = checked(things, on_sale)
        line = {
            "at": now.isoformat(),
            "what": "cart_checked",
            "can_be_bought": sum(count for _, count in found.lines),
            "differences": len(found.differences),
        }
        looked.append(Looked(id_, told_of(found), line))
    with services.transactions.for_shop(due.shop_id) as tx:
        chat_carts.answer(tx, due.shop_id, looked, now=now)
    lanes = {Lane(each.lane) for each in waiting}
    services.hints.look_at_all([(Work.SEND, lane) for lane in lanes])
    log.info("carts_checked shop=%s carts=%s", due.shop_id, len(looked))
    return timedelta()
