"""What many stores say in a short time: signed webhooks in Shopify's true shape.

Every order has a buyer of its own, who agrees to be written to; so an occasion for a
message is known outside of the program too, as a phone number and a template.
"""

import base64
import hashlib
import hmac
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bench.stage import SHOPIFY_SECRET
from sandbox.shopify import bodies
from sandbox.shopify.bodies import Body, OrderWish
from sandbox.shopify.people import BUYERS, PRODUCTS

CONFIRMATION = "sosik_order_confirmation_1"
ON_ITS_WAY = "sosik_parcel_on_its_way_1"
WRONG_SECRET = "a-wrong-secret"

_FIRST_ORDER = 5_500_000_000_000
_FIRST_PARCEL = 4_400_000_000_000
# Meta's simulator plays tricks on numbers with these ends.
_ODD_ENDS = ("131026", "130472", "131049", "131050")


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook. ``occasions`` are the messages it calls for, as recipient's digits
    and template. A forged one is signed with a wrong ``secret``."""

    id: str
    topic: str
    domain: str
    body: bytes
    happened_at: datetime
    occasions: frozenset[tuple[str, str]]
    secret: str = SHOPIFY_SECRET

    @property
    def is_forged(self) -> bool:
        return self.secret == WRONG_SECRET


@dataclass(frozen=True, slots=True)
class Delivery:
    """A hook on its way; ``after`` is seconds from the beginning of the storm."""

    hook: Hook
    after: float


def phone(number: int) -> str:
    return f"+49151{_untricked(number):08d}"


def _untricked(number: int) -> int:
    """Leave a place free in each thousand for whoever has an odd end."""
    shifted = 10_000_000 + number
    while str(shifted).endswith(_ODD_ENDS):
        shifted += 50_000_000
    return shifted


def order(number: int, domain: str, at: datetime) -> Body:
    """An order of five things, 11 KB, by a buyer of its own."""
    first = _FIRST_ORDER + number * 16
    buyer = BUYERS["en"]
    return bodies.order(
        OrderWish(
            order_id=first,
            customer_id=first + 1,
            number=1001 + number,
            domain=domain,
            shop_id=70_000_001,
            buyer=buyer,
            phone=phone(number),
            address_phone=phone(number),
            locale="en-DE",
            items=[(product, 1) for product in PRODUCTS[:5]],
            currency="EUR",
            gateway="shopify_payments",
            cash_on_delivery=False,
            consent=True,
            wording=buyer.wording,
            placed_at=at,
            extra_ids=range(first + 2, first + 9),
        )
    )


def order_hook(number: int, domain: str, at: datetime, topic: str, id_: str) -> Hook:
    occasion = (phone(number)[1:], CONFIRMATION)
    return _hook(id_, topic, domain, order(number, domain, at), at, occasion)


def parcel_hook(number: int, domain: str, at: datetime, topic: str, id_: str) -> Hook:
    """A parcel with its tracking number, one for each order."""
    body = bodies.parcel(
        order(number, domain, at), _FIRST_PARCEL + number, place=1, line_ids=(), at=at
    )
    tracked = bodies.with_tracking(
        body,
        numbers=[f"JD0146{number:08d}"],
        company="DHL",
        url="https://www.dhl.de/track?piececode={number}",
        at=at,
    )
    return _hook(id_, topic, domain, tracked, at, (phone(number)[1:], ON_ITS_WAY))


def _hook(
    id_: str,
    topic: str,
    domain: str,
    body: Body,
    at: datetime,
    *occasions: tuple[str, str],
) -> Hook:
    raw = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
    return Hook(id_, topic, domain, raw, at, frozenset(occasions))


def request(hook: Hook, path: str = "/webhooks/shopify") -> bytes:
    """The whole signed HTTP request."""
    digest = hmac.digest(hook.secret.encode(), hook.body, hashlib.sha256)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "Content-Type: application/json\r\nUser-Agent: Shopify-Captain-Hook\r\n"
        f"Content-Length: {len(hook.body)}\r\n"
        f"X-Shopify-Topic: {hook.topic}\r\n"
        f"X-Shopify-Shop-Domain: {hook.domain}\r\n"
        f"X-Shopify-Webhook-Id: {hook.id}\r\n"
        "X-Shopify-Api-Version: 2026-10\r\n"
        f"X-Shopify-Triggered-At: {hook.happened_at.isoformat()}\r\n"
        f"X-Shopify-Hmac-Sha256: {base64.b64encode(digest).decode()}\r\n\r\n"
    )
    return head.encode() + hook.body


def storm(
    count: int,
    domains: Sequence[str],
    *,
    rate: float,
    seed: int,
    window_seconds: float = 5.0,
) -> list[Delivery]:
    """So many webhooks of many shops, each delivered up to three times, in a muddle.

    A repeat mostly has the same webhook id; one in ten comes under another, as when
    two subscriptions overlap. Beside one order in fifty comes a forgery.
    """
    chance = random.Random(seed)
    hooks = _told(count, domains, seed, rate, chance)
    deliveries: list[tuple[float, Hook]] = []
    place = 0
    for hook in hooks:
        times = chance.choices((1, 2, 3), weights=(70, 20, 10))[0]
        for turn in range(times):
            is_other = turn > 0 and chance.random() < 0.1
            told = _under_another_id(hook, turn) if is_other else hook
            deliveries.append((place + chance.uniform(0, window_seconds * rate), told))
            place += 1
        if hook.topic.startswith("orders/") and chance.random() < 0.02:
            deliveries.append((place, _forged(hook)))
            place += 1
    deliveries.sort(key=lambda one: one[0])
    return [
        Delivery(hook, number / rate) for number, (_, hook) in enumerate(deliveries)
    ]


def _told(
    count: int, domains: Sequence[str], seed: int, rate: float, chance: random.Random
) -> list[Hook]:
    """Orders that are only placed; that leave at once; and those told of four times."""
    now = datetime.now(UTC)
    hooks: list[Hook] = []
    number = 0
    while len(hooks) < count:
        domain = domains[number % len(domains)]
        topics = chance.choices(_STORIES, weights=(20, 50, 30))[0]
        for step, topic in enumerate(topics):
            make = order_hook if topic.startswith("orders/") else parcel_hook
            at = now + timedelta(seconds=len(hooks) / rate, milliseconds=step)
            hooks.append(
                make(number, domain, at, topic, f"{seed}-{number}-{step}-{domain[:9]}")
            )
        number += 1
    return hooks[:count]


_STORIES: tuple[tuple[str, ...], ...] = (
    ("orders/create",),
    ("orders/create", "fulfillments/create"),
    ("orders/create", "orders/paid", "fulfillments/create", "fulfillments/update"),
)


def _under_another_id(hook: Hook, turn: int) -> Hook:
    return Hook(
        f"{hook.id}-again-{turn}",
        hook.topic,
        hook.domain,
        hook.body,
        hook.happened_at,
        hook.occasions,
    )


def _forged(hook: Hook) -> Hook:
    """An order that nobody has placed, for a person who has placed none."""
    body: dict[str, Any] = json.loads(hook.body)
    body["id"] += 900_000_000
    stranger = f"+49160{body['id'] % 10_000_000:07d}"
    raw = json.dumps(body, separators=(",", ":")).encode()
    [(digits, _)] = hook.occasions
    raw = raw.replace(f'"+{digits}"'.encode(), f'"{stranger}"'.encode())
    return Hook(
        f"{hook.id}-forged",
        "orders/create",
        hook.domain,
        raw,
        hook.happened_at,
        frozenset(),
        secret=WRONG_SECRET,
    )
