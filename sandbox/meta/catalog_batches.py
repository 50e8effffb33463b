"""``items_batch``: taken at once, worked at later, and what is told of it then."""

import json
import math
import secrets
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from sandbox.chance import Range, dice, seconds_within
from sandbox.meta.catalog_rules import (
    found_at_once,
    found_in_place,
    found_in_work,
    id_of,
    warnings_of,
)
from sandbox.meta.catalog_store import Batch, CatalogStore, KeptItem
from sandbox.meta.errors import Refused
from sandbox.meta.management import body_of

_MOST_REQUESTS = 5_000
_MOST_BYTES = 28 * 1024 * 1024
_CALLS_SECONDS = 60.0


@dataclass(slots=True)
class CatalogBehaviour:
    """What ``settings`` turns under ``catalog``. ``traffic`` is how often people saw
    the catalog's products within 28 days, by which Meta says how many batches a minute
    it takes; ``endless_share`` is of batches of which no end is ever told. Whoever
    comes too often is shut out for ``regain_minutes``, and told so."""

    batch_ms: Range = (200.0, 1_000.0)
    review_ms: Range = (500.0, 2_000.0)
    endless_share: float = 0.0
    traffic: float = 1.0
    errors_a_page: float = 100.0
    regain_minutes: float = 0.0
    has_rate: bool = True


class Batches:
    def __init__(
        self, store: CatalogStore, *, seconds_now: Callable[[], float], seed: int
    ) -> None:
        self.behaviour = CatalogBehaviour()
        self.counts: Counter[str] = Counter()
        self._store = store
        self._seconds_now = seconds_now
        self._chance: Random = dice(seed)
        self._calls: dict[str, deque[float]] = {}
        self._shut_until: dict[str, float] = {}

    def take(
        self, catalog: str, raw: bytes, *, is_local: bool = False
    ) -> dict[str, Any]:
        """The answer to a POST of a batch: of items, or of what is otherwise about them
        in a language or a country.

        Raises:
            Refused: the whole of it, of which nothing is kept then.
        """
        self._check_rate(catalog)
        self.counts["batches"] += 1
        body, requests = _read(raw)
        self.counts["requests"] += len(requests)
        may_create = body.get("allow_upsert", True)
        taken, told, seen = [], [], set()
        for line, request in enumerate(requests, start=1):
            id_, errors = id_of(request), found_at_once(request)
            if not errors and is_local:
                errors = found_in_place(request)
            key = (id_, str(request.get("localization")) if not errors else "")
            if not errors and key in seen:
                errors = ["Duplicate retailer ids are not allowed in one batch."]
            seen.add(key)
            warnings = [] if errors else warnings_of(request["data"])
            if errors or warnings:
                told.append(_told(id_, errors, warnings))
            if not errors:
                taken.append({**request, "line": line, "may_create": may_create})
        answer: dict[str, Any] = {"handles": []}
        if taken:
            answer["handles"] = [self._keep(catalog, taken)]
        if told:
            answer["validation_status"] = told
        return answer

    def status(self, catalog: str, query: Mapping[str, str]) -> dict[str, Any]:
        """Of one batch; its errors and warnings in pages."""
        self.work(catalog)
        batch = self._store.batch(catalog, query.get("handle", ""))
        if batch is None:
            raise Refused(100, message="(#100) The handle is unknown or has expired.")
        status: dict[str, Any] = {"handle": batch.handle, "status": self._word(batch)}
        after, size = query.get("after", "0"), int(self.behaviour.errors_a_page)
        if not after.isdecimal():
            raise Refused(100, message="(#100) Invalid cursors values")
        start = int(after)
        for name in ("errors", "warnings"):
            found = getattr(batch, name)
            status |= {name: found[start : start + size]}
            status |= {f"{name}_total_count": len(found)}
        if query.get("load_ids_of_invalid_requests") == "true":
            ids = dict.fromkeys(each["id"] for each in batch.errors)
            status["ids_of_invalid_requests"] = list(ids)
        answer: dict[str, Any] = {"data": [status]}
        if start + size < max(len(batch.errors), len(batch.warnings)):
            answer["paging"] = {
                "cursors": {"after": str(start + size)},
                "next": f"https://graph.facebook.com/v26.0/{catalog}/"
                f"check_batch_request_status?after={start + size}",
            }
        return answer

    def work(self, catalog: str) -> None:
        """Do all that would be done by now."""
        now = self._seconds_now()
        for batch in self._store.due_batches(catalog, now):
            with self._store.at_once():
                self._do(batch)
                self._store.note_done(batch)

    def _word(self, batch: Batch) -> str:
        if batch.is_done:
            return "finished"
        is_begun = self._seconds_now() >= batch.begins_at
        return "in_progress" if is_begun else "started"

    def _check_rate(self, catalog: str) -> None:
        now, calls = self._seconds_now(), self._calls.setdefault(catalog, deque())
        while calls and calls[0] <= now - _CALLS_SECONDS:
            calls.popleft()
        most = 8 + 8 * math.log2(max(1.0, self.behaviour.traffic))
        shut_until = self._shut_until.get(catalog, 0.0)
        if self.behaviour.has_rate and (now < shut_until or len(calls) >= int(most)):
            opens_at = calls[0] + _CALLS_SECONDS if calls else now
            shut_for = self.behaviour.regain_minutes * 60
            opens_at = max(opens_at, shut_until, now + shut_for)
            if shut_for:
                self._shut_until[catalog] = opens_at
            raise self._too_often(catalog, math.ceil((opens_at - now) / 60))
        calls.append(now)

    def _too_often(self, catalog: str, minutes: int) -> Refused:
        self.counts["refused_80014"] += 1
        usage = {
            "type": "catalog_batch",
            **dict.fromkeys(("call_count", "total_cputime", "total_time"), 100),
            "estimated_time_to_regain_access": minutes,
        }
        return Refused(
            80014,
            message="(#80014) There have been too many calls for the batch uploads "
            "to this catalog account. Wait a bit and try again.",
            headers={"X-Business-Use-Case-Usage": json.dumps({catalog: [usage]})},
        )

    def _keep(self, catalog: str, taken: list[dict[str, Any]]) -> str:
        handle = "Ac" + secrets.token_urlsafe(48)
        now = self._seconds_now()
        ends_at: float | None = now + seconds_within(
            self._chance, self.behaviour.batch_ms
        )
        if self._chance.random() < self.behaviour.endless_share:
            ends_at = None
        begins_at = now + ((ends_at or now) - now) / 4
        self._store.add_batch(handle, catalog, begins_at, ends_at, taken)
        return handle

    def _do(self, batch: Batch) -> None:
        gone: list[str] = []
        changed: list[KeptItem] = []
        ids = [id_of(request) for request in batch.requests]
        there = {e.id: e for e in self._store.items_of(batch.catalog, ids)}
        for request in batch.requests:
            id_, line = id_of(request), request["line"]
            if "localization" in request:
                before = there.get(id_)
                if before is None:
                    batch.errors.append(_line(line, id_, _NO_ITEM))
                else:
                    changed.append(_otherwise(before, request))
                continue
            if request["method"] == "DELETE":
                gone.append(id_)
                continue
            data, before = request["data"], there.get(id_)
            errors = _method_errors(request, before)
            errors += found_in_work(data, before.data if before else None)
            batch.errors += [_line(line, id_, each) for each in errors]
            batch.warnings += [_line(line, id_, each) for each in warnings_of(data)]
            if not errors:
                changed.append(self._changed(id_, data, before))
        self._store.put_items(batch.catalog, changed)
        self._store.delete_items(batch.catalog, gone)

    def _changed(
        self, id_: str, data: dict[str, Any], before: KeptItem | None
    ) -> KeptItem:
        if before is not None:
            before.data |= data
            return before
        wait = seconds_within(self._chance, self.behaviour.review_ms)
        return KeptItem(id_, data, "approved", self._seconds_now() + wait, [], [])


