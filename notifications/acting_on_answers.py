"""What buyers answered about their orders, carried out at Shopify.

Rows say what is to be done. Each step begins with a look at how the order stands there,
so whatever was done before a crash, by us or by somebody else, is not done again.
"""

import logging
from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from core.echoes import LEASE
from core.errors import WillNotWork
from core.lanes import Lane, Work
from core.values import Answer, OrderId, ShopDomain
from notifications import buyers_answers, holding_back
from notifications.access import LiveToken, LiveTokens
from notifications.automations.cod_confirmation import AUTOMATION, silent_after, wanted
from notifications.connecting import Store
from notifications.ports import Services
from notifications.replies import Says
from notifications.rules.buyers_answers import (
    AddTag,
    AtStore,
    CancelOrder,
    Done,
    HoldShipping,
    LookAgain,
    Outcome,
    Tried,
    next_step,
)
from notifications.rules.news import is_paid_at_door
from storage import access, open_answers, order_answers, outbox
from storage.open_answers import Due, Open
from storage.order_answers import Said
from storage.session import Transaction
from storage.tenancy import Crossing

log = logging.getLogger(__name__)

SCOPE = "write_orders"
HOLD_SCOPE = "write_merchant_managed_fulfillment_orders"
NO_SCOPE = "no_scope"
REFUSED = "shopify_user_error"
_DENIED = "shopify_access_denied"
_PORTIONS_AT_ONCE = 100
_MOST_STEPS = 6
_ASKED_SOON = timedelta(minutes=10)


class StoreWithOrders(Store, Protocol):
    """A store in which orders are changed. Each call may raise an OutsideError."""

    def order_at_store(
        self, shop: ShopDomain, token: LiveToken, *, order_id: OrderId
    ) -> AtStore | None:
        """None where there is no such order."""

    def tag_order(
        self, shop: ShopDomain, token: LiveToken, *, order_id: OrderId, tag: str
    ) -> None:
        """A second time changes nothing."""

    def cancel_order(
        self, shop: ShopDomain, token: LiveToken, *, order_id: OrderId, is_wish: bool
    ) -> None:
        """It is done some time after the answer. Nothing is refunded; the things go
        back into stock, and the buyer is told by e-mail."""

    def hold_shipping(
        self, shop: ShopDomain, token: LiveToken, *, order_id: OrderId
    ) -> int:
        """Hold all of it that can be held, each part once; how many parts are held."""


def act_on_answers(store: StoreWithOrders, *, services: Services) -> int:
    """Do what is due, a store's portion at a time; answer how many portions that were.
    Doing this twice, or in two places at once, does nothing twice."""
    tokens = LiveTokens(store, services)
    for done in range(_PORTIONS_AT_ONCE):
        now = services.clock()
        with services.transactions.across(Crossing.LOOKING) as tx:
            due = open_answers.take_due(tx, now=now, until=now + LEASE)
        if due is None:
            return done
        _act(due, store, tokens, services)
    return _PORTIONS_AT_ONCE


def _act(
    due: Due, store: StoreWithOrders, tokens: LiveTokens, services: Services
) -> None:
    turn = _Turn(due, store, tokens, services)
    held = holding_back.turn(
        turn.take, shop_id=due.shop_id, attempts=due.attempts, doing="answer_acting"
    )
    with services.transactions.for_shop(due.shop_id) as tx:
        if held.because is not None:
            open_answers.hold(
                tx,
                due,
                turn.left,
                due_at=services.clock() + held.pause,
                attempts=held.attempts,
                because=held.because,
            )
        open_answers.let_go(tx, due)


@dataclass(frozen=True, slots=True)
class _Result:
    outcome: Outcome
    because: str | None = None


