"""The webhook feed: updates become due, are bundled, signed, and sent until taken."""

import asyncio
import hashlib
import heapq
import hmac
import json
import random
from collections import Counter, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import aiohttp

from sandbox.chance import Range, seconds_within
from sandbox.meta.updates import Sent, Update, envelope, status

_MOST_UPDATES = 1000
_MOST_BYTES = 2_900_000
_PARALLEL = 4
_TIMEOUT = aiohttp.ClientTimeout(total=10)
_DEFAULT_NAME = "Sandbox Buyer"
_MOST_POSTS = 200


@dataclass(slots=True)
class FeedBehaviour:
    """When statuses come, and how they misbehave. Times are milliseconds.

    A share is a probability. ``lone_share`` statuses come in a POST of their own.
    """

    sent_ms: Range = (50.0, 300.0)
    delivered_ms: Range = (200.0, 1500.0)
    read_ms: Range = (1000.0, 5000.0)
    read_share: float = 0.7
    skip_sent_share: float = 0.0
    skip_delivered_share: float = 0.0
    failed_share: float = 0.0
    failed_code: int = 131026
    silent_share: float = 0.0
    bundle_size: int = 100
    bundle_ms: int = 50
    shuffle: bool = False
    double_share: float = 0.0
    late_share: float = 0.0
    late_ms: Range = (2000.0, 10000.0)
    lone_share: float = 0.0
    retry_first_ms: float = 500.0
    retry_longest_ms: float = 10_000.0


_Planned = tuple[float, int, Update | tuple[Sent, str, int, int]]
"""When it is due, a number to tell equals apart, and what it is or will be made of."""


