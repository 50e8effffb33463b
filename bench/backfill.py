"""``backfill``: the past of a store with 100,000 orders, and how much memory it takes.

A small server writes the answer of a bulk operation as it is asked for, line by line.
It is read by the program's own code into a real PostgreSQL. The memory of the reading
process is looked at along the way: it must not grow with the number of orders. Twice
the download is broken off, and goes on where it was.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import psutil

from bench import report
from bench.opening import open_shops
from bench.stage import Plan, stage
from core import http
from core.values import ShopDomain
from integrations.shopify import bulk_operations
from integrations.shopify.bulk_operations import Operation, Progress, Thing
from notifications.access import LiveToken
from notifications.backfilling import fill_in_the_past
from notifications.ports import Services
from storage.statements import Statement
from storage.tenancy import Crossing
from wiring.outside import ShopifyStore, patient_store_at
from wiring.services import build

_MOST_GROWTH_MIB = 40.0
_LINES_OF_AN_ORDER = 3
_FIRST_ORDER = 5_000_000_000_000
_COUNTS = Statement("""
SELECT (SELECT count(*) FROM orders) AS orders,
  (SELECT count(*) FROM parcels) AS parcels,
  (SELECT count(*) FROM messages) AS messages,
  (SELECT count(*) FROM history) AS history
""")


def order_lines(number: int, now: datetime) -> bytes:
    """An order with a parcel and its lines, as Shopify would write them."""
    at = (now - timedelta(seconds=30 * number)).strftime("%Y-%m-%dT%H:%M:%SZ")
    money = {"amount": "39.9", "currencyCode": "EUR"}
    both = {"shopMoney": money, "presentmentMoney": money}
    name = f"gid://shopify/Order/{_FIRST_ORDER + number}"
    address = {"phone": None, "countryCodeV2": "DE"}
    order = {
        "id": name,
        "name": f"#{number}",
        "createdAt": at,
        "updatedAt": at,
        "processedAt": at,
        "test": False,
        "email": f"buyer{number}@example.com",
        "phone": f"+4915{100_000_000 + number}",
        "customerLocale": "de",
        "customerAcceptsMarketing": False,
        "currencyCode": "EUR",
        "presentmentCurrencyCode": "EUR",
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "FULFILLED",
        "sourceName": "web",
        "checkoutToken": f"checkout{number}",
        "cartToken": f"cart{number}",
        "statusPageUrl": f"https://bench.example/orders/{number}",
        "customAttributes": [{"key": "_whatsapp_opt_in", "value": "true"}],
        "discountCodes": [],
        "paymentGatewayNames": ["shopify_payments"],
        "totalPriceSet": both,
        "currentTotalPriceSet": both,
        "customer": {"id": f"gid://shopify/Customer/{number + 1}", "firstName": "Ada"},
        "shippingAddress": {**address, "firstName": "Ada", "city": "Berlin"},
        "billingAddress": address,
        "fulfillments": [
            {
                "id": f"gid://shopify/Fulfillment/{_FIRST_ORDER + number}",
                "name": f"#{number}.1",
                "status": "SUCCESS",
                "displayStatus": "DELIVERED",
                "createdAt": at,
                "updatedAt": at,
                "trackingInfo": [
                    {"company": "DHL", "number": f"JJD{number}", "url": None}
                ],
            }
        ],
    }
    lines = [
        {
            "id": f"gid://shopify/LineItem/{10 * number + place}",
            "title": f"Thing {place}",
            "quantity": 1,
            "currentQuantity": 1,
            "requiresShipping": True,
            "originalUnitPriceSet": both,
            "__parentId": name,
        }
        for place in range(1, _LINES_OF_AN_ORDER)
    ]
    return b"".join(json.dumps(each).encode() + b"\n" for each in (order, *lines))


@dataclass
class Writer:
    """Serves the answer. Each of ``cuts`` breaks the download off after so many."""

    orders: int
    now: datetime
    cuts: list[int]
    url: str = ""
    written: int = 0
    downloads: int = 0

    def lines_from(self, start: int) -> Iterator[bytes]:
        self.downloads += 1
        cut = self.cuts.pop(0) if self.cuts else self.orders
        place = 0
        for number in range(self.orders):
            lines = order_lines(number, self.now)
            place += len(lines)
            if place <= start:
                continue
            if number >= cut:
                return
            yield lines[max(0, len(lines) - (place - start)) :]
            self.written += len(lines)


@contextmanager
def serving(writer: Writer) -> Iterator[None]:
    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = self.headers.get("Range", "bytes=0-")
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            self.send_response(206 if start else 200)
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for lines in writer.lines_from(start):
                self.wfile.write(b"%x\r\n%b\r\n" % (len(lines), lines))
            self.wfile.write(b"0\r\n\r\n")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    writer.url = f"http://127.0.0.1:{server.server_address[1]}/orders.jsonl"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


@dataclass
class Watched:
    """The program's store, but for what it has written; looks at the memory."""

    store: ShopifyStore
    writer: Writer
    memory: list[tuple[int, float]] = field(default_factory=list)
    things: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def begin_writing(self, *_: object, **__: object) -> str:
        return "gid://shopify/BulkOperation/1"

    def look_at_writing(self, *_: object, **__: object) -> Operation:
        return Operation(Progress.DONE, self.writer.url, self.writer.orders, None)

    def read_written(self, part: str, url: str, start: int) -> Iterator[Thing]:
        process = psutil.Process()
        for thing in bulk_operations.read(part, url, start, http.download):
            if self.things % 1000 == 0:
                self.memory.append((self.things, process.memory_info().rss / 2**20))
            self.things += 1
            yield thing

    def profile(self, shop: ShopDomain, token: LiveToken) -> Any:
        return self.store.profile(shop, token)


