"""The simulated 17TRACK: version 2.4 of its API, its webhooks, and the control API.

It refuses what the real one refuses: an unknown key, more than forty numbers, a number
registered before, a fourth call in a second. A push is tried once: that the real one
tries again could not be found.
"""

import asyncio
import hashlib
import json
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from core.clock import Clock, system_clock
from core.sealing import derived_key
from sandbox.files import folder
from sandbox.knobs import BadControl, shown, text, turn
from sandbox.serving import control_body, cut, hang, json_answer, may_control
from sandbox.tracking.accounts import MESSAGES, Account, Accounts, Rejected, told

_MOST_AT_ONCE = 40
_TIMEOUT = aiohttp.ClientTimeout(total=5, sock_connect=1)
_ACTIONS: Mapping[str, Callable[[Account, Mapping[str, Any]], Mapping[str, Any]]] = {
    "register": Account.register,
    "stoptrack": Account.stop,
    "retrack": Account.retrack,
    "changecarrier": Account.change_carrier,
    "gettrackinfo": Account.tell,
}


def sandbox_key(secret: str) -> str:
    """The key of the demo's account, which the seed gives to the simulated store."""
    return derived_key(secret, "sandbox 17track").hex().upper()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingSettings:
    """``app_url`` is where the demo's account pushes for ``shop``; without one there is
    no account at first, and without ``data_dir`` nothing is kept."""

    secret: str = "sandbox"  # noqa: S105 - names no real door
    data_dir: Path | None = None
    app_url: str | None = None
    shop: str | None = None


@dataclass(slots=True)
class Behaviour:
    """What ``POST /_sandbox/settings`` turns.

    The next ``fail_next`` calls fail with ``fail_http``, or without an answer: 0 resets
    the connection, 1 never answers.
    """

    calls_a_second: float = 3
    fail_next: float = 0
    fail_http: float = 503


