"""The simulated Shopify: the Admin API of each shop, and the control API."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from core.clock import Clock, system_clock
from sandbox.chance import dice, seconds_within
from sandbox.files import Bell, folder
from sandbox.knobs import BadControl, shown, turn, turn_back
from sandbox.serving import control_body, cut, hang, json_answer, may_control
from sandbox.shopify.admin import Admin, script
from sandbox.shopify.app_config import app_config
from sandbox.shopify.bulk import Bulk
from sandbox.shopify.changes import needing_scopes
from sandbox.shopify.documents import Documents
from sandbox.shopify.drafting import AnswerLost
from sandbox.shopify.execute import checked_variables, chosen, cost, denied, executed
from sandbox.shopify.hooks import Hooks
from sandbox.shopify.owner import Owner
from sandbox.shopify.resolvers import Resolvers
from sandbox.shopify.rush import Rush
from sandbox.shopify.settings import Behaviour, ShopifySettings
from sandbox.shopify.shops import Shop, Shops
from sandbox.shopify.storefront import Storefront
from sandbox.shopify.throttle import MOST_FOR_ONE, Bucket
from sandbox.shopify.till import Till
from sandbox.shopify.tokens import NotGranted, TokenDesk

_VERSIONS = ("2026-01", "2026-04", "2026-07", "2026-10")
_VERSION = re.compile(r"20\d\d-(01|04|07|10)", re.ASCII)
_KEEP_EVERY_SECONDS = 0.5
_WORDS = {
    402: "Unavailable Shop",
    403: "[API] This action requires merchant approval for read_orders scope.",
    423: "This shop is unavailable",
    429: "Exceeded 2 calls per second for api client. Reduce request rates to resume.",
}
# Shopify tells nowhere how it words this one.
_NOT_ALLOWED = "[API] Requests from this IP address are not on the app's IP allowlist."
BELL = "shopify.bell"
"""Rings when something was done or delivered: see ``sandbox.files``."""


class ShopifySimulator:
    def __init__(
        self, settings: ShopifySettings, *, clock: Clock = system_clock
    ) -> None:
        place = folder(settings.data_dir)
        self._settings = settings
        self._clock = clock
        self._behaviour = Behaviour()
        self._chance = dice(settings.seed)
        self._counts: Counter[str] = Counter()
        self._buckets: dict[str, Bucket] = {}
        self._documents = Documents(place / "documents.json", settings.judge)
        self._desk = TokenDesk((settings.api_key, settings.api_secret), self._counts)
        self._shops = Shops(
            place / "shopify_shops.json", secret=settings.secret, seed=settings.seed
        )
        app = app_config()
        bell = Bell(place / BELL)
        self._hooks = Hooks(
            app_url=settings.app_url,
            clock=clock,
            chance=dice(settings.seed + 1),
            secret_of=lambda shop: self._desk.client(shop)[1],
            forgotten=self._forgotten,
            app=app,
            ring=bell.ring,
        )
        self._admin = Admin(
            app,
            lambda: self._hooks.app_url,
            self._desk,
            clock,
            self._shops.changed,
        )
        self._storefront = Storefront(
            app, lambda: self._hooks.app_url, self._desk, clock
        )
        self._till = Till(
            self._shops, self._hooks, clock, storefront=settings.storefront
        )
        self._bulk = Bulk(self._shops, self._hooks, clock)
        self._rush = Rush(self._till, dice(settings.seed + 2))
        self._owner = Owner(
            self._shops,
            self._till,
            self._hooks,
            self._rush,
            self._bulk,
            clock=clock,
            ring=bell.ring,
        )
        self._keeper: asyncio.Task[None] | None = None

    @property
    def secret(self) -> str:
        return self._settings.secret

    def connection(self, ordinary: web.Server) -> asyncio.Protocol:
        return ordinary()

    async def start(self) -> None:
        await self._hooks.start()
        self._shops.changed()
        self._keeper = asyncio.create_task(self._keep_now_and_then())

    async def stop(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
        self._rush.end()
        await self._hooks.stop()
        self._shops.keep()

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path, _, query = request.raw_path.partition("?")
        if path.startswith("/_sandbox/"):
            return await self._control(request, path.removeprefix("/_sandbox/"), query)
        if path == "/healthz":
            return web.Response(text="ok")
        if (found := script(path)) is not None:
            return found
        if (lines := self._bulk.file(path)) is not None:
            return self._download(request, lines)
        domain, _, rest = path.lstrip("/").partition("/")
        shop = self._shops.by_domain.get(domain)
        if shop is not None:
            shown = await self._storefront.answer(request, shop, rest, query)
            if shown is not None:
                return shown
        await asyncio.sleep(seconds_within(self._chance, self._behaviour.latency_ms))
        if self._behaviour.fail_next >= 1:
            return await self._fail(request)
        if shop is None:
            return json_answer({"errors": "Not Found"}, 404)
        if rest == "admin/oauth/access_token" and request.method == "POST":
            return await self._token(request, shop)
        match = re.fullmatch(r"admin/api/([^/]+)/graphql\.json", rest)
        if match is not None and request.method == "POST":
            return await self._graphql(request, shop, match.group(1))
        if rest.startswith("admin/"):
            place = rest.removeprefix("admin/")
            answer = await self._admin.answer(request, shop, place, query)
            if answer is not None:
                return answer
        return json_answer({"errors": "Not Found"}, 404)

    async def _fail(self, request: web.BaseRequest) -> web.Response:
        self._behaviour.fail_next -= 1
        self._counts["failed_on_purpose"] += 1
        if self._behaviour.fail_http == 0:
            return cut(request)
        if self._behaviour.fail_http == 1:
            return await hang(request)
        status = int(self._behaviour.fail_http)
        headers = {"Retry-After": "1.0"} if status == 429 else {}
        told = {"errors": _WORDS.get(status, "unavailable")}
        return json_answer(told, status, headers=headers)

    async def _token(self, request: web.BaseRequest, shop: Shop) -> web.Response:
        raw = await request.read()
        try:
            asked = json.loads(raw)
        except ValueError:
            asked = dict(parse_qsl(raw.decode("utf-8", "replace")))
        if not isinstance(asked, dict):
            asked = {}
        try:
            answer = self._desk.grant(shop, asked, self._clock().timestamp())
        except NotGranted as refusal:
            told = {"error": refusal.error, "error_description": refusal.description}
            return json_answer(told, 400)
        self._shops.changed()
        return json_answer(answer)

    async def _graphql(
        self, request: web.BaseRequest, shop: Shop, version: str
    ) -> web.Response:
        served = _served(version)
        if served is None:
            return json_answer({"errors": "Not Found"}, 404)
        if not self._behaviour.is_address_allowed:
            self._counts["refused_address"] += 1
            return json_answer({"errors": _NOT_ALLOWED}, 403)
        token = request.headers.get("X-Shopify-Access-Token", "")
        now = self._clock().timestamp()
        if not shop.is_installed or self._desk.holder(shop, token, now) is None:
            words = "[API] Invalid API key or access token (unrecognized login or "
            return json_answer({"errors": words + "wrong password)"}, 401)
        try:
            asked = json.loads(await request.read())
            document, given = asked["query"], asked.get("variables") or {}
            name = asked.get("operationName")
            is_sound = isinstance(document, str) and isinstance(given, dict)
        except (ValueError, KeyError, TypeError, AttributeError):
            is_sound = False
        if not is_sound:
            return json_answer({"errors": {"query": "Required parameter missing"}}, 400)
        self._counts["queries"] += 1
        origin = f"http://{request.host}"
        try:
            answer = await self._answer(shop, document, given, name, origin)
        except AnswerLost:
            return cut(request)
        return json_answer(answer, headers={"X-Shopify-API-Version": served})

    async def _answer(
        self,
        shop: Shop,
        document: str,
        given: Mapping[str, Any],
        name: str | None,
        origin: str,
    ) -> dict[str, Any]:
        verdict = await self._documents.verdict(document)
        if "errors" in verdict:
            return {"errors": verdict["errors"]}
        operation = chosen(verdict["operations"], name)
        if isinstance(operation, str):
            return {"errors": [{"message": operation}]}
        variables, errors = checked_variables(operation, given)
        if errors:
            return {"errors": errors}
        requested = cost(operation, variables)
        if requested > MOST_FOR_ONE:
            words = f"Query cost is {requested}, which exceeds the single query max "
            words += f"cost limit ({MOST_FOR_ONE})."
            extensions = {"code": "MAX_COST_EXCEEDED", "cost": requested}
            return {"errors": [{"message": words, "extensions": extensions}]}
        bucket = self._bucket(shop)
        if not bucket.takes(requested, self._clock().timestamp()):
            self._counts["throttled"] += 1
            error = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
            return {
                "errors": [error],
                "extensions": {"cost": bucket.told(requested, None)},
            }
        extensions = {"cost": bucket.told(requested, requested)}
        if errors := denied(needing_scopes(operation), shop.has_scope):
            data = {each["as"]: None for each in operation["fields"]}
            return {"data": data, "errors": errors, "extensions": extensions}
        inside = await self._verdict_inside(operation["fields"], variables)
        resolvers = Resolvers(
            shop,
            self._shops,
            self._till,
            self._clock,
            self._bulk,
            self._owner.written_up,
            origin=origin,
            inside=inside,
        )
        is_mutation = operation["kind"] == "mutation"
        root = resolvers.mutation() if is_mutation else resolvers.query()
        data, errors = executed(operation["fields"], root, variables)
        answer: dict[str, Any] = {"data": data, "extensions": extensions}
        if errors:
            answer["errors"] = errors
        return answer

    async def _verdict_inside(
        self, fields: list[dict[str, Any]], variables: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        """On the query that a bulk operation is to carry out."""
        for field in fields:
            if field["name"] == "bulkOperationRunQuery":
                query = field["arguments"].get("query")
                if isinstance(query, dict):
                    query = variables.get(query.get("$", ""))
                return await self._documents.verdict(str(query))
        return None

    def _download(self, request: web.BaseRequest, lines: bytes) -> web.Response:
        """A file of lines, from a place on where one is asked for."""
        self._counts["downloads"] += 1
        asked = re.fullmatch(r"bytes=(\d+)-", request.headers.get("Range", ""))
        start = int(asked[1]) if asked else 0
        if start and start >= len(lines):
            return web.Response(status=416)
        rest = lines[start:]
        if self._bulk.behaviour.cut_next >= 1:
            self._bulk.behaviour.cut_next -= 1
            rest = rest[: len(rest) // 2]
        return web.Response(status=206 if start else 200, body=rest)

    def _bucket(self, shop: Shop) -> Bucket:
        bucket = self._buckets.get(shop.domain)
        if bucket is None:
            bucket = self._buckets[shop.domain] = Bucket(
                self._behaviour.bucket,
                self._behaviour.restore_rate,
                self._behaviour.bucket,
                self._clock().timestamp(),
            )
        return bucket

    async def _control(
        self, request: web.BaseRequest, path: str, query: str
    ) -> web.Response:
        if not may_control(request, self._settings.secret):
            return json_answer({"error": "the bearer token is wrong"}, 401)
        try:
            body = await control_body(request)
            match request.method, path:
                case "GET", "state":
                    return json_answer(self._state())
                case "GET", "deliveries":
                    return json_answer({"data": list(self._hooks.log)})
                case "POST", "settings":
                    self._set(body)
                    return json_answer(self._state())
                case "PUT", "settings":
                    self._turn_back()
                    self._set(body)
                    return json_answer(self._state())
                case method, _:
                    asked = {**dict(parse_qsl(query)), **body}
                    return json_answer(self._owner.did(method, path, asked))
        except BadControl as error:
            return json_answer({"error": str(error)}, 400)

    def _state(self) -> dict[str, Any]:
        return {
            "settings": {
                **shown(self._behaviour),
                "app_url": self._hooks.app_url,
                "webhooks": shown(self._hooks.behaviour),
                "bulk": shown(self._bulk.behaviour),
            },
            "shops": [self._owner.shown(s) for s in self._shops.by_domain.values()],
            "counts": {**self._counts, **self._hooks.counts},
            "deliveries_under_way": self._hooks.under_way,
        }

    def _turn_back(self) -> None:
        """All that can be turned is as at the start."""
        turn_back(self._behaviour, self._hooks.behaviour, self._bulk.behaviour)
        self._hooks.app_url = self._settings.app_url
        self._set({"seed": self._settings.seed})

    def _set(self, wanted: dict[str, Any]) -> None:
        if "seed" in wanted:
            seed = int(wanted.pop("seed"))
            self._chance, self._hooks.chance = dice(seed), dice(seed + 1)
        if "app_url" in wanted:
            self._hooks.app_url = wanted.pop("app_url")
        turn(self._hooks.behaviour, wanted.pop("webhooks", {}))
        turn(self._bulk.behaviour, wanted.pop("bulk", {}))
        self._hooks.set_parallel()
        turn(self._behaviour, wanted)
        self._buckets.clear()

    def _forgotten(self) -> None:
        self._counts["subscriptions_deleted"] += 1
        self._shops.changed()

    async def _keep_now_and_then(self) -> None:
        while True:
            self._shops.keep()
            await asyncio.sleep(_KEEP_EVERY_SECONDS)


def _served(version: str) -> str | None:
    """The version that answers: an old one falls forward, an unknown one is 404."""
    if version == "unstable" or version in _VERSIONS:
        return version
    if _VERSION.fullmatch(version) and version < _VERSIONS[0]:
        return _VERSIONS[0]
    return None