_NO_ITEM = "There is no item with this id."


def _otherwise(item: KeptItem, request: Mapping[str, Any]) -> KeptItem:
    key = str(request["localization"]["value"])
    if request["method"] == "DELETE":
        item.local.pop(key, None)
    else:
        said = {name: e for name, e in request["data"].items() if name != "id"}
        item.local[key] = item.local.get(key, {}) | said
    return item


def _read(raw: bytes) -> tuple[dict[str, Any], list[Any]]:
    if len(raw) > _MOST_BYTES:
        raise Refused(
            100, message="(#100) The payload exceeds the limit of 28 MB.", http=413
        )
    body = body_of(raw)
    if body.get("item_type") != "PRODUCT_ITEM":
        raise Refused(100, message="(#100) The parameter item_type is required.")
    requests = body.get("requests")
    if isinstance(requests, str):
        requests = body_of(f'{{"requests": {requests}}}'.encode()).get("requests")
    if not isinstance(requests, list) or not requests:
        raise Refused(100, message="(#100) The parameter requests is required.")
    if len(requests) > _MOST_REQUESTS:
        raise Refused(
            100,
            message=f"(#100) Too many requests: at most {_MOST_REQUESTS} in one call.",
        )
    return body, requests


def _method_errors(request: Mapping[str, Any], before: KeptItem | None) -> list[str]:
    if request["method"] == "CREATE" and before is not None:
        return ["An item with this id exists already."]
    if request["method"] == "UPDATE" and before is None and not request["may_create"]:
        return [_NO_ITEM]
    return []


def _told(id_: str, errors: list[str], warnings: list[str]) -> dict[str, Any]:
    return {
        "retailer_id": id_,
        "errors": [{"message": each} for each in errors],
        "warnings": [{"message": each} for each in warnings],
    }


def _line(line: int, id_: str, message: str) -> dict[str, Any]:
    return {"line": line, "id": id_, "message": message}
