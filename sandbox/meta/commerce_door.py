"""The way in to the simulated catalogs: what goes wrong there, and who makes it so."""

import asyncio
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox.chance import dice, seconds_within
from sandbox.knobs import BadControl, shown, text, turn, turn_back
from sandbox.meta.accounts import DEFAULT_WABA_ID, Accounts
from sandbox.meta.catalog_batches import Batches
from sandbox.meta.catalog_store import Batch, CatalogStore, KeptItem
from sandbox.meta.commerce import Commerce
from sandbox.meta.errors import Refused
from sandbox.meta.faults import Faults, Kind
from sandbox.serving import json_answer

_REVIEWS = ("approved", "rejected", "pending", "outdated")


class CommerceDoor:
    """``latency`` is how many seconds an answer takes."""

    def __init__(
        self,
        place: Path,
        accounts: Accounts,
        *,
        seconds_now: Callable[[], float],
        seed: int,
        latency: Callable[[], float],
    ) -> None:
        self._store = CatalogStore(place / "meta_catalogs.db")
        self._batches = Batches(self._store, seconds_now=seconds_now, seed=seed)
        self._accounts = accounts
        self._seconds_now = seconds_now
        self._latency = latency
        self._chance = dice(seed)
        self._faults = Faults(seed)
        self._seed = seed
        self.commerce = Commerce(
            accounts, self._store, self._batches, seconds_now=seconds_now
        )

    def close(self) -> None:
        self._store.close()

    async def handle(self, request: web.BaseRequest, edge: str) -> web.Response:
        fault = self._faults.draw(edge)
        if fault is not None and fault.kind is Kind.REFUSE:
            return await fault.instead(request)
        raw = await request.read()
        await asyncio.sleep(self._latency())
        if fault is not None and fault.replaces_the_message:
            return await fault.instead(request)
        try:
            answer = self.commerce.answer(
                request.method,
                request.raw_path,
                request.headers.get("Authorization"),
                raw,
            )
        except Refused as refusal:
            return refusal.answer()
        if fault is not None and fault.is_after:
            return await fault.instead(request)
        if fault is not None and fault.kind is Kind.SLOW:
            await asyncio.sleep(seconds_within(self._chance, fault.ms))
        return json_answer(answer)

    def set(self, wanted: Mapping[str, Any]) -> None:
        """What stands under ``catalog`` in the settings."""
        knobs = dict(wanted)
        if "faults" in knobs:
            self._faults.set(knobs.pop("faults"), self._seed)
        turn(self._batches.behaviour, knobs)

    def set_anew(self) -> None:
        self._faults.set([], self._seed)
        turn_back(self._batches.behaviour)

    def state(self) -> dict[str, Any]:
        return {
            **shown(self._batches.behaviour),
            "faults": [shown(each) for each in self._faults.rules],
            "counts": dict(self._batches.counts),
        }

    def control(
        self, method: str, path: str, query: Mapping[str, str], body: Mapping[str, Any]
    ) -> Any:
        """Look at catalogs, and do what people do in Commerce Manager."""
        match method, path:
            case "GET", "catalogs":
                return {"data": self._catalogs()}
            case "POST", "catalogs":
                return {"id": self._create(body)}
            case "GET", "catalog_items":
                return self._items(query)
            case "GET", "catalog_sets":
                return {"data": self._sets(query)}
            case "POST", "catalog_items":
                return self._change(body)
            case "GET", "catalog_batches":
                most = int(query.get("limit", "20"))
                return {"data": list(map(_shown_batch, self._store_batches(most)))}
            case "POST", "catalog_batches":
                return {"changed": self._end(body)}
            case "DELETE", "catalog_batches":
                self._store.forget_batches()
                return {"ok": True}
            case _:
                raise BadControl(f"no such control: {method} {path}")

    def _catalogs(self) -> list[dict[str, Any]]:
        shown_by: dict[str, list[str]] = {}
        for waba_id in self._accounts.wabas:
            if catalog := self._store.attached(waba_id):
                shown_by.setdefault(catalog, []).append(waba_id)
        found = []
        for each in self._store.catalogs():
            self._batches.work(each.id)
            count, wabas = self._store.count(each.id), shown_by.get(each.id, [])
            found.append(
                {"id": each.id, "name": each.name, "items": count, "shown_by": wabas}
            )
        return found

    def _create(self, body: Mapping[str, Any]) -> str:
        """A catalog that is shown by an account already."""
        waba = self._accounts.wabas.get(text(dict(body), "waba_id", DEFAULT_WABA_ID))
        if waba is None:
            raise BadControl("waba_id: unknown")
        name = text(dict(body), "name", "Sandbox catalog")
        catalog = self._store.add_catalog(waba.business, name, "commerce")
        self._store.attach(waba.id, catalog.id)
        return catalog.id

    def _items(self, query: Mapping[str, str]) -> dict[str, Any]:
        catalog = self._known(query.get("catalog_id", ""))
        self._batches.work(catalog)
        after, most = query.get("after", ""), int(query.get("limit", "100"))
        found = self._store.items(catalog, after=after, most=most)
        now = self._seconds_now()
        return {
            "total": self._store.count(catalog),
            "data": [
                {
                    **each.data,
                    "review_status": each.reviewed(now),
                    "local": each.local,
                }
                for each in found
            ],
        }

    def _sets(self, query: Mapping[str, str]) -> list[dict[str, Any]]:
        """Each with the ids of its items."""
        catalog = self._known(query.get("catalog_id", ""))
        self._batches.work(catalog)
        return [
            {
                "id": each.id,
                "retailer_id": each.own_id,
                "name": each.name,
                "items": self.commerce.sets.items_in(each),
            }
            for each in self._store.sets(catalog)
        ]

    def _change(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Judge an item, find errors with it, write something else into it, or delete
        it."""
        catalog = self._known(text(dict(body), "catalog_id"))
        self._batches.work(catalog)
        id_ = text(dict(body), "retailer_id")
        if body.get("deleted") is True:
            self._store.delete_items(catalog, [id_])
            return {"ok": True}
        item = self._store.item(catalog, id_)
        data = body.get("data")
        if item is None:
            if not isinstance(data, dict):
                raise BadControl("retailer_id: unknown")
            item = KeptItem(id_, {}, "approved", 0.0, [], [])
        if isinstance(data, dict):
            item.data |= {**data, "id": id_}
        if isinstance(body.get("local"), dict):
            item.local = body["local"]
        if "review" in body:
            if body["review"] not in _REVIEWS:
                raise BadControl(f"review: must be one of {', '.join(_REVIEWS)}")
            item.review, item.review_at = body["review"], 0.0
            item.reasons = [str(each) for each in body.get("reasons", [])]
        if "errors" in body:
            item.errors = list(body["errors"])
        self._store.put_items(catalog, [item])
        return {"ok": True}

    def _end(self, body: Mapping[str, Any]) -> bool:
        ends = {"now": self._seconds_now(), "never": None}
        word = text(dict(body), "ends")
        if word not in ends:
            raise BadControl("ends: must be now or never")
        return self._store.set_ends(text(dict(body), "handle"), ends[word])

    def _known(self, catalog: str) -> str:
        if self._store.catalog(catalog) is None:
            raise BadControl("catalog_id: unknown")
        return catalog

    def _store_batches(self, most: int) -> list[Batch]:
        for each in self._store.catalogs():
            self._batches.work(each.id)
        return self._store.newest_batches(most)


def _shown_batch(batch: Batch) -> dict[str, Any]:
    return {
        "handle": batch.handle,
        "catalog_id": batch.catalog,
        "is_done": batch.is_done,
        "ends_at": batch.ends_at,
        "requests_waiting": len(batch.requests),
        "errors": batch.errors,
        "warnings": batch.warnings,
    }
