"""``catalog``: a store with 100,000 variants, and how soon and cheaply Meta has them.

A small server writes the answer of a bulk operation as it is asked for. It is read by
the program's own code into a real PostgreSQL, and told to a simulated Meta. Then all of
it is read once more, of which Meta must hear nothing, and then a thousand products
change. Time that is only waited for, by Meta's rate, is passed over: the clock is set
forward.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psutil

from bench import report
from bench.backfill import Writer, serving
from bench.opening import WABA_ID, Shop, open_shops
from bench.stage import Plan, Stage, stage
from core import http
from core.products import Product
from core.values import ProductId, ShopId
from integrations.shopify import bulk_operations
from integrations.shopify.bulk_operations import Operation, Progress, Thing
from integrations.shopify.products import product_in_file
from notifications.catalog import noticing, syncing
from notifications.catalog.reading_stores import read_stores
from notifications.catalog.status import Status, status_of
from notifications.catalog.telling_meta import tell_meta
from notifications.ports import Services
from storage import catalogs, products
from storage.products import Changed
from wiring.outside import ShopifyStore, keeper_at, patient_store_at
from wiring.services import build

VARIANTS_OF_A_PRODUCT = 10
CHANGED = 1_000
_MOST_CPU_SECONDS = 300.0
_MOST_MIB = 250.0
_MOST_GROWTH_MIB = 60.0
_MOST_SECONDS_OF_A_CHANGE = 60.0
_FIRST_PRODUCT = 8_000_000_000_000
_FIRST_VARIANT = 45_000_000_000_000
_TEXT = (
    "<p>Woven of long fibres, washed twice and <b>soft</b> from the first day.</p>" * 6
)


def product_nodes(number: int, price: int) -> list[dict[str, Any]]:
    """A product, its picture and its variants, as Shopify would write them."""
    name = f"gid://shopify/Product/{_FIRST_PRODUCT + number}"
    product = {
        "id": name,
        "title": f"Thing {number} of the store",
        "handle": f"thing-{number}",
        "status": "ACTIVE",
        "onlineStoreUrl": f"https://bench.example/products/thing-{number}",
        "descriptionHtml": _TEXT,
        "vendor": "Maker",
        "productType": "Things",
        "isGiftCard": False,
        "tags": ["summer", "new"],
        "category": {"id": "gid://shopify/TaxonomyCategory/hg-1"},
    }
    media = {
        "id": f"gid://shopify/MediaImage/{number}",
        "image": {"url": f"https://cdn.shopify.com/s/files/1/1/{number}.jpg?v=1"},
        "__parentId": name,
    }
    variants = [
        {
            "id": f"gid://shopify/ProductVariant/{_variant(number, place)}",
            "title": f"Size {place}",
            "sku": f"T-{number}-{place}",
            "barcode": "4006381333931",
            "price": f"{price}.90",
            "compareAtPrice": None,
            "availableForSale": True,
            "inventoryQuantity": 3,
            "inventoryPolicy": "DENY",
            "selectedOptions": [{"name": "Size", "value": str(place)}],
            "image": None,
            "inventoryItem": {
                "id": f"gid://shopify/InventoryItem/{_variant(number, place)}",
                "tracked": True,
            },
            "__parentId": name,
        }
        for place in range(VARIANTS_OF_A_PRODUCT)
    ]
    return [product, media, *variants]


def _variant(number: int, place: int) -> int:
    return _FIRST_VARIANT + number * VARIANTS_OF_A_PRODUCT + place


@dataclass
class Shelf(Writer):
    """What the store has written down: all of it, or what has ``changed``."""

    changed: dict[int, int] = field(default_factory=dict)
    is_whole: bool = True

    @property
    def numbers(self) -> Sequence[int]:
        return range(self.orders) if self.is_whole else sorted(self.changed)

    def lines_from(self, start: int) -> Iterator[bytes]:
        self.downloads += 1
        place = 0
        for number in self.numbers:
            nodes = product_nodes(number, self.changed.get(number, 20))
            lines = b"".join(json.dumps(each).encode() + b"\n" for each in nodes)
            place += len(lines)
            if place > start:
                yield lines[max(0, len(lines) - (place - start)) :]


@dataclass
class Watched:
    """The program's store, but for its products; looks at the memory."""

    store: ShopifyStore
    shelf: Shelf
    memory: list[tuple[int, float]] = field(default_factory=list)
    things: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    def begin_writing_products(self, *_: object, since: Any, **__: object) -> str:
        self.shelf.is_whole = since is None
        return "gid://shopify/BulkOperation/1"

    def look_at_writing(self, *_: object, **__: object) -> Operation:
        count = len(self.shelf.numbers)
        return Operation(Progress.DONE, self.shelf.url, count, None)

    def products_written(self, url: str, start: int) -> Iterator[Thing]:
        process = psutil.Process()
        for thing in bulk_operations.read("catalog", url, start, http.download):
            if self.things % 200 == 0:
                self.memory.append((self.things, process.memory_info().rss / 2**20))
            self.things += 1
            yield thing

    def products(
        self,
        _shop: object,
        _token: object,
        *,
        ids: Sequence[ProductId],
        places: object,  # noqa: ARG002 -- there is nothing otherwise anywhere
    ) -> list[Product]:
        found = []
        for id_ in ids:
            number = id_ - _FIRST_PRODUCT
            node, *parts = product_nodes(number, self.shelf.changed.get(number, 20))
            found.append(product_in_file(node, parts))
        return found


