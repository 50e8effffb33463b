"""Collections of a simulated store's products: by hand, or by a rule about tags."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sandbox.knobs import BadControl
from sandbox.shopify.execute import Node, connection
from sandbox.shopify.goods import Goods, Product


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """``tag`` is what the products have that are in it; None where somebody has put
    ``products`` in."""

    id: int
    title: str
    handle: str
    updated_at: str
    products: tuple[int, ...] = ()
    tag: str | None = None


class Shown:
    """One store's; it begins with none."""

    def __init__(self, goods: Goods) -> None:
        self._goods = goods
        self.collections: dict[int, Collection] = {}

    def put(
        self, body: Mapping[str, Any], new_id: Callable[[], int], now: str
    ) -> tuple[Collection, str]:
        """Make one or, by its ``id``, change it; and the topic that tells of it."""
        known = self.collections.get(body.get("id", 0))
        if known is None and "id" in body:
            raise BadControl("id: no such collection")
        if known is None:
            if not isinstance(body.get("title"), str):
                raise BadControl("title: must be a text")
            title, id_ = body["title"], new_id()
            known = Collection(
                id=id_, title=title, handle=_handle(title, id_), updated_at=now
            )
        said = {name: body[name] for name in ("title", "handle", "tag") if name in body}
        if "products" in body:
            said["products"] = tuple(body["products"])
        made = replace(known, **said, updated_at=now)
        topic = "update" if made.id in self.collections else "create"
        self.collections[made.id] = made
        return made, f"collections/{topic}"

    def drop(self, body: Mapping[str, Any]) -> Collection:
        known = self.collections.pop(body.get("id", 0), None)
        if known is None:
            raise BadControl("id: no such collection")
        return known

    def products_in(self, collection: Collection) -> list[Product]:
        there = self._goods.products
        if collection.tag is not None:
            return [e for e in there.values() if collection.tag in e.tags]
        return [there[id_] for id_ in collection.products if id_ in there]

    def page(self, arguments: Mapping[str, Any]) -> Node:
        """All of them, by their ids."""
        found = sorted(self.collections.values(), key=lambda each: each.id)
        return connection([self._node(each) for each in found], arguments)

    def node(self, number: int | None) -> Node | None:
        found = self.collections.get(number or 0)
        return None if found is None else self._node(found)

    def of(self, product: Product) -> Callable[[Mapping[str, Any]], Node]:
        """The collections that a product is in."""

        def page(arguments: Mapping[str, Any]) -> Node:
            found = [
                {"id": _gid("Collection", each.id)}
                for each in self.collections.values()
                if product in self.products_in(each)
            ]
            return connection(found, arguments)

        return page

    def _node(self, collection: Collection) -> Node:
        return {
            "__typename": "Collection",
            "id": _gid("Collection", collection.id),
            "title": collection.title,
            "handle": collection.handle,
            "updatedAt": collection.updated_at,
            "products": lambda a: connection(
                [{"id": _gid("Product", e.id)} for e in self.products_in(collection)], a
            ),
        }


def body_of(collection: Collection) -> dict[str, Any]:
    return {
        "id": collection.id,
        "handle": collection.handle,
        "title": collection.title,
        "updated_at": collection.updated_at,
        "admin_graphql_api_id": _gid("Collection", collection.id),
    }


def _gid(kind: str, number: int) -> str:
    return f"gid://shopify/{kind}/{number}"


def _handle(title: str, id_: int) -> str:
    words = "".join(c if c.isalnum() else " " for c in title.lower()).split()
    return "-".join(words)[:200] or f"collection-{id_}"
