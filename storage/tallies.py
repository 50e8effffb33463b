"""How many messages each automation has sent a day, and what became of them.

Counting them when somebody asks would take longer the more a store has sent. So each is
counted when it moves on, in the same transaction. What is counted is written beside the
totals, since all who send for a store would wait for one row; ``add_up`` makes few of
many.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.values import ShopId
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import tallies
from storage.trials import TEST


class What(StrEnum):
    """What is counted; kept, so never rename a value."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    SKIPPED = "skipped"
    CHARGED = "charged"


@dataclass(frozen=True, slots=True)
class Step:
    """A message of an automation that has come so far. ``timezone`` is its store's;
    of what Meta charges there are also the ``kind`` of message and the ``country``."""

    shop_id: ShopId
    timezone: str
    automation: str
    what: What
    kind: str = ""
    country: str = ""


_FAR = {"sent": 1, "delivered": 2, "read": 3}
_STEPS = (What.SENT, What.DELIVERED, What.READ)


def steps_between(before: str, after: str, *, was_taken: bool) -> Sequence[What]:
    """What is to be counted of a message whose state changes. A report may tell of
    several steps at once; none is counted twice. ``was_taken`` is whether Meta had
    taken it before."""
    if before == after:
        return ()
    if after == "failed":
        return (What.FAILED,)
    known = _FAR.get(before, 1 if was_taken else 0)
    return _STEPS[known : _FAR.get(after, 0)]


_NEW = columns_of(
    tallies, ("shop_id", "day", "automation", "what", "kind", "country", "count")
)
_COUNT = Statement(f"""
INSERT INTO tallies ({", ".join(_NEW)}) SELECT * FROM {unfolded(_NEW)}
""")


def count(tx: Transaction, steps: Iterable[Step], *, now: datetime) -> None:
    """Count these, on the day that it is ``now`` at their store."""
    rows = [
        {
            "shop_id": step.shop_id,
            "day": _day(now, step.timezone).isoformat(),
            "automation": step.automation,
            "what": step.what,
            "kind": step.kind,
            "country": step.country,
            "count": number,
        }
        for step, number in Counter(steps).items()
    ]
    if rows:
        tx.run(_COUNT, folded(rows))


def _day(now: datetime, timezone: str) -> date:
    try:
        return now.astimezone(ZoneInfo(timezone)).date()
    except (ValueError, ZoneInfoNotFoundError):
        return now.date()


# In one order, so that two who add up cannot each wait for the other.
_ADD_UP = Statement("""
WITH chosen AS MATERIALIZED (
  SELECT id FROM tallies WHERE NOT is_total LIMIT :most FOR UPDATE SKIP LOCKED),
gone AS (
  DELETE FROM tallies WHERE id IN (SELECT id FROM chosen)
  RETURNING shop_id, day, automation, what, kind, country, count),
written AS (
  INSERT INTO tallies AS t
    (shop_id, day, automation, what, kind, country, count, is_total)
  SELECT shop_id, day, automation, what, kind, country, sum(count), true FROM gone
  GROUP BY shop_id, day, automation, what, kind, country
  ORDER BY shop_id, day, automation, what, kind, country
  ON CONFLICT (shop_id, day, automation, what, kind, country) WHERE is_total
  DO UPDATE SET count = t.count + excluded.count)
SELECT count(*) AS gone FROM gone
""")


def add_up(tx: Transaction, *, limit: int) -> int:
    """Put what was counted lately into the totals, at most ``limit`` rows; answer how
    many these were."""
    [row] = tx.ask(_ADD_UP, {"most": limit})
    return int(row.gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A count. ``month`` is told of what Meta charges, by its first day: prices change
    with a quarter of the year."""

    automation: str
    what: What
    kind: str
    country: str
    month: date | None
    count: int


_SINCE = """
SELECT automation, what, kind, country, {month} AS month, sum(count) AS count
FROM tallies WHERE shop_id = :shop AND day >= :since AND {which}
GROUP BY 1, 2, 3, 4, 5"""
_MONTH = "CASE WHEN what = 'charged' THEN date_trunc('month', day)::date END"
# Each of the two by an index of its own.
_TALLIES = Statement(f"""
SELECT automation, what, kind, country, month, sum(count) AS count FROM (
  {_SINCE.format(which="is_total", month=_MONTH)}
  UNION ALL
  {_SINCE.format(which="NOT is_total", month=_MONTH)}) AS counted
GROUP BY 1, 2, 3, 4, 5
""")


def since(tx: Transaction, shop_id: ShopId, day: date) -> list[Tally]:
    """All that was counted of a shop from a day on: a few rows for each day, however
    much it sends."""
    return [
        Tally(
            automation=row.automation,
            what=What(row.what),
            kind=row.kind,
            country=row.country,
            month=row.month,
            count=int(row.count),
        )
        for row in tx.ask(_TALLIES, {"shop": shop_id, "since": day})
    ]


_OF_DAYS = """
SELECT day, what, sum(count) AS count FROM tallies
WHERE shop_id = :shop AND day >= :since AND automation <> :test AND {which}
GROUP BY 1, 2"""
_BY_DAY = Statement(f"""
{_OF_DAYS.format(which="is_total")}
UNION ALL
{_OF_DAYS.format(which="NOT is_total")}
""")


def by_day(tx: Transaction, shop_id: ShopId, day: date) -> dict[tuple[date, What], int]:
    """How much of each was counted on each day from one on; of all automations,
    but not of tests, which go to nobody but whoever sends them."""
    found: Counter[tuple[date, What]] = Counter()
    for row in tx.ask(_BY_DAY, {"shop": shop_id, "since": day, "test": TEST}):
        found[row.day, What(row.what)] += int(row.count)
    return dict(found)