@dataclass
class Bench:
    made: Stage
    services: Services
    shop: Shop
    store: Watched
    memory: list[float] = field(default_factory=list)
    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def work(self, *, in_real_time: bool = False) -> Status:
        """Until all is read and told."""
        keeper, process = keeper_at(self.made.settings), psutil.Process()
        while True:
            done = read_stores(self.store, services=self.services)
            done += tell_meta(keeper, services=self.services)
            self.memory.append(process.memory_info().rss / 2**20)
            status = status_of(ShopId(self.shop.id), _domain(self), self.services)
            if status.is_done:
                return status
            if done == 0 and in_real_time:
                time.sleep(0.2)
            elif done == 0:
                self.ahead += timedelta(seconds=2)

    def calls(self) -> tuple[int, int]:
        counts = self.made.meta.get("state")["settings"]["catalog"]["counts"]
        return counts.get("batches", 0), counts.get("requests", 0)


def _domain(bench: Bench) -> Any:
    with bench.services.transactions.for_shop(bench.shop.id) as tx:
        known = catalogs.of_shop(tx, bench.shop.id)
    assert known is not None
    return known.domain


def measure(variants: int) -> dict[str, Any]:
    count = variants // VARIANTS_OF_A_PRODUCT
    shelf = Shelf(count, datetime.now(UTC), [])
    with stage(Plan(runs=("meta",))) as made, serving(shelf):
        [shop] = open_shops(made, 1)
        services = build(made.settings)
        try:
            bench = Bench(
                made,
                services,
                shop,
                Watched(patient_store_at(made.settings, services), shelf),
            )
            bench.services = replace(services, clock=bench.now)
            _connect(bench)
            return _measured(bench, shelf, variants)
        finally:
            services.close()


def _measured(bench: Bench, shelf: Shelf, variants: int) -> dict[str, Any]:
    first = _timed(bench)
    calls, requests = bench.calls()
    early = [m for n, m in bench.store.memory if n <= shelf.orders // 10]
    most = max(bench.memory + [m for _, m in bench.store.memory])
    syncing.begin(bench.shop.id, _domain(bench), bench.services)
    second = _timed(bench)
    calls_again, _ = bench.calls()
    changed = min(CHANGED, shelf.orders)
    took = _change(bench, shelf, changed)
    _, requests_then = bench.calls()
    return {
        "variants": variants,
        "live": first["live"],
        "requests": requests,
        "first_cpu_seconds": first["cpu_seconds"],
        "first_cpu_microseconds_each": round(1e6 * first["cpu_seconds"] / variants),
        "first_wall_seconds": first["wall_seconds"],
        "second_cpu_seconds": second["cpu_seconds"],
        "second_item_calls": calls_again - calls,
        "changed_products": changed,
        "changed_seconds": round(took, 1),
        "changed_requests": requests_then - requests,
        "memory_mib_after_a_tenth": round(max(early, default=0.0), 1),
        "memory_mib_at_most": round(most, 1),
    }


def _connect(bench: Bench) -> None:
    made = bench.made.meta
    made.post(
        "settings", {"catalog": {"batch_ms": 0, "review_ms": 0, "has_rate": False}}
    )
    catalog = made.post("catalogs", {"waba_id": WABA_ID, "name": "bench"})["id"]
    with bench.services.transactions.for_shop(bench.shop.id) as tx:
        catalogs.connect(
            tx,
            bench.shop.id,
            catalog_id=str(catalog),
            account_id=WABA_ID,
            is_own=True,
            hidden_tag=None,
            now=bench.now(),
        )


def _timed(bench: Bench) -> dict[str, Any]:
    cpu, wall = time.process_time(), time.monotonic()
    status = bench.work()
    return {
        "live": status.items.get("live", 0),  # type: ignore[call-overload]
        "cpu_seconds": round(time.process_time() - cpu, 1),
        "wall_seconds": round(time.monotonic() - wall, 1),
    }


def _change(bench: Bench, shelf: Shelf, count: int) -> float:
    """Seconds from the webhooks until the last of them is at Meta, as in life."""
    # What was told within the last minute of the clock that was set forward is over.
    bench.ahead += timedelta(minutes=2)
    shelf.changed = dict.fromkeys(range(count), 30)
    changes = [
        Changed(bench.shop.id, product_id=ProductId(_FIRST_PRODUCT + number))
        for number in range(count)
    ]
    began = time.monotonic()
    with bench.services.transactions.for_shop(bench.shop.id) as tx:
        products.note_changes(tx, changes, noticing.PATIENCE, now=bench.now())
    time.sleep(noticing.PATIENCE.pause.total_seconds())
    bench.work(in_real_time=True)
    return time.monotonic() - began


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="catalog", description=__doc__)
    parser.add_argument("--variants", type=int, default=100_000)
    parser.add_argument("--quick", action="store_true")
    said = parser.parse_args(words)
    variants = 10_000 if said.quick else said.variants
    figures = measure(variants)
    return report.keep("catalog", figures, failures=_failures(figures, variants))


def _failures(figures: Mapping[str, Any], variants: int) -> list[str]:
    failures = []
    if figures["live"] != variants:
        failures.append(f"{figures['live']} of {variants} items are live")
    if figures["second_item_calls"]:
        failures.append(f"{figures['second_item_calls']} calls the second time")
    for name, most in (
        ("first_cpu_seconds", _MOST_CPU_SECONDS),
        ("memory_mib_at_most", _MOST_MIB),
        ("changed_seconds", _MOST_SECONDS_OF_A_CHANGE),
    ):
        if figures[name] > most:
            failures.append(f"{name} is {figures[name]}, more than {most}")
    growth = figures["memory_mib_at_most"] - figures["memory_mib_after_a_tenth"]
    if growth > _MOST_GROWTH_MIB:
        failures.append(f"memory grew by {growth:.0f} MiB")
    return failures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
