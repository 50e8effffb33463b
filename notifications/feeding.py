"""Which tracking service follows a shop's parcels: chosen, looked at, given up.

The service is asked first whether it knows the key, and the key written down after.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import NotPossible
from core.values import ShopDomain, ShopId
from notifications.operating import Operator, crossing, shop_id_of, shop_named
from notifications.ports import Services, Tracker
from storage import feeds, followed
from storage.feeds import NewFeed
from storage.followed import State

_BEGIN_AFTER = timedelta(seconds=10)
"""What is being read at this moment does not know yet that parcels are followed."""

Tell = Callable[[str], None]


def switch_on(
    domain: ShopDomain,
    service: str,
    key: str,
    *,
    trackers: Mapping[str, Tracker],
    operator: Operator,
    services: Services,
    tell: Tell = lambda _what: None,
) -> int:
    """Have a shop's parcels followed; answer how many more numbers its key allows.

    Doing this again ends what held the service back, and follows no number twice.

    Raises:
        NotPossible: the shop is not connected, there is no such service, or another
            shop has this key.
        OutsideError: the service does not accept the key, or does not answer.
    """
    tracker = trackers.get(service)
    if tracker is None:
        known = ", ".join(trackers)
        raise NotPossible(f"{service} is not a tracking service (there is: {known})")
    shop_id = shop_id_of(
        shop_named(domain, "shop tracking", operator=operator, services=services)
    )
    key_print = feeds.print_of(service, key, services.book.pepper())
    with crossing(
        f"shop tracking {domain}", operator=operator, services=services
    ) as tx:
        other = feeds.shop_with(tx, key_print)
    if other not in (None, domain.host):
        raise NotPossible(
            f"{other} has this key: {tracker.title} tells of an account's parcels to "
            "one address only, so each store needs an account of its own"
        )
    tell(f"asking {tracker.title} for the quota")
    left = tracker.quota(key=key)
    now = services.clock()
    with services.transactions.for_shop(shop_id) as tx:
        feeds.switch_on(
            tx,
            shop_id,
            NewFeed(service=service, key=key, key_print=key_print, quota_left=left),
            sealer=services.sealer,
            now=now,
            due_at=now + _BEGIN_AFTER,
        )
    return left


def switch_off(domain: ShopDomain, *, operator: Operator, services: Services) -> bool:
    """Have no parcel followed any more, and forget the key; whether there was one.

    Raises:
        NotPossible: the shop is not connected.
    """
    shop_id = shop_id_of(
        shop_named(domain, "shop tracking off", operator=operator, services=services)
    )
    with services.transactions.for_shop(shop_id) as tx:
        return feeds.switch_off(tx, shop_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A shop's service as it stands. ``parked_until`` is None while nothing holds it.

    ``numbers`` counts them by their state, up to ``followed.MOST_COUNTED`` in all.
    """

    service: str
    connected_at: datetime
    quota_left: int | None
    quota_at: datetime | None
    parked_until: datetime | None
    parked_because: str | None
    numbers: Mapping[State, int]


def feed_of(shop_id: ShopId, services: Services) -> Feed | None:
    with services.transactions.for_shop(shop_id) as tx:
        row = feeds.feed_of(tx, shop_id)
        numbers = followed.counts_of(tx, shop_id) if row is not None else {}
    if row is None:
        return None
    because = row["parked_because"]
    return Feed(
        service=row["service"],
        connected_at=row["connected_at"],
        quota_left=row["quota_left"],
        quota_at=row["quota_at"],
        parked_until=None if because is None else row["due_at"],
        parked_because=because,
        numbers=numbers,
    )
