"""Turns at stores, and at Meta: each catalog has its own, and its own trouble."""

from collections.abc import Callable
from datetime import timedelta

from core.values import ShopId
from notifications import holding_back
from notifications.ports import Services
from storage import catalogs
from storage.catalogs import Side, Turn
from storage.tenancy import Crossing

LEASE = timedelta(minutes=10)
_AT_ONCE = 20


def take_turns(
    side: Side,
    take: Callable[[Turn], timedelta],
    *,
    services: Services,
    shop_id: ShopId | None = None,
) -> int:
    """Have what is due done, a catalog's turn after the other, or that of this shop
    alone; answer how many turns that were. ``take`` answers how long to wait for the
    turn after this."""
    for done in range(_AT_ONCE):
        now = services.clock()
        with services.transactions.across(Crossing.LOOKING) as tx:
            turn = catalogs.take_due(
                tx, side, now=now, until=now + LEASE, shop_id=shop_id
            )
        if turn is None:
            return done
        _have(turn, take, services)
    return _AT_ONCE


def _have(turn: Turn, take: Callable[[Turn], timedelta], services: Services) -> None:
    shop_id = turn.catalog.shop_id
    held = holding_back.turn(
        lambda: take(turn),
        shop_id=shop_id,
        attempts=turn.attempts,
        doing=f"catalog_{turn.side}",
    )
    with services.transactions.for_shop(shop_id) as tx:
        catalogs.hand_back(
            tx,
            turn,
            due_at=services.clock() + held.pause,
            attempts=held.attempts,
            because=held.because,
        )