def measure(orders: int) -> dict[str, Any]:
    writer = Writer(orders, datetime.now(UTC), [orders // 3, 2 * orders // 3])
    with stage(Plan(runs=("meta",))) as made, serving(writer):
        [shop] = open_shops(made, 1)
        services = build(made.settings)
        try:
            with services.transactions.for_shop(shop.id) as tx:
                tx.run(_ONLY_ORDERS, {"shop": shop.id, "now": services.clock()})
            watched = Watched(patient_store_at(made.settings, services), writer)
            began = time.monotonic()
            while not _is_done(services):
                fill_in_the_past(watched, services=services)
                _make_due(services)
            took = time.monotonic() - began
            with services.transactions.across(Crossing.LOOKING) as tx:
                [counts] = tx.ask(_COUNTS, {})
        finally:
            services.close()
    early = max(mib for things, mib in watched.memory if things <= orders // 10)
    most = max(mib for _, mib in watched.memory)
    return {
        "orders": counts.orders,
        "parcels": counts.parcels,
        "history": counts.history,
        "messages": counts.messages,
        "file_mib": round(writer.written / 2**20, 1),
        "downloads": writer.downloads,
        "took_seconds": round(took, 1),
        "orders_a_second": round(orders / took),
        "memory_mib_after_a_tenth": round(early, 1),
        "memory_mib_at_most": round(most, 1),
    }


_ONLY_ORDERS = Statement("""
INSERT INTO backfills (shop_id, part, state, due_at, began_at)
VALUES (:shop, 'orders', 'wanted', :now, :now)
""")
_DONE = Statement("SELECT part FROM backfills WHERE state IN ('done', 'failed')")
_NOW_DUE = Statement("UPDATE backfills SET due_at = :now")


def _is_done(services: Services) -> bool:
    with services.transactions.across(Crossing.LOOKING) as tx:
        return bool(tx.ask(_DONE, {}))


def _make_due(services: Services) -> None:
    """The bench measures what is read, not what is waited for."""
    with services.transactions.across(Crossing.LOOKING) as tx:
        tx.run(_NOW_DUE, {"now": services.clock()})


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="backfill", description=__doc__)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--quick", action="store_true")
    said = parser.parse_args(words)
    orders = 5_000 if said.quick else said.orders
    figures = measure(orders)
    return report.keep("backfill", figures, failures=_failures(figures, orders))


def _failures(figures: Mapping[str, Any], orders: int) -> list[str]:
    failures = []
    if (figures["orders"], figures["parcels"]) != (orders, orders):
        failures.append(f"{figures['orders']} of {orders} orders are known")
    if figures["messages"]:
        failures.append(f"{figures['messages']} messages were proposed")
    growth = figures["memory_mib_at_most"] - figures["memory_mib_after_a_tenth"]
    if growth > _MOST_GROWTH_MIB:
        failures.append(f"memory grew by {growth:.0f} MiB")
    if figures["downloads"] < len(("whole", "cut", "cut")):
        failures.append("no download was broken off, so nothing is proven of that")
    return failures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
