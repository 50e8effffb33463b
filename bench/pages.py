"""``pages``: how soon lists of messages and orders are there, with millions of rows.

Most of the messages are one store's. Each list is asked for with every filter: its
first page, one in the middle of the history, and one at its end.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from bench import report
from bench.filling import fill
from bench.opening import Shop, open_shops
from bench.report import spread
from bench.stage import Plan, Stage, stage
from core.ids import begins_at
from core.values import ContactId, MessageId, OrderId, Phone, ShopId
from notifications.ports import Services
from storage import message_lists, order_lists
from storage.message_lists import Place, Wanted
from storage.order_lists import OrderState
from storage.order_lists import Place as PlaceOfOrder
from storage.order_lists import Wanted as WantedOrders
from wiring.services import build

_SHOPS = 20
_SHARE_OF_BIG = 9
"""Of ten orders so many are the first store's."""
_ROUNDS = 15
_MOST_MS = 300.0
_LIMIT = 50

# As a store's years are: most are read, some were not sent, a few failed; of some
# automations there are very few. An id tells when it was made.
_MESSAGES = """
INSERT INTO messages (id, shop_id, occasion, automation, scope, priority, order_id,
  contact_id, state, reason, attempt, wanted_at, due_at, asked_at, accepted_at,
  reported_at, provider_id, template, language, body, story, created_at)
SELECT 'msg_' || lpad(to_hex((1000 * extract(epoch FROM made.at))::bigint), 11, '0')
    || lpad(to_hex(n), 14, '0'),
  made.shop_id, made.automation || ':' || made.order_id || ':' || n, made.automation,
  'transactional', 0, made.order_id,
  CASE WHEN made.state <> 'skipped' THEN made.contact_id END, made.state,
  CASE made.state WHEN 'skipped' THEN 'no_consent' WHEN 'failed' THEN 'meta_131026'
    WHEN 'waiting' THEN 'quiet_hours' WHEN 'unsure' THEN 'never_confirmed' END,
  CASE WHEN made.is_out THEN 1 ELSE 0 END, made.at,
  CASE WHEN made.state = 'waiting' THEN %(now)s::timestamptz + interval '7 days'
    ELSE made.at END,
  CASE WHEN made.is_out THEN made.at END, CASE WHEN made.is_out THEN made.at END,
  CASE WHEN made.is_out THEN made.at END,
  CASE WHEN made.is_out THEN 'wamid.' || md5(n::text) END,
  'sosik_order_confirmation_1', 'en',
  CASE WHEN made.is_out THEN sha256(('t ' || n)::bytea) END,
  '[{"at": "2026-01-01T00:00:00+00:00", "what": "proposed"}]', made.at
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
JOIN contacts c ON c.id = 1 + n %% %(orders)s::bigint
JOIN orders o ON o.shop_id = c.shop_id AND o.order_id = 1000000 + c.id
CROSS JOIN LATERAL (
  SELECT hashtext(n::text) & 65535 AS chance, hashtext('a' || n) & 65535 AS kind
) AS drawn
CROSS JOIN LATERAL (
  SELECT o.shop_id, o.order_id, o.contact_id,
    o.placed_at + (n / %(orders)s::bigint) * interval '7 hours' AS at,
    CASE WHEN n <= %(waiting)s::bigint THEN 'waiting'
      WHEN drawn.chance < 6 THEN 'unsure'
      WHEN drawn.chance < 12 THEN 'cancelled' WHEN drawn.chance < 1000 THEN 'failed'
      WHEN drawn.chance < 5500 THEN 'skipped' WHEN drawn.chance < 6000 THEN 'sent'
      WHEN drawn.chance < 22000 THEN 'delivered' ELSE 'read' END AS state,
    drawn.chance >= 5500 OR drawn.chance < 1000 AS is_out,
    CASE WHEN drawn.kind < 3 THEN 'return_declined'
      WHEN drawn.kind < 3000 THEN 'refund_issued'
      WHEN drawn.kind < 20000 THEN 'parcel_on_its_way'
      WHEN drawn.kind < 35000 THEN 'parcel_delivered'
      ELSE 'order_confirmation' END AS automation
) AS made
"""


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="pages", description=__doc__)
    parser.add_argument("--messages", type=int, default=5_000_000)
    parser.add_argument("--rounds", type=int, default=_ROUNDS)
    parser.add_argument("--quick", action="store_true")
    said = parser.parse_args(words)
    figures = measure(200_000 if said.quick else said.messages, said.rounds)
    missed = [
        f"{name} takes {costs['p50']} ms, over {_MOST_MS:.0f}"
        for name, costs in figures["shown_ms"].items()
        if costs["p50"] > _MOST_MS
    ]
    return report.keep("pages", figures, failures=missed)


