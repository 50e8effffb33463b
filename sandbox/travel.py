"""Time travel in the sandbox: an hour or a day passes, or all of it is undone.

How far the time is moved stands in one small file, at which every process of the
program looks: see ``core.clock``.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path

from core.clock import FURTHEST, MovedClock, offset_in
from core.errors import NotPossible
from core.values import ShopId
from core.words import N_
from notifications.ports import Services
from notifications.sending import LEASE
from sandbox.files import folder
from storage.session import Transaction
from storage.statements import Statement
from storage.tenancy import Crossing


def travel(time: timedelta, *, clock: MovedClock, data_dir: Path) -> timedelta:
    """Let so much more time pass; answers how far it is moved then.

    Raises:
        NotPossible: another store than the simulated one is connected, or it would be
            too far, or not forward.
    """
    there = offset_in(clock.file) + time
    if time <= timedelta(0) or there > FURTHEST:
        raise NotPossible(
            N_("time goes forward, and at most %(days)s days"), days=FURTHEST.days
        )
    folder(data_dir)
    _write(clock.file, there)
    # Asked once it is written: a store that is connected meanwhile is either seen
    # here, or finds it written and has it ignored.
    if clock.offset != there:
        clock.file.unlink(missing_ok=True)
        raise NotPossible(
            N_("a store that is not the sandbox's is connected, and lives in real time")
        )
    return there


def come_home(shop_id: ShopId | None, *, clock: MovedClock, services: Services) -> None:
    """Back to now. What holds the future's moments is told that they are over.

    What is known of an order stays: news that happened earlier than what is known of
    it already changes nothing, as always.
    """
    clock.file.unlink(missing_ok=True)
    if shop_id is not None:
        # Across, since what nobody has read yet is nobody's.
        with services.transactions.across(Crossing.LOOKING) as tx:
            _forget_the_future(tx, shop_id, services.clock())


def _write(file: Path, offset: timedelta) -> None:
    fresh = file.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(str(int(offset.total_seconds())))
    fresh.replace(file)


_NUMBERS = Statement("""
UPDATE numbers SET next_slot_at = least(next_slot_at, :now),
  news_until = least(news_until, :now), offers_until = least(offers_until, :now),
  parked_until = least(parked_until, :now),
  templates_due_at = least(templates_due_at, :now)
WHERE shop_id = :shop
""")
_CONTACTS = Statement("""
UPDATE contacts SET pair_burst_at = NULL, pair_paid_at = NULL
WHERE shop_id = :shop AND pair_paid_at > :now
""")
_CHATS = Statement("""
UPDATE contacts SET wrote_at = :now WHERE shop_id = :shop AND wrote_at > :now
""")
_TAKEN = Statement("""
UPDATE messages SET lease_until = :lease_ends
WHERE shop_id = :shop AND queue = 'sending' AND lease_until > :lease_ends
""")
_UNREAD = Statement("""
UPDATE webhooks SET next_attempt_at = :now
WHERE state = 'pending' AND next_attempt_at > :now
""")


_COMPARED = Statement("""
UPDATE comparisons SET due_at = least(due_at, :now),
  orders_until = least(orders_until, :now),
  checkouts_until = least(checkouts_until, :now),
  consents_until = least(consents_until, :now),
  subscriptions_due_at = least(subscriptions_due_at, :now)
WHERE shop_id = :shop
""")
_PAST = Statement("""
UPDATE backfills SET due_at = least(due_at, :now) WHERE shop_id = :shop
""")
_CONSENTS = Statement("""
UPDATE consent_pushes SET due_at = least(due_at, :now),
  claimed_until = least(claimed_until, :now)
WHERE shop_id = :shop AND due_at IS NOT NULL
""")
_CODES = Statement("""
UPDATE offer_codes SET claimed_until = least(claimed_until, :now),
  looked_at = least(looked_at, :now)
WHERE shop_id = :shop
""")
_LOOKED = Statement("""
DELETE FROM cart_looks WHERE shop_id = :shop AND asked_at > :now
""")
_LOOKS = Statement("""
UPDATE cart_looks SET claimed_until = least(claimed_until, :now),
  due_at = least(due_at, :now)
WHERE shop_id = :shop AND due_at IS NOT NULL
""")
_ANSWERS = Statement("""
UPDATE order_answers SET claimed_until = least(claimed_until, :now)
WHERE shop_id = :shop AND due_at IS NOT NULL
""")
_CHAT_CARTS = Statement("""
UPDATE chat_carts SET due_at = least(due_at, :now),
  claimed_until = least(claimed_until, :now)
WHERE shop_id = :shop
""")
_PLAYS = Statement("""
UPDATE flow_replays SET claimed_until = least(claimed_until, :now)
WHERE shop_id = :shop
""")
_POINTS = Statement("""
UPDATE admin_api SET filled_at = least(filled_at, :now) WHERE shop_id = :shop
""")


def _forget_the_future(tx: Transaction, shop_id: ShopId, now: datetime) -> None:
    asked = {"shop": shop_id, "now": now}
    tx.run(_NUMBERS, asked)
    tx.run(_CONTACTS, asked)
    tx.run(_CHATS, asked)
    tx.run(_UNREAD, asked)
    for statement in (
        *(_COMPARED, _PAST, _CONSENTS, _CODES, _LOOKED, _LOOKS, _ANSWERS),
        *(_CHAT_CARTS, _PLAYS, _POINTS),
    ):
        tx.run(statement, asked)
    tx.run(_TAKEN, {"shop": shop_id, "lease_ends": now + LEASE})
