"""How PostgreSQL is to plan what is asked for again and again.

It keeps the plan of a statement that is prepared, made for tables as large as they were
then, until it has counted them anew: a minute later at the earliest, and in a small
table long after. And of the rows that are handed to it as JSON it believes that there
are a hundred, however many there are. Both together have it read whole tables for each
batch, since that was the cheapest way while they were nearly empty. So who drains
queues looks rows up by their keys, whatever their number, and every plan is made anew
now and then.
"""

from collections.abc import MutableMapping
from typing import Any

from storage.statements import Statement
from storage.tenancy import Crossing

LOOK_UP = Statement(
    "SELECT set_config('enable_hashjoin', 'off', true),"
    " set_config('enable_mergejoin', 'off', true),"
    " set_config('enable_seqscan', 'off', true),"
    " set_config('random_page_cost', '1.1', true)"
)
"""Until the transaction ends: rows by their keys, one after the other. Nothing is
forbidden by it; what has no key is read as ever."""

DRAINS = frozenset((Crossing.READING, Crossing.SENDING))
"""They work on batches of at most some hundred rows, in tables of any size."""

FORGET = "DISCARD PLANS"

_LAST_SECONDS = 5.0
"""Planning all that a worker asks for takes some 10 ms."""
_PLANNED_AT = "planned_at"


def are_old(info: MutableMapping[Any, Any], now: float) -> bool:
    """Whether the plans of a connection are to be forgotten now, and then to be seen as
    new; ``info`` is what is known of the connection, ``now`` a monotonic second."""
    began_at = info.setdefault(_PLANNED_AT, now)
    if now - began_at < _LAST_SECONDS:
        return False
    info[_PLANNED_AT] = now
    return True