class _Turn:
    """A store's portion; what is ``left`` was not come to the end with."""

    def __init__(
        self,
        due: Due,
        store: StoreWithOrders,
        tokens: LiveTokens,
        services: Services,
    ) -> None:
        self.due, self.store = due, store
        self.tokens, self.services = tokens, services
        self.left = list(due.orders)

    def take(self) -> timedelta:
        with self._transaction() as tx:
            known = access.of_shop(tx, self.due.shop_id)
        scopes = None if known is None else known.scopes
        for order_id in self.due.orders:
            if (order := self._answered(order_id)) is not None:
                self._carry_out(order, scopes)
            self.left.remove(order_id)
        return timedelta()

    def _answered(self, order_id: OrderId) -> Open | None:
        """What was answered about it; None where that is not known yet, and where there
        is nothing to do."""
        now, shop_id = self.services.clock(), self.due.shop_id
        with self._transaction() as tx:
            order = self._opened(tx, order_id)
            if order is None or order.said is not None:
                return order
            if (because := _needs_no_answer(order)) is not None:
                self._settle(tx, order, _Result(Outcome.LET_BE, because), now)
                return None
            if (at := _silent_at(order, now)) > now:
                open_answers.postpone(tx, shop_id, order_id, said=None, due_at=at)
                return None
            silence = Said(
                shop_id=shop_id,
                order_id=order_id,
                question=order.question,
                answer=Answer.SILENT,
                at=now,
                number=None,
            )
            if order_answers.say(tx, [silence], now=now):
                line = {"at": now.isoformat(), "what": "buyer_silent"}
                order_answers.add_lines(tx, [(order.question, line)])
            return self._opened(tx, order_id)

    def _opened(self, tx: Transaction, order_id: OrderId) -> Open | None:
        return open_answers.open_answer(
            tx, self.due.shop_id, order_id, automation=AUTOMATION.name
        )

    def _carry_out(self, order: Open, scopes: Collection[str] | None) -> None:
        result: _Result | LookAgain
        if scopes is not None and SCOPE not in scopes:
            result = _Result(Outcome.WITHHELD, NO_SCOPE)
        else:
            try:
                result = self._steps(order, scopes)
            except WillNotWork as refusal:
                if refusal.code not in (_DENIED, REFUSED):
                    raise
                result = _as_result(refusal)
        now = self.services.clock()
        with self._transaction() as tx:
            if isinstance(result, LookAgain):
                open_answers.postpone(
                    tx,
                    self.due.shop_id,
                    order.order_id,
                    said=order.said,
                    due_at=result.at,
                )
                return
            self._settle(tx, order, result, now)
        self.services.hints.look_at_all([(Work.SEND, Lane(order.lane))])

    def _steps(
        self, order: Open, scopes: Collection[str] | None
    ) -> _Result | LookAgain:
        assert order.said is not None
        shop_id, order_id = self.due.shop_id, order.order_id
        tried = Tried(cancels=order.cancels, since=order.cancelling_since)
        look = partial(self.store.order_at_store, order_id=order_id)
        for _ in range(_MOST_STEPS):
            now = self.services.clock()
            step = next_step(
                order.said,
                self.tokens.asking(shop_id, look),
                wanted=wanted(AUTOMATION.config_kept(order.config)),
                tried=tried,
                was_reached=order.was_reached,
                now=now,
            )
            match step:
                case Done(outcome):
                    return _Result(outcome)
                case LookAgain():
                    return step
                case AddTag(tag):
                    add = partial(self.store.tag_order, order_id=order_id, tag=tag)
                    self.tokens.asking(shop_id, add)
                case HoldShipping():
                    return self._hold(order_id, scopes)
                case CancelOrder(is_wish):
                    if not self._begin_cancelling(order_id, now):
                        return _Result(Outcome.GONE)
                    tried = Tried(cancels=tried.cancels + 1, since=now)
                    cancel = partial(
                        self.store.cancel_order, order_id=order_id, is_wish=is_wish
                    )
                    self.tokens.asking(shop_id, cancel)
        raise LookupError("the order does not come to rest")

    def _begin_cancelling(self, order_id: OrderId, now: datetime) -> bool:
        with self._transaction() as tx:
            return open_answers.begin_cancelling(
                tx, self.due.shop_id, order_id, now=now
            )

    def _hold(self, order_id: OrderId, scopes: Collection[str] | None) -> _Result:
        if scopes is not None and HOLD_SCOPE not in scopes:
            return _Result(Outcome.WITHHELD, NO_SCOPE)
        hold = partial(self.store.hold_shipping, order_id=order_id)
        held = self.tokens.asking(self.due.shop_id, hold)
        return _Result(Outcome.HELD if held else Outcome.TAGGED)

    def _settle(
        self, tx: Transaction, order: Open, result: _Result, now: datetime
    ) -> None:
        """It is done with. Who cancelled is told now what came of it."""
        shop_id, outcome = self.due.shop_id, result.outcome
        is_settled = open_answers.settle(
            tx,
            shop_id,
            order.order_id,
            said=order.said,
            outcome=outcome,
            because=result.because,
        )
        if not is_settled:
            return
        log.info("answer_acted_on shop=%s outcome=%s", shop_id, outcome)
        line = {"at": now.isoformat(), "what": f"store_{outcome}"}
        if outcome is Outcome.LET_BE and result.because is not None:
            line["because"] = result.because
        order_answers.add_lines(tx, [(order.question, line)])
        if order.said is not Answer.CANCELLED:
            return
        if order.number is None or order.contact_id is None:
            return
        answer = buyers_answers.reply(
            _TOLD.get(outcome, Says.WISH_NOTED),
            shop_id=shop_id,
            order_id=order.order_id,
            contact_id=order.contact_id,
            number=order.number,
            language=order.language,
            wanted_at=now,
            now=now,
            services=self.services,
        )
        outbox.add(tx, [answer], now=now)

    def _transaction(self) -> AbstractContextManager[Transaction]:
        return self.services.transactions.for_shop(self.due.shop_id)


_TOLD = {
    Outcome.CANCELLED: Says.ORDER_CANCELLED,
    Outcome.ON_ITS_WAY: Says.ON_ITS_WAY,
}
"""In all other cases the store sees to it itself."""


def _as_result(refusal: WillNotWork) -> _Result:
    if refusal.code == _DENIED:
        return _Result(Outcome.WITHHELD, NO_SCOPE)
    return _Result(Outcome.NOT_CANCELLED, REFUSED)


def _needs_no_answer(order: Open) -> str | None:
    """Why nobody has to know any more whether the buyer wants it."""
    if not order.is_on:
        return "automation_off"
    if order.cancelled_at is not None:
        return "order_cancelled"
    if not is_paid_at_door(order.payment, order.cash_on_delivery):
        return "overtaken"
    return None


def _silent_at(order: Open, now: datetime) -> datetime:
    """When silence counts, as far as can be told now."""
    if order.is_being_asked:
        return now + _ASKED_SOON
    if order.asked_at is None:
        return now
    return order.asked_at + silent_after(AUTOMATION.config_kept(order.config))
