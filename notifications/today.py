"""What happened at a shop today, and what waits for somebody: for the first page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from core.values import ShopDomain, ShopId
from notifications.ports import Services
from storage import attention, tallies
from storage.attention import Begun, Waiting, Webhooks
from storage.tallies import What
from storage.tenancy import Crossing

DAYS = 14
"""So many days are shown beside each other, today included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """``counts`` are of each of the last days, on the shop's clock."""

    days: tuple[date, ...]
    counts: Mapping[tuple[date, What], int]
    begun: Begun
    waiting: Waiting
    webhooks: Webhooks

    def of(self, what: What) -> int:
        """How often it happened today."""
        return self.counts.get((self.days[-1], what), 0)

    def over_days(self, what: What) -> list[int]:
        return [self.counts.get((day, what), 0) for day in self.days]


def of_shop(
    shop_id: ShopId, shop: ShopDomain, *, clock: tzinfo, services: Services
) -> Today:
    """As it is at this moment, by four queries whatever there is. ``clock`` is the
    zone of the shop."""
    now = services.clock()
    last = now.astimezone(clock).date()
    days = tuple(last - timedelta(days=n) for n in reversed(range(DAYS)))
    today = datetime.combine(last, time(), clock)
    with services.transactions.for_shop(shop_id) as tx:
        counts = tallies.by_day(tx, shop_id, days[0])
        begun = attention.begun(tx, shop_id, today=today)
        waiting = attention.waiting(tx, shop_id, shop.host, now=now)
    # Nobody knows yet whose a webhook is that was not read: see the door.
    with services.transactions.across(Crossing.SERVING) as tx:
        webhooks = attention.webhooks(tx, shop.host)
    return Today(
        days=days, counts=counts, begun=begun, waiting=waiting, webhooks=webhooks
    )