class Feed:
    """``seconds_now`` is the wall clock that the statuses tell.

    Without an ``app_url`` there is nobody to tell, and nothing is planned.
    """

    def __init__(
        self,
        *,
        app_url: str | None,
        app_secret: str,
        seconds_now: Callable[[], float],
        chance: random.Random,
    ) -> None:
        self.app_url = app_url
        self.behaviour = FeedBehaviour()
        self.counts: Counter[str] = Counter()
        self.names: dict[str, str] = {}
        self.replies: deque[dict[str, object]] = deque(maxlen=_MOST_POSTS)
        self.chance = chance
        self._key = app_secret.encode()
        self._seconds_now = seconds_now
        self._heap: list[_Planned] = []
        self._numbers = 0
        self._news = asyncio.Event()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._free = asyncio.Semaphore(_PARALLEL)
        self._posts: set[asyncio.Task[None]] = set()
        self._pump: asyncio.Task[None] | None = None
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        self._session = aiohttp.ClientSession(
            timeout=_TIMEOUT, connector=aiohttp.TCPConnector(limit=_PARALLEL)
        )
        self._pump = asyncio.create_task(self._run())

    async def stop(self) -> None:
        tasks = [*self._posts, *([self._pump] if self._pump else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise RuntimeError("the feed has not been started")
        return self._session

    async def verify(self, token: str, challenge: str) -> dict[str, Any]:
        """Whether the application repeats the challenge, as Meta asks it to."""
        asked = {
            "hub.mode": "subscribe",
            "hub.challenge": challenge,
            "hub.verify_token": token,
        }
        url = f"{self.app_url}/webhooks/whatsapp"
        try:
            async with self.session.get(url, params=asked) as answer:
                said = await answer.text()
                is_verified = answer.status == 200 and said == challenge
                return {"verified": is_verified, "status": answer.status}
        except (aiohttp.ClientError, TimeoutError):
            return {"verified": False, "status": None}

    @property
    def waiting(self) -> int:
        """How many updates nobody has taken yet, those in flight not counted."""
        return len(self._heap)

    @property
    def in_flight(self) -> int:
        return len(self._posts)

    @property
    def is_paused(self) -> bool:
        return not self._flowing.is_set()

    def pause(self) -> None:
        """Send nothing more; updates are kept for later."""
        self._flowing.clear()

    def resume(self) -> None:
        self._flowing.set()

    def forget(self) -> None:
        """Drop all that has not been sent."""
        self._heap.clear()

    def tell_soon(self, update: Update) -> None:
        self._add(0.0, update)

    def follow(self, sent: Sent, *, code: int | None) -> None:
        """Plan the statuses of an accepted message; ``code`` makes it fail."""
        how, chance = self.behaviour, self.chance
        if how.silent_share and chance.random() < how.silent_share:
            return
        if code is None and how.failed_share and chance.random() < how.failed_share:
            code = int(how.failed_code)
        at = seconds_within(chance, how.sent_ms)
        if code is not None:
            self._plan(sent, "failed", at, code)
            return
        if not how.skip_sent_share or chance.random() >= how.skip_sent_share:
            self._plan(sent, "sent", at)
        at += seconds_within(chance, how.delivered_ms)
        if not how.skip_delivered_share or chance.random() >= how.skip_delivered_share:
            self._plan(sent, "delivered", at)
        if chance.random() < how.read_share:
            self._plan(sent, "read", at + seconds_within(chance, how.read_ms))

    def _plan(self, sent: Sent, word: str, after: float, code: int = 0) -> None:
        how, chance = self.behaviour, self.chance
        what = (sent, word, int(self._seconds_now() + after), code)
        times = 1
        if how.double_share and chance.random() < how.double_share:
            times = 2
        for _ in range(times):
            late = 0.0
            if how.late_share and chance.random() < how.late_share:
                late = seconds_within(chance, how.late_ms)
            self._add(after + late, what)
            after += how.bundle_ms / 1000

    def _add(self, after: float, what: Update | tuple[Sent, str, int, int]) -> None:
        if self.app_url is None:
            return
        self._numbers += 1
        at = asyncio.get_running_loop().time() + after
        heapq.heappush(self._heap, (at, self._numbers, what))
        if self._heap[0][1] == self._numbers:
            self._news.set()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self._news.clear()
            wait = None
            if self._heap:
                wait = self._heap[0][0] + self.behaviour.bundle_ms / 1000 - loop.time()
            if wait is None or wait > 0:
                # Woken early, it only looks again; a bundle fills while it sleeps.
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), wait)
                continue
            await self._flowing.wait()
            await self._free.acquire()
            if updates := self._collect(loop.time()):
                body = envelope(updates, int(self._seconds_now()))
                self._note_replies(body, updates)
                self._post_soon(body, updates)
            else:
                self._free.release()

    def _note_replies(self, body: bytes, updates: list[Update]) -> None:
        """Remember what holds a customer's own words, by the digest of its bytes."""
        people = [each for each in updates if each.place[4] == "messages"]
        if people:
            self.replies.append(
                {
                    "digest": hashlib.sha256(body).hexdigest(),
                    "at": self._seconds_now(),
                    "messages": [json.loads(each.item) for each in people],
                }
            )

    def _collect(self, now: float) -> list[Update]:
        most = max(1, min(int(self.behaviour.bundle_size), _MOST_UPDATES))
        updates: list[Update] = []
        size = 0
        while self._heap and self._heap[0][0] <= now and len(updates) < most:
            what = heapq.heappop(self._heap)[2]
            update = what if isinstance(what, Update) else self._made(*what)
            size += len(update.item) + len(update.contact)
            updates.append(update)
            lone = self.behaviour.lone_share
            if size > _MOST_BYTES or (lone and self.chance.random() < lone):
                break
        if self.behaviour.shuffle:
            self.chance.shuffle(updates)
        return updates

    def _made(self, sent: Sent, word: str, at: int, code: int) -> Update:
        name = self.names.get(sent.recipient, _DEFAULT_NAME)
        return status(sent, word, at, code=code, name=name)

    def _post_soon(self, body: bytes, updates: list[Update]) -> None:
        task = asyncio.create_task(self._post(body, len(updates)))
        self._posts.add(task)
        task.add_done_callback(self._posts.discard)
        task.add_done_callback(lambda _: self._free.release())

    async def _post(self, body: bytes, updates: int) -> None:
        signature = hmac.new(self._key, body, hashlib.sha256).hexdigest()
        backoff = self.behaviour.retry_first_ms / 1000
        while not await self._is_taken(body, signature):
            self.counts["webhook_posts_not_taken"] += 1
            await asyncio.sleep(backoff)
            backoff = min(backoff * 2, self.behaviour.retry_longest_ms / 1000)
            await self._flowing.wait()
        self.counts["webhook_posts"] += 1
        self.counts["webhook_updates"] += updates

    async def _is_taken(self, body: bytes, signature: str) -> bool:
        try:
            async with self.session.post(
                f"{self.app_url}/webhooks/whatsapp",
                data=body,
                headers={
                    "Content-Type": "application/json",
                    "X-Hub-Signature-256": f"sha256={signature}",
                    "User-Agent": "facebookexternalua",
                },
            ) as answer:
                await answer.read()
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False