def measure(messages: int, rounds: int) -> dict[str, Any]:
    with stage(Plan(runs=("meta",))) as made:
        shops = open_shops(made, _SHOPS)
        services = build(made.settings)
        try:
            began_at = time.monotonic()
            _fill(made, shops, services, messages)
            filled_in = time.monotonic() - began_at
            lists = _Lists(shops[0].id, services)
            shown = {
                name: spread([_seconds(show) for _ in range(rounds)])
                for name, show in lists.ways(made)
            }
            return {
                "messages": messages,
                "filled_in_seconds": round(filled_in, 1),
                "index_mb": _index_sizes(made),
                "shown_ms": shown,
                "slowest_ms": max(costs["p50"] for costs in shown.values()),
            }
        finally:
            services.close()


def _fill(
    made: Stage, shops: Sequence[Shop], services: Services, messages: int
) -> None:
    big, *others = [shop.id for shop in shops]
    shop_ids = [each for one in others for each in (*[big] * _SHARE_OF_BIG, one)]
    phones = [services.book.sealed(id_, Phone("+4915112345678")) for id_ in shop_ids]
    url = made.settings.database_owner_url
    with psycopg.connect(url, autocommit=True) as connection:
        fill(
            connection,
            shop_ids=[int(id_) for id_ in shop_ids],
            orders=messages // 5,
            messages=messages,
            waiting=messages // 100,
            now=datetime.now(UTC),
            phones=phones,
            written_by=_MESSAGES,
        )


def _index_sizes(made: Stage) -> dict[str, float]:
    found = made.rows(
        "SELECT indexrelname, pg_relation_size(indexrelid) / 1e6 FROM"
        " pg_stat_user_indexes WHERE relname IN ('messages', 'orders')"
    )
    return {name: round(float(size), 1) for name, size in found}


def _seconds(do: Callable[[], object]) -> float:
    began_at = time.perf_counter()
    do()
    return time.perf_counter() - began_at


@dataclass(frozen=True)
class _Lists:
    shop_id: ShopId
    services: Services

    def ways(self, made: Stage) -> Iterator[tuple[str, Callable[[], object]]]:
        """Each list with each filter, at three places."""
        [(first, last, contact, name)] = made.rows(
            "SELECT min(m.created_at), max(m.created_at), (array_agg(o.contact_id))[1],"
            " (array_agg(o.name))[1] FROM messages m JOIN orders o ON o.shop_id ="
            " m.shop_id AND o.order_id = m.order_id WHERE m.shop_id = %s",
            self.shop_id,
        )
        middle, end = first + (last - first) / 2, first + (last - first) / 50
        places = {
            "first": None,
            "middle": Place(MessageId(begins_at("msg", middle))),
            "end": Place(MessageId(begins_at("msg", end))),
        }
        for filters, wanted in _WANTED.items():
            for where, place in places.items():
                yield f"messages {filters} {where}", self._messages(wanted, place)
        span = Wanted(since=end, until=end + timedelta(days=3))
        few = {
            "of a person": Wanted(contact_id=ContactId(contact)),
            "of an order": Wanted(order_name=name),
            "of days long ago": span,
            "of days long ago, failed": replace(span, state="failed"),
        }
        for filters, wanted in few.items():
            yield f"messages {filters}", self._messages(wanted, None)
        for state in (None, *OrderState):
            for where, at in {"first": None, "middle": middle, "end": end}.items():
                at_order = None if at is None else PlaceOfOrder(at, OrderId(0))
                wanted_orders = WantedOrders(state=state)
                yield (
                    f"orders {state or 'all'} {where}",
                    self._orders(wanted_orders, at_order),
                )
        yield "orders by name", self._orders(WantedOrders(name=name), None)

    def _messages(self, wanted: Wanted, place: Place | None) -> Callable[[], object]:
        def show() -> object:
            with self.services.transactions.for_shop(self.shop_id) as tx:
                return message_lists.page(tx, self.shop_id, wanted, place, limit=_LIMIT)

        return show

    def _orders(
        self, wanted: WantedOrders, place: PlaceOfOrder | None
    ) -> Callable[[], object]:
        def show() -> object:
            with self.services.transactions.for_shop(self.shop_id) as tx:
                return order_lists.page(tx, self.shop_id, wanted, place, limit=_LIMIT)

        return show


_WANTED: Mapping[str, Wanted] = {
    "all": Wanted(),
    **{
        state: Wanted(state=state)
        for state in (
            *("waiting", "sent", "delivered", "read", "failed", "skipped"),
            *("unsure", "cancelled"),
        )
    },
    "frequent automation": Wanted(automation="order_confirmation"),
    "rare automation": Wanted(automation="return_declined"),
    "rare automation, read": Wanted(automation="return_declined", state="read"),
    "rare automation, failed": Wanted(automation="return_declined", state="failed"),
    "absent automation, sent": Wanted(automation="draft_order", state="sent"),
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
