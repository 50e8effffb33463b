"""Codes for offers, made at Shopify just before their message leaves, and ended there.

Rows say what is to be made and what is to end; Shopify itself ends all of it a little
later at the latest. See docs/concepts/codes.md.
"""

from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby

from core.errors import WillNotWork
from notifications import holding_back
from notifications.access import LiveTokens
from notifications.code_portions import Portion, StoreWithCodes
from notifications.ending_codes import Ending, is_to_end
from notifications.making_codes import Making
from notifications.ports import Services
from notifications.rules.objections import Because
from storage import access, code_work, left_carts, outbox
from storage.code_work import Due, KnownDiscount, WorkCode
from storage.offer_codes import CodeState
from storage.tenancy import Crossing

SCOPE = "write_discounts"
DENIED = "shopify_access_denied"
NO_SCOPE = "no_scope"
LEASE = timedelta(minutes=2)
_PORTIONS_AT_ONCE = 100
_LOOKED_AT_ONCE = 500
_LOOK_PAUSE = timedelta(seconds=20)


def keep_codes(store: StoreWithCodes, *, services: Services) -> int:
    """Make and end what is due, a store's portion at a time; answer how many portions
    that were. Doing this twice, or in two places at once, makes nothing twice."""
    tokens = LiveTokens(store, services)
    for done in range(_PORTIONS_AT_ONCE):
        now = services.clock()
        with services.transactions.across(Crossing.LOOKING) as tx:
            due = code_work.take_due(tx, now=now, until=now + LEASE)
        if due is None:
            return done
        _keep(due, store, tokens, services)
    return _PORTIONS_AT_ONCE


def look_after_codes(*, services: Services) -> int:
    """Have those codes end that are of no use any more: their message will not leave,
    or their reader has bought. Answer how many were looked at."""
    looked = 0
    while True:
        now = services.clock()
        with services.transactions.across(Crossing.LOOKING) as tx:
            found = code_work.look(tx, now=now, pause=_LOOK_PAUSE, most=_LOOKED_AT_ONCE)
            done = left_carts.bought(tx, [message for _, message in found.others])
            bought = [code for code, message in found.others if message in done]
            code_work.have_ended(tx, found.idle, because="not_sent", now=now)
            code_work.have_ended(tx, bought, because="bought", now=now)
        seen = len(found.idle) + len(found.others)
        looked += seen
        if seen < _LOOKED_AT_ONCE:
            return looked


def _keep(
    due: Due, store: StoreWithCodes, tokens: LiveTokens, services: Services
) -> None:
    portion = Portion(due, store, tokens, services, set(due.codes))
    held = holding_back.turn(
        lambda: _take(portion),
        shop_id=due.shop_id,
        attempts=due.attempts,
        doing="codes",
    )
    with portion.transaction() as tx:
        if held.because is not None:
            code_work.hold(
                tx,
                portion.left,
                due_at=services.clock() + held.pause,
                attempts=held.attempts,
                because=held.because,
            )
        code_work.let_go(tx, due)
        waiting = [Because.CODE_NOT_READY]
        outbox.wake(tx, due.shop_id, waiting, now=services.clock())


def _take(portion: Portion) -> timedelta:
    try:
        _must_be_allowed(portion)
        _work(portion)
    except WillNotWork as refusal:
        if refusal.code not in (NO_SCOPE, DENIED):
            raise
        # Messages go without rather than wait for an owner.
        wanted = [each for each in portion.known() if each.asked_at is None]
        portion.note_over(
            [each for each in wanted if each.state is CodeState.WANTED],
            CodeState.FAILED,
            NO_SCOPE,
        )
        if portion.left:
            raise
    return timedelta()


def _must_be_allowed(portion: Portion) -> None:
    with portion.transaction() as tx:
        known = access.of_shop(tx, portion.due.shop_id)
    scopes = None if known is None else known.scopes
    if scopes is not None and SCOPE not in scopes:
        raise WillNotWork("the app may make no codes there", code=NO_SCOPE)


def _work(portion: Portion) -> None:
    now = portion.services.clock()
    found = portion.known()
    portion.left.intersection_update(each.id for each in found)
    ending, making = Ending(portion), Making(portion)
    to_end = [each for each in found if is_to_end(each, now)]
    for discount, codes in _by_discount(to_end):
        ending.end(discount, codes, now)
    making.assign([each for each in found if each not in to_end], now)
    wanted = [
        each
        for each in portion.known()
        if each.state is CodeState.WANTED and not is_to_end(each, now)
    ]
    for discount, codes in _by_discount(wanted):
        if discount is not None:
            making.make(discount, codes)


def _by_discount(
    codes: Iterable[WorkCode],
) -> list[tuple[KnownDiscount | None, list[WorkCode]]]:
    by_id = sorted(codes, key=_discount_id)
    groups = [list(group) for _, group in groupby(by_id, key=_discount_id)]
    return [(group[0].discount, group) for group in groups]


def _discount_id(code: WorkCode) -> int:
    return 0 if code.discount is None else code.discount.id
