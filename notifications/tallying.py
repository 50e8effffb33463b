"""What came of each automation lately, for its owner: counts, and what they cost."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from core.values import Money, ShopId
from notifications import rates
from notifications.ports import Services
from storage import tallies
from storage.session import Transaction
from storage.tallies import Tally, What
from storage.tenancy import Crossing

LATELY = timedelta(days=30)

_AT_ONCE = 5_000


def add_up(*, services: Services) -> int:
    """Put what was counted since the last time into the totals, in portions; answer how
    many rows that were. What it has not come to is told all the same."""
    added = 0
    while True:
        with services.transactions.across(Crossing.KEEPING) as tx:
            count = tallies.add_up(tx, limit=_AT_ONCE)
        added += count
        if count < _AT_ONCE:
            return added


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Of one automation. ``costs`` are what is known to be charged, one for each
    currency; ``unpriced`` is how many are charged of which no price is known here, by
    Meta's name for the kind of message."""

    counts: Mapping[What, int] = field(default_factory=dict)
    costs: tuple[Money, ...] = ()
    unpriced: Mapping[str, int] = field(default_factory=dict)

    def of(self, what: What) -> int:
        return self.counts.get(what, 0)

    @property
    def sent(self) -> int:
        return self.of(What.SENT)

    @property
    def delivered(self) -> int:
        return self.of(What.DELIVERED)

    @property
    def read(self) -> int:
        return self.of(What.READ)

    @property
    def failed(self) -> int:
        return self.of(What.FAILED)

    @property
    def skipped(self) -> int:
        return self.of(What.SKIPPED)


NOTHING = Results()


def together(each: Sequence[Results]) -> Results:
    """What came of several, such as of the steps of a flow."""
    counts: Counter[What] = Counter()
    costs: Counter[str] = Counter()
    unpriced: Counter[str] = Counter()
    for one in each:
        counts.update(one.counts)
        costs.update({money.currency: money.amount for money in one.costs})
        unpriced.update(one.unpriced)
    return Results(
        counts=dict(counts),
        costs=tuple(Money(Decimal(costs[name]), name) for name in sorted(costs)),
        unpriced=dict(unpriced),
    )


def lately(tx: Transaction, shop_id: ShopId, today: date) -> Mapping[str, Results]:
    """What came of each automation in the last thirty days, ``today`` among them; the
    names of those of which nothing did are left out. One query."""
    found = tallies.since(tx, shop_id, today - LATELY + timedelta(days=1))
    by_name: dict[str, list[Tally]] = {}
    for each in found:
        by_name.setdefault(each.automation, []).append(each)
    return {name: results_of(theirs) for name, theirs in by_name.items()}


def results_of(found: Iterable[Tally]) -> Results:
    counts: Counter[What] = Counter()
    costs: dict[str, Decimal] = {}
    unpriced: Counter[str] = Counter()
    for each in found:
        counts[each.what] += each.count
        if each.what is not What.CHARGED:
            continue
        price = _price(each)
        if price is None:
            unpriced[each.kind] += each.count
        else:
            so_far = costs.get(price.currency, Decimal())
            costs[price.currency] = so_far + Decimal(price.amount) * each.count
    return Results(
        counts=dict(counts),
        costs=tuple(Money(costs[each], each) for each in sorted(costs)),
        unpriced=dict(unpriced),
    )


def _price(each: Tally) -> Money | None:
    """Meta tells no amounts, so the price list does, as far as it is known."""
    if each.kind != "marketing" or each.month is None:
        return None
    return rates.marketing_price(each.country or None, on=each.month)
