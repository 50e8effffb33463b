"""Shopify's webhooks: signed, delivered to whoever subscribed, and tried again."""

import asyncio
import base64
import hashlib
import hmac
import json
import random
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import aiohttp

from core.clock import Clock
from sandbox.chance import Range, seconds_within
from sandbox.shopify.app_config import AppConfig
from sandbox.shopify.filters import passes
from sandbox.shopify.shops import Shop, Subscription

API_VERSION = "2026-10"
COMPLIANCE_TOPICS = {"customers/data_request", "customers/redact", "shop/redact"}
_RETRIES = 8
_MOST_TOLD = 200
_TIMEOUT = aiohttp.ClientTimeout(total=5, sock_connect=1)


@dataclass(slots=True)
class HookBehaviour:
    """How deliveries misbehave. Shopify waits longer and longer over four hours."""

    retry_first_ms: float = 500
    retry_longest_ms: float = 8000
    delay_ms: Range = (0.0, 0.0)
    drop_share: float = 0.0
    double_share: float = 0.0
    parallel: int = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """``order_id`` is that of the order it is about, if it is about one."""

    url: str
    body: bytes
    headers: Mapping[str, str]
    subscription: Subscription | None
    order_id: int | None = None
    is_forged: bool = False


class Hooks:
    """``forgotten`` is called when a subscription failed for too long and is gone.

    ``app_url`` gets the compliance topics, to which no API subscribes. ``ring`` is
    called when something has come of a delivery.
    """

    def __init__(
        self,
        *,
        app_url: str | None,
        clock: Clock,
        chance: random.Random,
        secret_of: Callable[[Shop], str],
        forgotten: Callable[[], None],
        app: AppConfig,
        ring: Callable[[], None] = lambda: None,
    ) -> None:
        self.app_url = app_url
        self._app = app
        self.behaviour = HookBehaviour()
        self.counts: Counter[str] = Counter()
        self.log: deque[dict[str, Any]] = deque(maxlen=1000)
        self.chance = chance
        self._clock = clock
        self._secret_of = secret_of
        self._forgotten = forgotten
        self._ring = ring
        self._told: deque[tuple[Shop, Delivery]] = deque(maxlen=_MOST_TOLD)
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._free: asyncio.Semaphore | None = None

    async def start(self) -> None:
        self._session = aiohttp.ClientSession(
            timeout=_TIMEOUT, connector=aiohttp.TCPConnector(limit=256)
        )
        self._free = asyncio.Semaphore(int(self.behaviour.parallel))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    @property
    def under_way(self) -> int:
        return len(self._tasks)

    def pause(self) -> None:
        self._flowing.clear()

    def resume(self) -> None:
        self._flowing.set()

    def set_parallel(self) -> None:
        """Take over a changed ``parallel`` for the deliveries to come."""
        self._free = asyncio.Semaphore(max(1, int(self.behaviour.parallel)))

    def tell(
        self, shop: Shop, topic: str, body: Any, *, event_id: str | None = None
    ) -> list[str]:
        """Deliver to whoever subscribed; the webhook ids of the deliveries."""
        event_id = event_id or self.new_id()
        ids = []
        for url, subscription in self.receivers(shop, topic):
            if subscription is not None and not passes(body, subscription.filter):
                continue
            shown = _reduced(body, subscription)
            delivery = self.delivery(
                shop,
                topic,
                shown,
                url=url,
                subscription=subscription,
                event_id=event_id,
            )
            ids.append(delivery.headers["X-Shopify-Webhook-Id"])
            self._told.append((shop, delivery))
            if self.chance.random() < self.behaviour.drop_share:
                self.counts["dropped"] += 1
                continue
            self.send(shop, delivery)
            if self.chance.random() < self.behaviour.double_share:
                self.counts["doubled"] += 1
                self.send(shop, delivery)
        return ids

    def delivery(
        self,
        shop: Shop,
        topic: str,
        body: Any,
        *,
        url: str,
        subscription: Subscription | None = None,
        event_id: str | None = None,
        headers: Mapping[str, str] | None = None,
        forged: bool = False,
    ) -> Delivery:
        """Ready and signed; ``headers`` replace those of the same name.

        A forged one is no delivery of Shopify's: it is tried once, and no subscription
        suffers for its being refused.
        """
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        secret = "somebody else" if forged else self._secret_of(shop)
        signature = hmac.digest(secret.encode(), raw, hashlib.sha256)
        told = {
            "Content-Type": "application/json",
            "User-Agent": "Shopify-Captain-Hook",
            "X-Shopify-Topic": topic,
            "X-Shopify-Hmac-Sha256": base64.b64encode(signature).decode(),
            "X-Shopify-Shop-Domain": shop.domain,
            "X-Shopify-API-Version": API_VERSION,
            "X-Shopify-Webhook-Id": self.new_id(),
            "X-Shopify-Event-Id": event_id or self.new_id(),
            "X-Shopify-Triggered-At": nanoseconds(self._clock()),
        }
        if subscription is not None and subscription.name:
            told["X-Shopify-Name"] = subscription.name
        told |= headers or {}
        return Delivery(
            url=url,
            body=raw,
            headers=told,
            subscription=None if forged else subscription,
            order_id=_order_of(topic, body),
            is_forged=forged,
        )

    def tell_again(
        self, order_id: int, topic: str, *, times: int, under_new_ids: int
    ) -> list[str]:
        """Send once more what was told of an order last: as it was, and as if it were
        new. Answers the webhook ids, none where it was never told or too long ago."""
        for shop, delivery in reversed(self._told):
            if delivery.order_id == order_id and (
                delivery.headers["X-Shopify-Topic"] == topic
            ):
                renamed = [self._renamed(delivery) for _ in range(under_new_ids)]
                repeats = [*[delivery] * times, *renamed]
                for each in repeats:
                    self.send(shop, each)
                return [each.headers["X-Shopify-Webhook-Id"] for each in repeats]
        return []

    def _renamed(self, delivery: Delivery) -> Delivery:
        headers = {**delivery.headers, "X-Shopify-Webhook-Id": self.new_id()}
        return replace(delivery, headers=headers)

    def send(self, shop: Shop, delivery: Delivery, *, after_seconds: float = 0) -> None:
        after = after_seconds + seconds_within(self.chance, self.behaviour.delay_ms)
        task = asyncio.create_task(self._deliver(shop, delivery, after))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def new_id(self) -> str:
        raw = f"{self.chance.getrandbits(128):032x}"
        return f"{raw[:8]}-{raw[8:12]}-4{raw[13:16]}-a{raw[17:20]}-{raw[20:]}"

    def receivers(
        self, shop: Shop, topic: str
    ) -> list[tuple[str, Subscription | None]]:
        """Where a topic goes: by the app's own subscriptions, and by the shop's."""
        if topic in COMPLIANCE_TOPICS:
            url = f"{self.app_url}/webhooks/shopify"
            return [(url, None)] if self.app_url else []
        found = shop.subscribed(topic)
        if shop.is_managed and self.app_url:
            found = [*self._app_subscriptions(topic), *found]
        return [(each.uri, each) for each in found]

    def _app_subscriptions(self, topic: str) -> list[Subscription]:
        ours = self._app.subscriptions(self.app_url or "")
        return [each for each in ours if each.topic == topic]

    async def _deliver(self, shop: Shop, delivery: Delivery, after: float) -> None:
        if after:
            await asyncio.sleep(after)
        if delivery.is_forged:
            await self._is_taken(delivery, 0)
            return
        wait = self.behaviour.retry_first_ms / 1000
        for attempt in range(_RETRIES + 1):
            await self._flowing.wait()
            # Whoever unsubscribed in the meantime is left alone.
            gone = delivery.subscription
            if gone is not None and gone.id and gone not in shop.subscriptions:
                return
            if await self._is_taken(delivery, attempt):
                self.counts["delivered"] += 1
                return
            self.counts["failed_attempts"] += 1
            if attempt < _RETRIES:
                await asyncio.sleep(wait)
                wait = min(wait * 2, self.behaviour.retry_longest_ms / 1000)
        self.counts["given_up"] += 1
        gone = delivery.subscription
        if gone is not None and gone in shop.subscriptions:
            shop.subscriptions.remove(gone)
            self._forgotten()

    async def _is_taken(self, delivery: Delivery, attempt: int) -> bool:
        assert self._session is not None
        assert self._free is not None
        status: int | None = None
        loop = asyncio.get_running_loop()
        began_at = loop.time()
        async with self._free:
            try:
                async with self._session.post(
                    delivery.url,
                    data=delivery.body,
                    headers=delivery.headers,
                    allow_redirects=False,
                ) as answer:
                    await answer.read()
                    status = answer.status
            except (aiohttp.ClientError, TimeoutError, OSError):
                pass
        self.log.append(
            {
                "webhook_id": delivery.headers.get("X-Shopify-Webhook-Id"),
                "topic": delivery.headers.get("X-Shopify-Topic"),
                "attempt": attempt,
                "status": status,
                "at": self._clock().isoformat(),
                "milliseconds": round((loop.time() - began_at) * 1000, 1),
                "order_id": delivery.order_id,
                "forged": delivery.is_forged,
                "bytes": len(delivery.body),
            }
        )
        self._ring()
        return status is not None and 200 <= status < 300


def nanoseconds(moment: datetime) -> str:
    """RFC 3339 with nine places, as the header has it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z"


def _reduced(body: Any, subscription: Subscription | None) -> Any:
    if subscription is None or not subscription.include_fields:
        return body
    return {k: v for k, v in body.items() if k in subscription.include_fields}


def _order_of(topic: str, body: Any) -> int | None:
    if not isinstance(body, dict):
        return None
    number = body.get("id" if topic.startswith("orders/") else "order_id")
    return number if isinstance(number, int) else None
