"""``pages``: how soon lists of messages and orders are there, with millions of rows.

Most of the messages are one store's. Each list is asked for with every filter: its
first page, one in the middle of the history, and one at its end; each is the whole
page, from the request to the last byte, without a network between.
"""

import argparse
import base64
import json
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import psycopg
from flask import Response

from bench import report
from bench.filling import fill
from bench.opening import Shop, open_shops
from bench.report import spread
from bench.stage import Plan, Stage, stage
from core.ids import begins_at
from core.values import Phone, ShopDomain
from notifications import staff
from notifications.ports import Services
from notifications.staff import Member
from storage.order_lists import OrderState
from webapp.app import create_app
from webapp.owners import Visitor, owners_of
from wiring.services import build

_SHOPS = 20
_SHARE_OF_BIG = 9
"""Of ten orders so many are the first store's."""
_ROUNDS = 15
_MOST_MS = 300.0

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

# What was counted of the last month: of every automation on every day, for thirty
# countries, which is the most that a page may have to read.
_TALLIES = """
INSERT INTO tallies (shop_id, day, automation, what, kind, country, count, is_total)
SELECT %(shop)s, CAST(%(today)s AS date) - day, automation, what, kind, country, 7, true
FROM generate_series(0, 29) AS day,
  unnest(%(automations)s::text[]) AS automation,
  (SELECT what, '' AS kind, '' AS country
   FROM unnest(ARRAY['sent', 'delivered', 'read', 'failed', 'skipped']) AS what
   UNION ALL
   SELECT 'charged', 'marketing', 'C' || number FROM generate_series(1, 30) AS number
  ) AS counted
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
            lists = _Lists(made, shops[0], services)
            # The first look of each counts for nothing: templates are read then.
            shown = {
                name: spread([_seconds(show) for _ in range(rounds + 1)][1:])
                for name, show in lists.ways()
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
        named = {
            "shop": int(big),
            "today": datetime.now(UTC).date(),
            "automations": list(services.automations),
        }
        connection.execute(_TALLIES.encode(), named)


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


class _Lists:
    """The lists as a store's owner asks for them, known by a cookie."""

    def __init__(self, made: Stage, shop: Shop, services: Services) -> None:
        self._made, self._shop = made, shop
        app = create_app(made.settings, services)
        self._browser = app.test_client(use_cookies=False)
        self._cookie = _cookie(made, shop, services)

    def ways(self) -> Iterator[tuple[str, Callable[[], object]]]:
        """Each list with each filter, at three places."""
        [(first, last, contact, name)] = self._made.rows(
            "SELECT min(m.created_at), max(m.created_at), (array_agg(o.contact_id))[1],"
            " (array_agg(o.name))[1] FROM messages m JOIN orders o ON o.shop_id ="
            " m.shop_id AND o.order_id = m.order_id WHERE m.shop_id = %s",
            self._shop.id,
        )
        middle, end = first + (last - first) / 2, first + (last - first) / 50
        for filters, asked in _MESSAGES_ASKED.items():
            for where, at in {"first": None, "middle": middle, "end": end}.items():
                place = None if at is None else [begins_at("msg", at)]
                yield (
                    f"messages {filters} {where}",
                    self._page("messages", asked, place),
                )
        for filters, asked in _ORDERS_ASKED.items():
            for where, at in {"first": None, "middle": middle, "end": end}.items():
                place = None if at is None else [at.isoformat(), "0"]
                yield f"orders {filters} {where}", self._page("orders", asked, place)
        days = {"from": f"{end:%Y-%m-%d}", "to": f"{end + timedelta(days=3):%Y-%m-%d}"}
        few = {
            "of a person": {"contact": str(contact)},
            "of an order": {"order": name},
            "of days long ago": days,
            "of days long ago, failed": {**days, "state": "failed"},
        }
        for filters, asked in few.items():
            yield f"messages {filters}", self._page("messages", asked, None)
        yield "orders by name", self._page("orders", {"name": name}, None)
        yield from self._people(contact)
        yield "messages, a poll", self._poll()
        for path in _OTHERS:
            yield path or "the first page", self._page(path, {}, None)

    def _people(self, contact: int) -> Iterator[tuple[str, Callable[[], object]]]:
        """Whoever came last is listed first."""
        [(newest,)] = self._made.rows("SELECT max(id) FROM contacts")
        for filters, asked in _PEOPLE_ASKED.items():
            for where, at in {"first": None, "middle": newest // 2, "end": 500}.items():
                place = None if at is None else [at]
                yield f"people {filters} {where}", self._page("customers", asked, place)
        yield "a person", self._page(f"customers/{contact}", {}, None)

    def _page(
        self, list_: str, asked: Mapping[str, str], place: Sequence[str | int] | None
    ) -> Callable[[], object]:
        after = {} if place is None else {"after": _written(place)}
        address = f"/app/{list_}?{urlencode({**asked, **after})}"
        return lambda: self._got(address)

    def _poll(self) -> Callable[[], object]:
        """What a page asks every few seconds."""
        page = self._got("/app/messages").get_data(as_text=True)
        [address] = re.findall(r'hx-get="([^"]+live=[^"]+)"', page)
        return lambda: self._got(address, status=204)

    def _got(self, address: str, *, status: int = 200) -> Any:
        answer = self._browser.get(address, headers={"Cookie": self._cookie})
        answer.get_data()
        assert answer.status_code == status, answer.status
        return answer


def _cookie(made: Stage, shop: Shop, services: Services) -> str:
    session = staff.welcome(shop.id, Member("4711", None), services=services)
    visitor = Visitor(ShopDomain(shop.domain), "4711", session)
    answer = Response()
    owners_of(made.settings, services.clock).remember(visitor, answer)
    return answer.headers["Set-Cookie"].partition(";")[0]


def _written(place: Sequence[str | int]) -> str:
    packed = json.dumps(list(place), separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


_OTHERS = (
    *("", "automations", "automations/order_confirmation", "templates", "operations"),
    *("flows", "flows/cart_reminder", "flows/cart_reminder/results"),
    *("settings", "settings/staff", "settings/tokens", "settings/changes"),
)
_STATES = (
    *("waiting", "sent", "delivered", "read", "failed", "skipped", "unsure"),
    "cancelled",
)
_MESSAGES_ASKED: Mapping[str, Mapping[str, str]] = {
    "all": {},
    **{state: {"state": state} for state in _STATES},
    "frequent automation": {"automation": "order_confirmation"},
    "rare automation": {"automation": "return_declined"},
    "rare automation, read": {"automation": "return_declined", "state": "read"},
    "rare automation, failed": {"automation": "return_declined", "state": "failed"},
    "absent automation, sent": {"automation": "draft_order", "state": "sent"},
}
_PEOPLE_ASKED: Mapping[str, Mapping[str, str]] = {
    "all": {},
    "who said yes": {"offers": "yes"},
    "of a language": {"language": "de"},
    "with a tag": {"tag": "frequent"},
}
_ORDERS_ASKED: Mapping[str, Mapping[str, str]] = {
    "all": {},
    **{state: {"state": state} for state in OrderState},
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
