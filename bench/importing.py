"""``importing``: an import tool writes every product twenty times within a minute.

A simulated store tells of each time by its own webhooks, while somebody buys in the
same store. Each changed item may cost two requests at Meta, and no confirmation of an
order may come more than a second later than usual.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

from bench import report
from bench.opening import WABA_ID, Shop, open_shops
from bench.posting import Account, post
from bench.report import percentile, spread
from bench.stage import SANDBOX_SECRET, SHOPIFY_SECRET, Plan, Stage, stage
from bench.storm import Delivery, order_hook
from bench.through import delays
from sandbox.control import Control
from sandbox.serving import running
from sandbox.shopify.settings import ShopifySettings
from sandbox.shopify.simulator import ShopifySimulator
from storage import catalogs
from wiring.services import build

TIMES = 20
VARIANTS_OF_A_PRODUCT = 2
_CALM_SECONDS = 20
_MINUTE = 60.0
_AFTERWARDS_SECONDS = 60
_ORDERS_A_SECOND = 2
_MOST_EXTRA_SECONDS = 1.0
_MOST_REQUESTS = 2


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="importing", description=__doc__)
    parser.add_argument("--products", type=int, default=500)
    said = parser.parse_args(words)
    figures = measure(said.products)
    missed = []
    if figures["requests_an_item"] > _MOST_REQUESTS:
        missed.append(f"{figures['requests_an_item']} requests for each item")
    if figures["extra_seconds_at_most"] > _MOST_EXTRA_SECONDS:
        missed.append(f"a buyer waited {figures['extra_seconds_at_most']} s longer")
    if figures["unsent"] or figures["items_wrong"]:
        missed.append("something never came")
    return report.keep("importing", figures, failures=missed)


def measure(products: int) -> dict[str, Any]:
    with stage(Plan(runs=("meta",))) as made, _shopify(made) as store:
        [shop] = open_shops(made, 1, throughput=1000)
        made.meta.post("settings", {"latency_ms": [50, 150]})
        catalog_id = _fill(made, store, shop, products)
        for name in ("web", "worker", "scheduler"):
            made.resume(name)
        made.wait_for(lambda: made.process_id("scheduler") is not None, seconds=30)
        live = products * VARIANTS_OF_A_PRODUCT
        if not made.wait_for(lambda: _count(made, catalog_id) >= live, seconds=300):
            raise TimeoutError("the store does not come to its catalog")
        items, (_, before) = _count(made, catalog_id), _calls(made)
        seconds = int(_CALM_SECONDS + _MINUTE + _AFTERWARDS_SECONDS)
        bought: list[Account] = []
        buying = Thread(
            target=lambda: bought.append(post(_orders(shop, seconds), made.web_port))
        )
        buying.start()
        time.sleep(_CALM_SECONDS)
        began_at = time.time()
        _import(store, shop)
        ended_at = time.time()
        buying.join()
        made.wait_for(lambda: made.backlog() == (0, 0), seconds=120)
        _, after = _calls(made)
        return {
            "products": products,
            "items": items,
            "import_seconds": round(ended_at - began_at, 1),
            "requests_an_item": round((after - before) / items, 2),
            "items_wrong": _wrong(made, catalog_id),
            **_waits(made, bought[0], began_at),
        }


@contextmanager
def _shopify(made: Stage) -> Iterator[Control]:
    with tempfile.TemporaryDirectory() as folder:
        settings = ShopifySettings(
            data_dir=Path(folder),
            secret=SANDBOX_SECRET,
            api_key="key",
            api_secret=SHOPIFY_SECRET,
            app_url=f"http://127.0.0.1:{made.web_port}",
        )
        with running(ShopifySimulator(settings)) as store:
            made.env["SANDBOX_SHOPIFY_URL"] = store.url
            made.env["SHOPIFY_ADMIN_ORIGIN"] = f"{store.url}/{{shop}}"
            yield store


def _fill(made: Stage, store: Control, shop: Shop, products: int) -> str:
    """A store with so many products, whose webhooks are subscribed to."""
    store.post("shops", {"domain": shop.domain, "token": "shpat_bench"})
    store.post("settings", {"bucket": 1_000_000})
    about = {"count": products, "variants": VARIANTS_OF_A_PRODUCT}
    store.post("products/fill", {"shop": shop.domain, **about})
    made.meta.post("settings", {"catalog": {"batch_ms": 500, "review_ms": 500}})
    wanted = {"waba_id": WABA_ID, "name": "bench"}
    catalog_id = str(made.meta.post("catalogs", wanted)["id"])
    services = build(made.settings)
    try:
        _subscribe(made, services, shop)
        with services.transactions.for_shop(shop.id) as tx:
            catalogs.connect(
                tx,
                shop.id,
                catalog_id=catalog_id,
                account_id=WABA_ID,
                is_own=True,
                hidden_tag=None,
                now=datetime.now(UTC),
            )
    finally:
        services.close()
    return catalog_id


def _subscribe(made: Stage, services: Any, shop: Shop) -> None:
    from core.values import ShopDomain
    from integrations.shopify.subscriptions import ensure_subscriptions
    from wiring.outside import patient_store_at

    client = patient_store_at(made.settings, services).client
    address = f"http://127.0.0.1:{made.web_port}/webhooks/shopify"
    ensure_subscriptions(client, ShopDomain(shop.domain), "shpat_bench", address)


def _import(store: Control, shop: Shop) -> None:
    for number in range(TIMES):
        began = time.monotonic()
        price = f"{20 + number}.00"
        store.post("products/touch", {"shop": shop.domain, "price": price})
        time.sleep(max(0.0, _MINUTE / TIMES - (time.monotonic() - began)))


def _orders(shop: Shop, seconds: int) -> list[Delivery]:
    now = datetime.now(UTC)
    return [
        Delivery(
            order_hook(
                5_000_000 + number,
                shop.domain,
                now,
                "orders/create",
                f"bought-{number}",
            ),
            number / _ORDERS_A_SECOND,
        )
        for number in range(seconds * _ORDERS_A_SECOND)
    ]


def _waits(made: Stage, account: Account, began_at: float) -> dict[str, Any]:
    at_meta = {line["to"]: line["time"] for line in made.ledger()}
    waits = {
        one.meant_at: at_meta[to] - one.meant_at
        for one in account.posted
        for to, _ in one.delivery.hook.occasions
        if to in at_meta
    }
    calm = [wait for at, wait in waits.items() if at < began_at - 1]
    during = [wait for at, wait in waits.items() if at >= began_at]
    return {
        "calm_ms": spread(calm),
        "during_ms": spread(during),
        "extra_seconds_at_most": round(max(during) - percentile(calm, 0.5), 3),
        "unsent": len(account.posted) - len(delays(made, account)),
    }


def _items(made: Stage, catalog_id: str) -> Iterator[dict[str, Any]]:
    after = ""
    while True:
        asked = f"catalog_items?catalog_id={catalog_id}&limit=500&after={after}"
        page = made.meta.get(asked)["data"]
        yield from page
        if len(page) < 500:
            return
        after = page[-1]["id"]


def _count(made: Stage, catalog_id: str) -> int:
    catalogs_there = made.meta.get("catalogs")["data"]
    return sum(each["items"] for each in catalogs_there if each["id"] == catalog_id)


def _wrong(made: Stage, catalog_id: str) -> int:
    """Items that do not cost what they did after the last time."""
    price = f"{20 + TIMES - 1}.00 EUR"
    return sum(each["price"] != price for each in _items(made, catalog_id))


def _calls(made: Stage) -> tuple[int, int]:
    counts = made.meta.get("state")["settings"]["catalog"]["counts"]
    return counts.get("batches", 0), counts.get("requests", 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
