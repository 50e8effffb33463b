"""A shop's draft orders that an app has written up: refused is what Shopify refuses."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sandbox.shopify.bodies import Body, OrderWish
from sandbox.shopify.execute import Node, connection
from sandbox.shopify.people import Product

_MOST_LINES = 499
_LONGEST_TAG = 40
_MOST_TAGS = 250
_MOST_OF_ONE = 100_000
_BY_TAG = re.compile(r"tag:'([^']+)'")

Things = Callable[[str], Node | None]
"""What the shop has on sale, by its global id."""


@dataclass(slots=True)
class Draft:
    wish: OrderWish
    body: Body

    @property
    def id(self) -> int:
        return int(self.body["id"])


@dataclass(slots=True)
class DraftBook:
    """With ``is_slow`` a draft is ready only when somebody asks for it again; the
    answers to the next ``loses_answers`` of them are lost."""

    drafts: dict[int, Draft] = field(default_factory=dict)
    is_slow: bool = False
    loses_answers: int = 0

    def found(self, arguments: Mapping[str, Any]) -> Node:
        wanted = _BY_TAG.fullmatch(arguments.get("query") or "")
        known = [
            shown(each, is_ready=True)
            for each in self.drafts.values()
            if wanted is None or wanted[1] in _tags_of(each)
        ]
        return connection(known, arguments)


def problems(wanted: Mapping[str, Any], things: Things) -> list[dict[str, Any]]:
    """Why Shopify would not write it up."""
    lines = wanted.get("lineItems") or []
    if not lines:
        return [_error(["lineItems"], "Add at least 1 product")]
    if len(lines) > _MOST_LINES:
        words = f"Line items cannot have more than {_MOST_LINES} items"
        return [_error(["lineItems"], words)]
    errors = []
    for place, line in enumerate(lines):
        named, at = line.get("variantId"), ["lineItems", str(place)]
        if not 1 <= line["quantity"] <= _MOST_OF_ONE:
            words = "Quantity must be greater than or equal to 1"
            errors.append(_error([*at, "quantity"], words))
        elif named is None or things(str(named)) is None:
            words = f"Product with ID {_number(named)} is no longer available."
            errors.append(_error([*at, "variantId"], words))
    tags = wanted.get("tags") or []
    if len(tags) > _MOST_TAGS or any(len(tag) > _LONGEST_TAG for tag in tags):
        errors.append(_error(["tags"], "Tags is invalid"))
    return errors


def items_of(
    wanted: Mapping[str, Any], things: Things
) -> Sequence[tuple[Product, int]]:
    """What is in it, at the prices of the shop."""
    return [
        (_product(str(line["variantId"]), things), line["quantity"])
        for line in wanted["lineItems"]
    ]


def _product(named: str, things: Things) -> Product:
    node: Any = things(named)
    number = _number(named)
    return Product(
        id=number,
        variant_id=number,
        title=node["product"]["title"],
        variant=node["title"],
        sku=str(number),
        price=Decimal(node["price"]),
        grams=100,
    )


def shown(draft: Draft, *, is_ready: bool) -> Node:
    body = draft.body
    return {
        "__typename": "DraftOrder",
        "id": body["admin_graphql_api_id"],
        "legacyResourceId": str(draft.id),
        "name": body["name"],
        "status": body["status"].upper(),
        "invoiceUrl": body["invoice_url"] if is_ready else None,
        "ready": is_ready,
        "tags": _tags_of(draft),
    }


def _tags_of(draft: Draft) -> list[str]:
    return [each for each in draft.body["tags"].split(", ") if each]


def _number(named: Any) -> int:
    tail = str(named).rpartition("/")[2]
    return int(tail) if tail.isdecimal() else 0


def _error(field_: list[str], message: str) -> dict[str, Any]:
    return {"field": ["input", *field_], "message": message}
