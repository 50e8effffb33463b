"""Sets of a catalog's items: rules that are asked of each whenever somebody looks."""

import json
from collections.abc import Mapping
from typing import Any

from sandbox.meta.catalog_store import Catalog, CatalogStore, Set
from sandbox.meta.errors import Refused
from sandbox.meta.management import body_of, picked

_FIELDS = ("id", "name", "filter", "retailer_id", "product_count")
_LONGEST_RULE = 500 * 1024
_TEXTS = frozenset(
    {
        *("retailer_id", "retailer_product_group_id", "title", "brand", "color"),
        *(
            "size",
            "availability",
            "product_type",
            *(f"custom_label_{n}" for n in range(5)),
        ),
    }
)
_OTHER_NAMES = {"retailer_id": "id", "retailer_product_group_id": "item_group_id"}
_PAGE = 500


class Sets:
    def __init__(self, store: CatalogStore) -> None:
        self._store = store

    def listed(self, catalog: Catalog, query: Mapping[str, str]) -> dict[str, Any]:
        """A page of those of a catalog, or the one with a ``retailer_id``."""
        wanted = query.get("retailer_id")
        after, most = query.get("after", ""), int(query.get("limit", "25"))
        found = [
            each
            for each in self._store.sets(catalog.id)
            if wanted in (None, each.own_id)
            and (not after or int(each.id) > int(after))
        ]
        shown = found[:most]
        answer: dict[str, Any] = {"data": [self.node(each, query) for each in shown]}
        if len(found) > most:
            answer["paging"] = {
                "cursors": {"after": shown[-1].id},
                "next": f"https://graph.facebook.com/{catalog.id}/product_sets",
            }
        return answer

    def create(self, catalog: Catalog, raw: bytes) -> dict[str, Any]:
        body = body_of(raw)
        own_id, there = str(body.get("retailer_id", "")), self._store.sets(catalog.id)
        if own_id and any(each.own_id == own_id for each in there):
            raise Refused(100, message="(#100) A set with this retailer_id exists.")
        name, rule = _wanted(body, None, {})
        _must_be_the_only_one(rule, there)
        return {"id": self._store.add_set(catalog.id, own_id, name, rule).id}

    def change(self, found: Set, raw: bytes) -> dict[str, Any]:
        name, rule = _wanted(body_of(raw), found.name, found.filter)
        others = [e for e in self._store.sets(found.catalog) if e.id != found.id]
        _must_be_the_only_one(rule, others)
        self._store.change_set(found.id, name, rule)
        return {"success": True}

    def delete(self, found: Set) -> dict[str, Any]:
        self._store.delete_set(found.id)
        return {"success": True}

    def node(self, found: Set, query: Mapping[str, str]) -> dict[str, Any]:
        node = {
            "id": found.id,
            "name": found.name,
            "filter": json.dumps(found.filter),
            "retailer_id": found.own_id or None,
        }
        if "product_count" in query.get("fields", "product_count"):
            return picked(
                {**node, "product_count": len(self.items_in(found))}, query, _FIELDS
            )
        return picked(node, query, _FIELDS)

    def items_in(self, found: Set) -> list[str]:
        """The ids of its items, all of the catalog being looked through."""
        ids: list[str] = []
        after = ""
        while page := self._store.items(found.catalog, after=after, most=_PAGE):
            ids += [each.id for each in page if _fits(each.data, found.filter)]
            after = page[-1].id
        return ids


def _wanted(body: Mapping[str, Any], name: Any, rule: Any) -> tuple[str, Any]:
    name, rule = body.get("name", name), body.get("filter", rule)
    if not isinstance(name, str) or not name.strip():
        raise Refused(100, message="(#100) The parameter name is required.")
    if isinstance(rule, str):
        if len(rule.encode()) > _LONGEST_RULE:
            raise Refused(100, message="(#100) Param filter is too long.")
        try:
            rule = json.loads(rule)
        except ValueError:
            rule = None
    if not isinstance(rule, dict) or not _is_rule(rule):
        raise Refused(100, message="(#100) Param filter must be a rule of known fields")
    return name, rule


def _must_be_the_only_one(rule: Any, others: list[Set]) -> None:
    if any(each.filter == rule for each in others):
        raise Refused(
            10803, message="(#10803) Product set with the same filters already exists"
        )


def _is_rule(rule: Any) -> bool:
    if not isinstance(rule, dict):
        return False
    for name, asked in rule.items():
        if name in ("or", "and"):
            if not isinstance(asked, list) or not all(map(_is_rule, asked)):
                return False
        elif name not in _TEXTS or not isinstance(asked, dict):
            return False
    return True


def _fits(data: Mapping[str, Any], rule: Mapping[str, Any]) -> bool:
    for name, asked in rule.items():
        if name in ("or", "and"):
            each = [_fits(data, one) for one in asked]
            fits = any(each) if name == "or" else all(each)
        else:
            value = str(data.get(_OTHER_NAMES.get(name, name)) or "")
            fits = all(_says(value, sign, said) for sign, said in asked.items())
        if not fits:
            return False
    return True


def _says(value: str, sign: str, said: Any) -> bool:
    match sign:
        case "is_any":
            return value in said
        case "eq":
            return bool(value == said)
        case "i_contains":  # every word of it, and whole words alone
            words = set(value.lower().split())
            return all(word in words for word in str(said).lower().split())
        case _:
            raise Refused(100, message=f"(#100) Unknown operator {sign}")
