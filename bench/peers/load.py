"""Webhooks as a busy store sends them: signed, 11 KB, each with an id of its own."""

import base64
import hmac
import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.peers import generator
from sandbox.shopify.bodies import OrderWish, order
from sandbox.shopify.people import BUYERS, PRODUCTS

SHOP = "bench-shop.myshopify.com"
ADDRESS = "/webhooks/shopify"

_BODY_BYTES = 11_438
_BODIES = 64
"""So many orders, which spreads them over all lanes."""

_LUA = Path(__file__).with_name("webhooks.lua")


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What came of so many seconds of load; times in milliseconds."""

    seconds: float
    answered: int
    bad: int
    p50: float
    p99: float
    slowest: float

    @property
    def accepted(self) -> int:
        return self.answered - self.bad

    @property
    def each_second(self) -> float:
        return self.accepted / self.seconds


def order_created(number: int) -> bytes:
    """The body of an ``orders/create``, always of the same length."""
    buyers = list(BUYERS.values())
    buyer = buyers[number % len(buyers)]
    wish = OrderWish(
        order_id=7_000_000_000_001 + number,
        customer_id=8_000_000_000_001 + number,
        number=1001 + number,
        domain=SHOP,
        shop_id=1,
        buyer=buyer,
        phone=buyer.phone,
        address_phone=None,
        locale=buyer.locale,
        items=[(product, 1) for product in PRODUCTS[:4]],
        currency="EUR",
        gateway="bogus",
        cash_on_delivery=False,
        consent=True,
        wording=buyer.wording,
        placed_at=datetime(2026, 11, 1, 9, 30, tzinfo=UTC),
        extra_ids=range(9_000_000_000_001, 9_000_000_000_100),
    )
    body = order(wish)
    body["note"] = ""
    missing = _BODY_BYTES - len(_json(body))
    words = "Please leave it with the neighbours on the second floor. "
    body["note"] = (words * (missing // len(words) + 1))[:missing]
    return _json(body)


def signature(body: bytes, secret: str) -> str:
    digest = hmac.digest(secret.encode(), body, "sha256")
    return base64.b64encode(digest).decode()


def headers(body: bytes, secret: str, webhook_id: str) -> dict[str, str]:
    """What Shopify sends with a body."""
    return {
        "Content-Type": "application/json",
        "X-Shopify-Topic": "orders/create",
        "X-Shopify-Shop-Domain": SHOP,
        "X-Shopify-Hmac-Sha256": signature(body, secret),
        "X-Shopify-Webhook-Id": webhook_id,
        "X-Shopify-Triggered-At": "2026-11-01T09:30:00.123456Z",
        "X-Shopify-Api-Version": "2026-07",
    }


def write_requests(folder: Path, secret: str) -> None:
    """Write down the requests, for ``webhooks.lua`` to send with ids of its own."""
    for number in range(_BODIES):
        body = order_created(number)
        sent = headers(body, secret, "{id}") | {
            "Host": "localhost",
            "Content-Length": str(len(body)),
        }
        head = f"POST {ADDRESS} HTTP/1.1\r\n" + "".join(
            f"{name}: {value}\r\n" for name, value in sent.items()
        )
        (folder / f"request-{number}").write_bytes(head.encode() + b"\r\n" + body)


def press(
    port: int, requests: Path, *, seconds: int, connections: int, seed: int
) -> Load:
    """Send as much as is answered, over so many connections at once: from wrk, or
    where that is not installed from Python, which is a busier neighbour."""
    if shutil.which("wrk") is None:
        return _pressed_by_python(port, requests, seconds, connections, seed)
    done = subprocess.run(
        [
            *("wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s"),
            *("-s", str(_LUA), f"http://127.0.0.1:{port}{ADDRESS}"),
            *("--", str(requests), str(_BODIES), str(seed)),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    return _load(json.loads(done.stdout.splitlines()[-1]))


def _pressed_by_python(
    port: int, requests: Path, seconds: int, connections: int, seed: int
) -> Load:
    answers = generator.press(
        port, requests, seconds=seconds, connections=connections, seed=seed
    )
    return Load(
        seconds=seconds,
        answered=len(answers.seconds),
        bad=answers.bad,
        p50=1000 * percentile(answers.seconds, 0.5),
        p99=1000 * percentile(answers.seconds, 0.99),
        slowest=1000 * percentile(answers.seconds, 1.0),
    )


def _load(told: Mapping[str, float]) -> Load:
    return Load(
        seconds=told["seconds"],
        answered=int(told["answered"]),
        bad=int(told["bad"]),
        p50=told["p50"],
        p99=told["p99"],
        slowest=told["slowest"],
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so many of all do not exceed; 0 when there are none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _json(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
