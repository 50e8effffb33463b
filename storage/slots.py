"""Which shops have something to send, through which numbers, and when each is free."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from core.lanes import Lane
from core.values import ShopId
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction
from storage.statements import Statement
from storage.tables import numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyNumber:
    """A number through which a shop's messages may leave; its token is sealed. One that
    ``is_on_phone`` is used in the WhatsApp Business app as well.

    Who finds no slot of it stands in line, news apart from offers: ``news_until`` and
    ``offers_until`` are when the last of them are to look again.
    """

    phone_number_id: str
    account_id: str
    is_default: bool
    countries: Collection[str]
    token: bytes = field(repr=False)
    next_slot_at: datetime
    news_until: datetime | None
    offers_until: datetime | None
    parked_until: datetime | None
    is_on_phone: bool


@dataclass(frozen=True, slots=True)
class ReadyShop:
    """A shop with something due. ``throughput`` is messages a second through each of
    its ``numbers``, of which the default one is the first."""

    shop_id: ShopId
    throughput: int
    numbers: Sequence[ReadyNumber]


_OF_NUMBER = tuple(each.name for each in fields(ReadyNumber))
_values_of = attrgetter(*_OF_NUMBER)
_READY = Statement(f"""
SELECT s.id, s.throughput, {", ".join(f"n.{name}" for name in _OF_NUMBER)}
FROM shops s LEFT JOIN numbers n ON n.shop_id = s.id
WHERE s.lane = ANY(CAST(:lanes AS smallint[])) AND EXISTS (
  SELECT 1 FROM (VALUES (0), (1)) AS p (priority) WHERE EXISTS (
    SELECT 1 FROM messages m
    WHERE m.shop_id = s.id AND m.queue = 'waiting' AND m.priority = p.priority
      AND m.due_at <= :now))
ORDER BY s.id, n.is_default DESC, n.connected_at
""")


def ready_shops(
    tx: Transaction, lanes: Sequence[Lane], *, now: datetime
) -> list[ReadyShop]:
    rows = tx.ask(_READY, {"lanes": list(lanes), "now": now})
    found = []
    for (id_, throughput), each in groupby(rows, key=attrgetter("id", "throughput")):
        own = [
            ReadyNumber(**dict(zip(_OF_NUMBER, _values_of(row), strict=True)))
            for row in each
            if row.phone_number_id is not None
        ]
        found.append(ReadyShop(ShopId(id_), throughput, own))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenOut:
    """When a number is free again, and how long its lines are by now."""

    shop_id: ShopId
    phone_number_id: str
    next_slot_at: datetime
    news_until: datetime | None
    offers_until: datetime | None


_GIVEN_OUT = tuple(each.name for each in fields(GivenOut))
_given_out_of = attrgetter(*_GIVEN_OUT)
_SET = Statement(f"""
UPDATE numbers n SET next_slot_at = new.next_slot_at, news_until = new.news_until,
  offers_until = new.offers_until
FROM {unfolded(columns_of(numbers, _GIVEN_OUT))}
WHERE n.shop_id = new.shop_id AND n.phone_number_id = new.phone_number_id
""")


def set_given_out(tx: Transaction, given: Iterable[GivenOut]) -> None:
    rows = [dict(zip(_GIVEN_OUT, _given_out_of(one), strict=True)) for one in given]
    if rows:
        tx.run(_SET, folded(rows))
