"""Catalogs at the simulated Meta: what is called, and who may call it."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from babel.numbers import format_currency

from sandbox.meta.accounts import Accounts, Number, Waba, bearer
from sandbox.meta.catalog_batches import Batches
from sandbox.meta.catalog_sets import Sets
from sandbox.meta.catalog_store import Catalog, CatalogStore, KeptItem
from sandbox.meta.errors import Refused, no_such_object, refused_as
from sandbox.meta.management import body_of, check_version, picked

EDGES = frozenset(
    {
        *(
            "items_batch",
            "localized_items_batch",
            "check_batch_request_status",
            "products",
            "product_sets",
        ),
        *("product_catalogs", "owned_product_catalogs"),
        "whatsapp_commerce_settings",
    }
)
_VERTICALS = {"commerce", "destinations", "flights", "home_listings", "hotels"}
_CATALOG_FIELDS = ("id", "name")
_ITEM_FIELDS = ("id", "retailer_id", "name")
_LABELS = tuple(f"custom_label_{n}" for n in range(5))
_SELLABLE = {"in stock", "available for order", "preorder"}


class Commerce:
    def __init__(
        self,
        accounts: Accounts,
        store: CatalogStore,
        batches: Batches,
        *,
        seconds_now: Callable[[], float],
    ) -> None:
        self._accounts = accounts
        self._store = store
        self._batches = batches
        self.sets = Sets(store)
        self._seconds_now = seconds_now

    def edge_of(self, target: str) -> str | None:
        """What is called of a catalog; None where the call is about something else."""
        parts = _parts(target)[0]
        if len(parts) == 2:
            return parts[1] if parts[1] in EDGES else None
        if len(parts) == 1 and parts[0].isdecimal():
            is_ours = self._store.catalog(parts[0]) or self._store.set(parts[0])
            return "object" if is_ours else None
        return None

    def answer(
        self, method: str, target: str, authorization: str | None, raw: bytes
    ) -> Any:
        """The JSON that Meta answers with.

        Raises:
            Refused: as Meta refuses.
        """
        (object_id, *edge), query, version = _parts(target)
        check_version(version)
        match edge:
            case ["owned_product_catalogs"]:
                return self._owned(method, object_id, authorization, query, raw)
            case ["product_catalogs"]:
                waba = self._accounts.waba(object_id, authorization)
                return self._attached(method, waba, query, raw)
            case ["whatsapp_commerce_settings"]:
                number = self._accounts.number(object_id, authorization)
                return self._settings(method, number, query, raw)
            case []:
                return self._object(method, object_id, authorization, query, raw)
            case _:
                pass
        catalog = self._catalog(object_id, authorization)
        match method, *edge:
            case "POST", "items_batch":
                return self._batches.take(catalog.id, raw)
            case "POST", "localized_items_batch":
                return self._batches.take(catalog.id, raw, is_local=True)
            case "GET", "check_batch_request_status":
                return self._batches.status(catalog.id, query)
            case "GET", "products":
                return self._products(catalog, query)
            case "GET", "product_sets":
                return self.sets.listed(catalog, query)
            case "POST", "product_sets":
                return self.sets.create(catalog, raw)
            case _:
                raise Refused(100, message="Unsupported request")

    def catalog_of(self, waba_id: str) -> str | None:
        return self._store.attached(waba_id)

    def sellable(self, catalog: str, retailer_id: str) -> KeptItem | None:
        """The item, if it may be shown in a message: reviewed, and to be had."""
        self._batches.work(catalog)
        item = self._store.item(catalog, retailer_id)
        if item is None or item.reviewed(self._seconds_now()) != "approved":
            return None
        return item if item.data.get("availability") in _SELLABLE else None

    def item(self, catalog: str, retailer_id: str) -> KeptItem | None:
        self._batches.work(catalog)
        return self._store.item(catalog, retailer_id)

    def _catalog(self, id_: str, authorization: str | None) -> Catalog:
        waba = self._accounts.of_token(bearer(authorization))
        catalog = self._store.catalog(id_)
        if catalog is None or catalog.business != waba.business:
            raise no_such_object(id_)
        if waba.refuses in {0, 3, 4, 10, 190, 200, 368, 131005}:
            raise refused_as(waba.refuses)
        return catalog

    def _owned(
        self,
        method: str,
        business: str,
        authorization: str | None,
        query: Mapping[str, str],
        raw: bytes,
    ) -> Any:
        if self._accounts.of_token(bearer(authorization)).business != business:
            raise no_such_object(business)
        if method == "GET":
            found = map(_catalog_node, self._store.catalogs(business))
            return {"data": [picked(each, query, _CATALOG_FIELDS) for each in found]}
        wanted = {**query, **body_of(raw)}
        name, vertical = wanted.get("name"), wanted.get("vertical", "commerce")
        if not isinstance(name, str) or not name.strip():
            raise Refused(100, message="(#100) The parameter name is required.")
        if vertical not in _VERTICALS:
            raise Refused(100, message="(#100) Param vertical must be one of its enum")
        return {"id": self._store.add_catalog(business, name, vertical).id}

    def _attached(
        self, method: str, waba: Waba, query: Mapping[str, str], raw: bytes
    ) -> Any:
        there = self._store.attached(waba.id)
        if method == "GET":
            catalog = self._store.catalog(there) if there else None
            nodes = [_catalog_node(catalog)] if catalog else []
            return {"data": [picked(each, query, _CATALOG_FIELDS) for each in nodes]}
        wanted = str({**query, **body_of(raw)}.get("catalog_id", ""))
        catalog = self._store.catalog(wanted)
        if catalog is None or catalog.business != waba.business:
            raise no_such_object(wanted)
        if method == "DELETE":
            if there == wanted:
                self._store.detach(waba.id)
        elif there not in (None, wanted):
            raise Refused(
                100,
                message="(#100) The account is connected to another catalog already.",
            )
        else:
            self._store.attach(waba.id, wanted)
        return {"success": True}

    def _settings(
        self, method: str, number: Number, query: Mapping[str, str], raw: bytes
    ) -> Any:
        has_cart, is_visible = self._store.settings(number.id)
        if method == "GET":
            told = {"is_cart_enabled": has_cart, "is_catalog_visible": is_visible}
            return {"data": [{"id": f"5{number.id[1:]}", **told}]}
        wanted = {**query, **body_of(raw)}
        self._store.set_settings(
            number.id,
            _truth(wanted.get("is_cart_enabled", has_cart)),
            _truth(wanted.get("is_catalog_visible", is_visible)),
        )
        return {"success": True}

    def _object(
        self,
        method: str,
        id_: str,
        authorization: str | None,
        query: Mapping[str, str],
        raw: bytes,
    ) -> Any:
        found = self._store.set(id_)
        if found is None:
            catalog = self._catalog(id_, authorization)
            node = _catalog_node(catalog)
            node["product_count"] = self._store.count(catalog.id)
            return picked(node, query, _CATALOG_FIELDS)
        self._catalog(found.catalog, authorization)
        if method == "DELETE":
            return self.sets.delete(found)
        if method == "POST":
            return self.sets.change(found, raw)
        return self.sets.node(found, query)

    def _products(self, catalog: Catalog, query: Mapping[str, str]) -> Any:
        self._batches.work(catalog.id)
        limit = query.get("limit", "25")
        if not limit.isdecimal() or not 1 <= int(limit) <= 5_000:
            raise Refused(100, message="(#100) Param limit must be a positive number")
        most = int(limit)
        found = self._store.items(
            catalog.id, after=query.get("after", ""), most=most + 1
        )
        shown, now = found[:most], self._seconds_now()
        nodes = [picked(_item_node(each, now), query, _ITEM_FIELDS) for each in shown]
        answer: dict[str, Any] = {"data": nodes}
        if shown:
            answer["paging"] = {"cursors": {"after": shown[-1].id}}
        if len(found) > most:
            answer["paging"]["next"] = f"https://graph.facebook.com/{catalog.id}"
        return answer


def _parts(target: str) -> tuple[list[str], dict[str, str], str]:
    path, _, query = target.partition("?")
    version, *parts = path.strip("/").split("/")
    return parts, dict(parse_qsl(query, keep_blank_values=True)), version


def _truth(value: Any) -> bool:
    if value in (True, "true", 1, "1"):
        return True
    if value in (False, "false", 0, "0"):
        return False
    raise Refused(100, message="(#100) Param must be a boolean")


def _catalog_node(catalog: Catalog) -> dict[str, Any]:
    return {"id": catalog.id, "name": catalog.name, "vertical": catalog.vertical}


def _item_node(item: KeptItem, now: float) -> dict[str, Any]:
    data = item.data
    review = item.reviewed(now)
    node = {
        "id": f"6{item.id}",
        "retailer_id": item.id,
        "retailer_product_group_id": data.get("item_group_id"),
        "name": data.get("title"),
        "url": data.get("link"),
        "image_url": data.get("image_link"),
        "additional_image_urls": data.get("additional_image_link"),
        "price": _shown_price(data.get("price")),
        "sale_price": _shown_price(data.get("sale_price")),
        "currency": str(data.get("price"))[-3:],
        "review_status": review,
        "review_rejection_reasons": item.reasons if review == "rejected" else [],
        "errors": item.errors,
    }
    node["override_details"] = _details(item) if item.local else None
    same = ("description", "availability", "condition", "brand", "gtin", "color")
    for name in (*same, "size", "material", "pattern", *_LABELS):
        node[name] = data.get(name)
    # What was sent empty is not there.
    return {name: None if value in ("", []) else value for name, value in node.items()}


def _details(item: KeptItem) -> dict[str, Any]:
    return {
        "data": [
            {
                "type": "language" if "_" in key else "country",
                "key": key,
                "values": [{"name": n, "value": v} for n, v in said.items() if v],
            }
            for key, said in item.local.items()
        ]
    }


def _shown_price(price: Any) -> str | None:
    if not price:
        return None
    amount, _, currency = str(price).partition(" ")
    return format_currency(amount, currency, locale="en_US")