class TrackingSimulator:
    def __init__(
        self, settings: TrackingSettings, *, clock: Clock = system_clock
    ) -> None:
        place = settings.data_dir and folder(settings.data_dir) / "17track.json"
        self._settings = settings
        self._clock = clock
        self._behaviour = Behaviour()
        self._accounts = Accounts(place)
        self._calls: dict[str, deque[float]] = {}
        self._counts: Counter[str] = Counter()
        self._log: deque[dict[str, Any]] = deque(maxlen=1000)
        self._session: aiohttp.ClientSession | None = None
        if settings.app_url and settings.shop:
            key = sandbox_key(settings.secret)
            account = self._accounts.by_key.setdefault(key, Account(key, quota=100_000))
            account.webhook_url = (
                f"{settings.app_url}/webhooks/tracking/17track/{settings.shop}"
            )

    @property
    def secret(self) -> str:
        return self._settings.secret

    def connection(self, ordinary: web.Server) -> asyncio.Protocol:
        return ordinary()

    async def start(self) -> None:
        self._session = aiohttp.ClientSession(timeout=_TIMEOUT)

    async def stop(self) -> None:
        self._accounts.keep()
        if self._session is not None:
            await self._session.close()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if path.startswith("/_sandbox/"):
            return await self._control(request, path.removeprefix("/_sandbox/"))
        if path == "/healthz":
            return web.Response(text="ok")
        what = path.removeprefix("/track/v2.4/")
        if request.method != "POST" or what not in {*_ACTIONS, "getquota"}:
            return web.Response(status=404, text="Not Found")
        if self._behaviour.fail_next >= 1:
            return await self._fail(request)
        self._counts[what] += 1
        account = self._accounts.by_key.get(request.headers.get("17token", ""))
        if account is None:
            return json_answer(_refused(-18010002, -18010002), 401)
        if self._is_too_soon(account.key):
            self._counts["throttled"] += 1
            return web.Response(status=429, text="Too Many Requests")
        return json_answer(self._answer(account, what, await request.read()))

    def _answer(self, account: Account, what: str, raw: bytes) -> dict[str, Any]:
        if what == "getquota":
            return {"code": 0, "data": account.told_quota()}
        try:
            asked = json.loads(raw)
        except ValueError:
            asked = None
        if not isinstance(asked, list) or not all(isinstance(x, dict) for x in asked):
            return _refused(-18010013)
        if len(asked) > _MOST_AT_ONCE:
            return _refused(-18010014)
        accepted, rejected = [], []
        for each in asked:
            try:
                accepted.append(_ACTIONS[what](account, each))
            except Rejected as refusal:
                number = str(each.get("number", ""))
                rejected.append({"number": number, "error": _error(refusal, number)})
        return {"code": 0, "data": {"accepted": accepted, "rejected": rejected}}

    def _is_too_soon(self, key: str) -> bool:
        now = self._clock().timestamp()
        calls = self._calls.setdefault(key, deque())
        while calls and calls[0] <= now - 1:
            calls.popleft()
        if len(calls) >= self._behaviour.calls_a_second:
            return True
        calls.append(now)
        return False

    async def _fail(self, request: web.BaseRequest) -> web.Response:
        self._behaviour.fail_next -= 1
        self._counts["failed_on_purpose"] += 1
        if self._behaviour.fail_http == 0:
            return cut(request)
        if self._behaviour.fail_http == 1:
            return await hang(request)
        return web.Response(status=int(self._behaviour.fail_http), text="unavailable")

    async def _control(self, request: web.BaseRequest, path: str) -> web.Response:
        if not may_control(request, self._settings.secret):
            return json_answer({"error": "the bearer token is wrong"}, 401)
        try:
            return await self._did(request.method, path, await control_body(request))
        except BadControl as error:
            return json_answer({"error": str(error)}, 400)

    async def _did(self, method: str, path: str, body: dict[str, Any]) -> web.Response:
        match method, path:
            case "GET", "state":
                done: Any = self._state()
            case "GET", "deliveries":
                done = {"data": list(self._log)}
            case "POST", "settings":
                turn(self._behaviour, body)
                done = self._state()
            case "POST", "accounts":
                done = self._open(body)
            case "POST", "scans":
                done = await self._scan(body)
            case "POST", "stops":
                done = await self._stop_following(body)
            case "DELETE", "accounts":
                self._accounts.by_key.clear()
                self._calls.clear()
                self._counts.clear()
                done = {}
            case _:
                raise BadControl(f"there is no {method} {path}")
        return json_answer(done)

    def _state(self) -> dict[str, Any]:
        return {
            "settings": shown(self._behaviour),
            "counts": dict(self._counts),
            "accounts": [
                {
                    "key": account.key,
                    "webhook_url": account.webhook_url,
                    "quota_left": account.quota - account.used,
                    "numbers": [
                        {
                            "number": each.number,
                            "carrier": each.carrier,
                            "tag": each.tag,
                            "is_stopped": each.is_stopped,
                        }
                        for each in account.numbers.values()
                    ],
                }
                for account in self._accounts.by_key.values()
            ],
        }

    def _open(self, body: dict[str, Any]) -> dict[str, Any]:
        key = text(body, "key")
        account = self._accounts.by_key.setdefault(key, Account(key))
        if "webhook_url" in body:
            account.webhook_url = body["webhook_url"]
        if "quota" in body:
            account.quota = int(body["quota"])
        self._accounts.keep()
        return {"key": key, "quota_left": account.quota - account.used}

    async def _scan(self, body: dict[str, Any]) -> dict[str, Any]:
        """A carrier scans a number: the whole journey is pushed to who follows it."""
        number = text(body, "number")
        event = _event(body, self._clock())
        pushes = []
        for account in self._accounts.by_key.values():
            known = account.numbers.get(number)
            if known is None or known.is_stopped:
                continue
            known.events.append(event)
            known.events.sort(key=lambda each: each["time_utc"] or "", reverse=True)
            pushed = {"event": "TRACKING_UPDATED", "data": told(known)}
            pushes.append(await self._push(account, pushed, body))
        if not pushes:
            raise BadControl(f"nobody follows {number}")
        self._accounts.keep()
        return {"pushed": pushes}

    async def _stop_following(self, body: dict[str, Any]) -> dict[str, Any]:
        """17TRACK stops by itself: nothing has happened for a month."""
        number = text(body, "number")
        pushes = []
        for account in self._accounts.by_key.values():
            known = account.numbers.get(number)
            if known is None or known.is_stopped:
                continue
            known.is_stopped = True
            data = {"number": number, "carrier": known.carrier, "param": None}
            data["tag"] = known.tag
            pushed = {"event": "TRACKING_STOPPED", "data": data}
            pushes.append(await self._push(account, pushed, body))
        return {"pushed": pushes}

    async def _push(
        self, account: Account, pushed: Mapping[str, Any], asked: Mapping[str, Any]
    ) -> int | None:
        """The status of the answer; None without one, or where it goes nowhere."""
        if account.webhook_url is None or self._session is None:
            return None
        raw = json.dumps(pushed, ensure_ascii=False, separators=(",", ":")).encode()
        key = "somebody else" if asked.get("forged") else account.key
        signed = hashlib.sha256(raw + b"/" + key.encode()).hexdigest()
        status = None
        try:
            async with self._session.post(
                account.webhook_url,
                data=raw,
                headers={"Content-Type": "application/json", "sign": signed},
                allow_redirects=False,
            ) as answer:
                await answer.read()
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            pass
        self._log.append({"event": pushed["event"], "status": status})
        return status


def _error(refusal: Rejected, number: str) -> dict[str, Any]:
    words = MESSAGES[refusal.code].format(number)
    return {"code": refusal.code, "message": words}


def _refused(code: int, outer: int = 0) -> dict[str, Any]:
    """The whole call is refused."""
    errors = [{"code": code, "message": MESSAGES[code]}]
    return {"code": outer, "data": {"errors": errors}}


def _event(body: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """A scan in the words of a webhook; ``fields`` replace those of the same name."""
    at = body.get("at")
    moment = now if at is None else datetime.fromisoformat(str(at))
    sub_status = text(dict(body), "sub_status", "InTransit_Other")
    city, country = body.get("city"), body.get("country")
    location = ", ".join(each for each in (city, country) if each) or None
    fields: Mapping[str, Any] = body.get("fields") or {}
    return {
        "time_iso": moment.isoformat(),
        "time_utc": moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "time_raw": {"date": None, "time": None, "timezone": None},
        "description": body.get("description") or "Scanned",
        "description_translation": None,
        "location": body.get("location", location),
        "stage": None,
        "sub_status": sub_status,
        "address": {
            "country": country,
            "state": None,
            "city": city,
            "street": None,
            "postal_code": None,
            "coordinates": {"longitude": None, "latitude": None},
        },
        **fields,
    }
