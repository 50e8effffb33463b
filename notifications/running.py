"""How it goes at one shop: what waits and for how long, what fails, what was found
lost, and what comes next. Nothing of any other shop is in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from core.errors import NotPossible
from core.lanes import Work
from core.values import ShopDomain, ShopId
from core.words import N_
from notifications.ports import Services
from storage import attention, backfills, changes, comparisons, running, shops
from storage.attention import Waiting, Webhooks
from storage.changes import By, Change
from storage.running import Failure, Messages, Runs, StuckWebhook
from storage.tenancy import Crossing


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """``comparison`` and ``backfills`` are as they are kept; None where the store was
    never compared. ``is_alone`` is whether the installation has no other store."""

    messages: Messages
    failures: Sequence[Failure]
    webhooks: Webhooks
    stuck: Sequence[StuckWebhook]
    waiting: Waiting
    comparison: Mapping[str, Any] | None
    backfills: Sequence[Mapping[str, Any]]
    runs: Runs
    is_alone: bool


def of_shop(shop_id: ShopId, shop: ShopDomain, services: Services) -> Running:
    """As it is at this moment, by a fixed number of queries."""
    now = services.clock()
    with services.transactions.for_shop(shop_id) as tx:
        messages = running.messages(tx, shop_id, now=now)
        failures = running.failures(tx, shop_id, now=now)
        waiting = attention.waiting(tx, shop_id, shop.host, now=now)
        runs = running.runs(tx, shop_id)
        compared = comparisons.of_shop(tx, shop_id)
        parts = backfills.of_shop(tx, shop_id)
    # Nobody knows yet whose a webhook is that was not read: see the door.
    with services.transactions.across(Crossing.SERVING) as tx:
        webhooks = attention.webhooks(tx, shop.host)
        stuck = running.stuck(tx, shop.host)
        is_alone = not shops.has_other_than(tx, shop.host)
    return Running(
        messages=messages,
        failures=failures,
        webhooks=webhooks,
        stuck=stuck,
        waiting=waiting,
        comparison=compared,
        backfills=parts,
        runs=runs,
        is_alone=is_alone,
    )


def every_failure(shop_id: ShopId, services: Services) -> Sequence[Failure]:
    """Why messages of the last day failed: all there is, whatever a page shows."""
    with services.transactions.for_shop(shop_id) as tx:
        return running.failures(tx, shop_id, now=services.clock(), limit=running.MOST)


def stuck_before(
    shop: ShopDomain, before: int | None, services: Services, *, limit: int
) -> Sequence[StuckWebhook]:
    """The shop's stuck webhooks, the newest first, from before one of them."""
    with services.transactions.across(Crossing.SERVING) as tx:
        return running.stuck(tx, shop.host, before=before, limit=limit)


def read_again(
    shop_id: ShopId,
    shop: ShopDomain,
    webhook_id: int | None,
    *,
    by: By,
    services: Services,
) -> int:
    """Have one of the shop's stuck webhooks read once more, or with None all of them;
    how many these are. Reading twice changes nothing, and sends nothing twice.

    Raises:
        NotPossible: there is none of the shop's that is stuck and whose body is kept.
    """
    now = services.clock()
    with services.transactions.across(Crossing.SERVING) as tx:
        lanes = running.try_again(tx, shop.host, webhook_id, now=now)
        if not lanes:
            raise NotPossible(
                N_("It is not there, was read meanwhile, or is kept no more.")
            )
        subject = None if webhook_id is None else f"event {webhook_id}"
        change = Change(
            what="event_retried", subject=subject, after={"count": len(lanes)}
        )
        changes.note(tx, shop_id, by, change, now=now)
        for lane in sorted(set(lanes)):
            tx.after_commit(partial(services.hints.look, Work.READ, lane))
    return len(lanes)
