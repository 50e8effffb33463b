"""The simulated Cloud API: one handler for Meta's calls, one for the control API."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from core.clock import Clock, system_clock
from sandbox.chance import dice, seconds_within
from sandbox.files import Bell, Ledger, folder
from sandbox.knobs import BadControl, shown, text, turn, turn_back
from sandbox.meta.accounts import DEFAULT_NUMBER_ID, Accounts
from sandbox.meta.carts import with_products
from sandbox.meta.commerce_door import CommerceDoor
from sandbox.meta.door import Door
from sandbox.meta.errors import Refused, refused_as
from sandbox.meta.faults import Faults, Kind
from sandbox.meta.feed import Feed
from sandbox.meta.inbound import inbound_updates
from sandbox.meta.management import Management, check_version, unknown_path
from sandbox.meta.messages import Accepted, Messages, held, special_recipients
from sandbox.meta.onboarding import DIALOG
from sandbox.meta.phones import Phones, said_in
from sandbox.meta.product_messages import ProductMessages
from sandbox.meta.review import Review
from sandbox.meta.settings import Behaviour, MetaSettings
from sandbox.meta.shortcut import Quick, Shortcut
from sandbox.meta.templates import TemplateBook
from sandbox.meta.updates import account_change
from sandbox.meta.uploads import SESSION
from sandbox.serving import (
    control_body,
    json_answer,
    may_control,
    ordinary_server,
)

_SUCCESS = b'{"success": true}'
BELL = "meta.bell"
"""Rings when a message was taken, or something was set: see ``sandbox.files``."""


class MetaSimulator:
    def __init__(self, settings: MetaSettings, *, clock: Clock = system_clock) -> None:
        place = folder(settings.data_dir)
        self._settings = settings
        self._clock = clock
        self._behaviour = Behaviour()
        self._chance = dice(settings.seed)
        self._ledger = Ledger(place / "meta_ledger.jsonl")
        self._accounts = Accounts(place / "meta_accounts.json", secret=settings.secret)
        self._templates = TemplateBook(place / "meta_templates.json")
        self._faults = Faults(settings.seed)
        self._counts: Counter[str] = Counter()
        self._feed = Feed(
            app_url=settings.app_url,
            app_secret=settings.app_secret,
            seconds_now=self._seconds_now,
            chance=dice(settings.seed + 1),
        )
        self._catalogs = CommerceDoor(
            place,
            self._accounts,
            seconds_now=self._seconds_now,
            seed=settings.seed,
            latency=self._latency,
        )
        self._messages = Messages(
            self._templates,
            self._ledger,
            products=ProductMessages(self._catalogs.commerce),
            seconds_now=self._seconds_now,
        )
        self._phones = Phones(self._messages)
        self._bell = Bell(place / BELL)
        self._review = Review(self._templates, self._feed, is_told=self._is_subscribed)
        self._management = Management(
            self._accounts,
            self._templates,
            app_id=settings.app_id,
            app_secret=settings.app_secret,
            seconds_now=self._seconds_now,
            submitted=self._review.submitted,
        )
        self._monotonic: Callable[[], float] = lambda: 0.0
        self._door: Door | None = None

    @property
    def secret(self) -> str:
        return self._settings.secret

    async def start(self) -> None:
        self._monotonic = asyncio.get_running_loop().time
        self._accounts.keep()
        await self._feed.start()
        self._review.start()
        if self._settings.door_port is not None:
            ordinary = ordinary_server(self)
            self._door = Door(
                lambda: self.connection(ordinary), port=self._settings.door_port
            )
            await self._door.open()

    async def stop(self) -> None:
        if self._door is not None:
            self._door.shut()
        self._review.stop()
        await self._feed.stop()
        self._ledger.close()
        self._catalogs.close()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        # The raw path, since a parsed URL costs as much as the whole check.
        target = request.raw_path
        if request.method == "POST" and target.endswith("/messages"):
            return await self._message(request, target)
        if target.startswith("/_sandbox/"):
            return await self._control(request)
        if target == "/healthz":
            return web.Response(text="ok")
        if DIALOG in target:
            return self._management.onboarding.dialog(
                target, app_url=self._feed.app_url
            )
        if request.method == "POST" and SESSION in target:
            uploads, sent = self._management.uploads, await request.read()
            return uploads.take(target, request.headers, sent)
        if edge := self._catalogs.commerce.edge_of(target):
            return await self._catalogs.handle(request, edge)
        try:
            answer = self._management.answer(
                request.method,
                target,
                request.headers.get("Authorization"),
                await request.read(),
            )
        except Refused as refusal:
            return refusal.answer()
        return json_answer(answer)

    def connection(self, ordinary: web.Server) -> asyncio.Protocol:
        return Shortcut(self._quickly, lambda: ordinary())

    def _quickly(self, target: str, authorization: str, raw: bytes) -> Quick | None:
        if self._faults.rules:
            return None
        try:
            accepted = self._accept(target, authorization, raw)
        except Refused as refusal:
            body = json.dumps(refusal.body()).encode()
            return Quick(refusal.http, body, self._latency())
        return Quick(200, accepted.answer if accepted else _SUCCESS, self._latency())

    async def _message(self, request: web.BaseRequest, target: str) -> web.Response:
        fault = self._faults.draw(target.split("/")[-2])
        if fault is not None and fault.kind is Kind.REFUSE:
            return await fault.instead(request)
        raw = await request.read()
        latency = self._latency()
        if fault is not None and fault.replaces_the_message:
            await asyncio.sleep(latency)
            return await fault.instead(request)
        try:
            accepted = self._accept(target, request.headers.get("Authorization"), raw)
        except Refused as refusal:
            await asyncio.sleep(latency)
            return refusal.answer()
        await asyncio.sleep(latency)
        answer = accepted.answer if accepted else _SUCCESS
        if fault is not None:
            if fault.is_after:
                return await fault.instead(request)
            if fault.kind is Kind.SLOW:
                await asyncio.sleep(seconds_within(self._chance, fault.ms))
            elif fault.kind is Kind.HELD:
                answer = held(answer)
        return web.Response(body=answer, content_type="application/json")

    def _accept(
        self, target: str, authorization: str | None, raw: bytes
    ) -> Accepted | None:
        # Accepted first and answered later, as it really is: a status may overtake
        # the answer, and a client that gives up early has sent all the same.
        try:
            _, version, *rest = target.split("/")
            check_version(version)
            if len(rest) != 2:
                raise unknown_path(target)
            number = self._accounts.number(rest[0], authorization)
            if not number.is_registered:
                raise refused_as(133010)
            accepted = self._messages.accept(number, raw, self._monotonic())
        except Refused as refusal:
            self._counts[f"refused_{refusal.code}"] += 1
            raise
        if accepted is not None:
            self._counts["accepted"] += 1
            self._bell.ring()
            if number.waba.is_subscribed:
                self._feed.follow(accepted.sent, code=accepted.fails_with)
        return accepted

    def _latency(self) -> float:
        return seconds_within(self._chance, self._behaviour.latency_ms)

    async def _control(self, request: web.BaseRequest) -> web.Response:
        if not may_control(request, self._settings.secret):
            return json_answer({"error": "the bearer token is wrong"}, 401)
        path, _, query = request.raw_path.removeprefix("/_sandbox/").partition("?")
        try:
            body = await control_body(request)
            answer = await self._controlled(
                request.method, path, dict(parse_qsl(query)), body
            )
        except BadControl as error:
            return json_answer({"error": str(error)}, 400)
        if request.method != "GET":
            self._bell.ring()
        return json_answer(answer)

    async def _controlled(
        self, method: str, path: str, query: Mapping[str, str], body: dict[str, Any]
    ) -> Any:
        match method, path:
            case "GET", "state":
                return self._state()
            case "GET", "ledger":
                since = int(query.get("since", "0"))
                most = int(query.get("limit", "10000"))
                entries = self._ledger.since(since, most=most)
                return {"total": len(self._ledger), "entries": entries}
            case "DELETE", "ledger":
                self._forget_what_was_said()
                return {"total": 0}
            case "GET", "messages":
                return {"data": self._messages.last(int(query.get("limit", "100")))}
            case "GET", "desk":
                return self._desk(query.get("to", ""), int(query.get("limit", "40")))
            case "POST", "settings":
                self._set(body)
                return self._state()
            case "PUT", "settings":
                self._turn_back()
                self._set(body)
                return self._state()
            case "POST", "begin_anew":
                self._forget_what_was_said()
                return await self._controlled("PUT", "settings", query, body)
            case "POST", "known_templates":
                usual = next(iter(self._accounts.wabas))
                return {"added": self._review.know(body, usual)}
            case "POST", "accounts":
                return self._accounts.told(body)
            case "POST", "signup_codes":
                return {"code": self._management.onboarding.code_for(body)}
            case "POST", "templates":
                return {"changed": self._review.decide(body)}
            case "POST", "inbound":
                return self._inbound(body)
            case "POST", "webhook":
                value = body.get("value")
                waba_id = text(body, "waba_id", next(iter(self._accounts.wabas)))
                self._feed.tell_soon(
                    account_change(waba_id, text(body, "field"), value)
                )
                return {"ok": True}
            case "POST", "pause":
                self._feed.pause()
                return {"paused": True}
            case "POST", "resume":
                self._feed.resume()
                return {"paused": False}
            case "DELETE", "feed":
                self._feed.forget()
                return {"ok": True}
            case "DELETE", "windows":
                self._messages.close_windows()
                return {"ok": True}
            case "POST", "door":
                return await self._move_door(body)
            case "POST", "verify":
                challenge = str(self._chance.randrange(10**9))
                return await self._feed.verify(self._settings.verify_token, challenge)
            case _:
                return self._catalogs.control(method, path, query, body)

    def _state(self) -> dict[str, Any]:
        return {
            "settings": {
                **shown(self._behaviour),
                "app_url": self._feed.app_url,
                "statuses": shown(self._feed.behaviour),
                "templates": shown(self._review.behaviour),
                "catalog": self._catalogs.state(),
                "faults": [shown(each) for each in self._faults.rules],
                "recipients": self._messages.special,
            },
            "accounts": self._accounts.rows(),
            "templates": [
                {"waba_id": t.waba_id, "name": t.name, "language": t.language,
                 "status": t.status, "category": t.category}
                for t in self._templates.all()
            ],
            "counts": {**self._counts, **self._feed.counts},
            "faults_struck": dict(self._faults.struck),
            "ledger": len(self._ledger),
            "updates_waiting": self._feed.waiting,
            "posts_in_flight": self._feed.in_flight,
            "paused": self._feed.is_paused,
        }  # fmt: skip

    def _desk(self, digits: str, most: int) -> dict[str, Any]:
        """What the phone of this number shows, and what is out of order."""
        return {
            "bubbles": self._phones.conversation(digits, most),
            "phones": self._phones.newest(),
            "replies": list(self._feed.replies),
            "is_shut": self._door is not None and not self._door.is_open,
            "faults": [shown(each) for each in self._faults.rules],
            "faults_struck": dict(self._faults.struck),
            "statuses_waiting": self._feed.waiting,
            "accepted": self._counts["accepted"],
        }

    async def _move_door(self, body: dict[str, Any]) -> dict[str, Any]:
        """Open it or shut it, as ``open`` says."""
        is_wanted = body.get("open") is True
        if self._door is not None:
            await self._door.move(is_open=is_wanted)
        elif not is_wanted:
            raise BadControl("open: there is no door to be shut")
        return {"open": is_wanted}

    def _forget_what_was_said(self) -> None:
        """By the shop and by people."""
        self._ledger.clear()
        self._messages.read_back.clear()
        self._phones.forget()
        self._feed.replies.clear()

    def _turn_back(self) -> None:
        """All that can be turned is as at the start, but for what numbers may send."""
        turn_back(self._behaviour, self._feed.behaviour, self._review.behaviour)
        self._catalogs.set_anew()
        self._feed.app_url = self._settings.app_url
        self._set({"seed": self._settings.seed, "faults": [], "recipients": {}})

    def _set(self, wanted: dict[str, Any]) -> None:
        if "seed" in wanted or "faults" in wanted:
            seed = int(wanted.pop("seed", self._settings.seed))
            faults = wanted.pop("faults", [shown(each) for each in self._faults.rules])
            self._faults.set(faults, seed)
            self._chance = dice(seed)
            self._feed.chance = dice(seed + 1)
        turn(self._feed.behaviour, wanted.pop("statuses", {}))
        turn(self._review.behaviour, wanted.pop("templates", {}))
        self._catalogs.set(wanted.pop("catalog", {}))
        self._management.creates_an_hour = int(self._review.behaviour.creates_an_hour)
        if "throughput" in wanted:
            for number in self._accounts.numbers.values():
                number.throughput.most = int(wanted["throughput"])
            self._accounts.keep()
            del wanted["throughput"]
        if "app_url" in wanted:
            self._feed.app_url = wanted.pop("app_url")
        if "recipients" in wanted:
            self._messages.special = special_recipients(wanted.pop("recipients"))
        turn(self._behaviour, wanted)
        self._messages.has_pair_limit = self._behaviour.pair_limit

    def _inbound(self, body: dict[str, Any]) -> dict[str, Any]:
        number_id = text(body, "phone_number_id", DEFAULT_NUMBER_ID)
        number = self._accounts.numbers.get(number_id)
        if number is None:
            raise BadControl("phone_number_id: unknown")
        body = with_products(body, number, self._catalogs.commerce)
        wamid, digits, name, updates = inbound_updates(
            body, number, now=int(self._seconds_now())
        )
        if "preference" not in body:
            self._messages.open_window(number.id, digits)
            self._phones.note(said_in(body, wamid, digits, self._seconds_now()))
        if name is not None:
            self._feed.names[digits] = name
        if number.waba.is_subscribed:
            for update in updates:
                self._feed.tell_soon(update)
        return {"id": wamid}

    def _is_subscribed(self, waba_id: str) -> bool:
        waba = self._accounts.wabas.get(waba_id)
        return waba is not None and waba.is_subscribed

    def _seconds_now(self) -> float:
        now: datetime = self._clock()
        return now.timestamp()
