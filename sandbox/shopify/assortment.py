"""What the owner of a simulated store does with its goods, and who is told of it."""

from collections.abc import Mapping
from typing import Any

from core.clock import Clock
from sandbox.shopify import collections_shown, goods
from sandbox.shopify.bodies import written
from sandbox.shopify.goods import Product
from sandbox.shopify.hooks import Hooks
from sandbox.shopify.shops import Shop, Shops
from sandbox.shopify.till import Till


class Assortment:
    def __init__(self, shops: Shops, till: Till, hooks: Hooks, clock: Clock) -> None:
        self._shops, self._till, self._hooks = shops, till, hooks
        self._clock = clock
        self.acts = {
            "products": self._put,
            "products/delete": self._drop,
            "products/fill": self._fill,
            "products/touch": self._touch,
            "products/stock": self._restock,
            "collections": self._put_together,
            "collections/delete": self._drop_together,
            "markets": self._put_market,
            "markets/delete": self._drop_market,
        }

    def shown(self, shop: Shop) -> dict[str, Any]:
        products = self._till.books(shop).goods.products.values()
        return {
            "data": [
                {**goods.body_of(each), "translations": each.translations}
                for each in products
            ]
        }

    def together(self, shop: Shop) -> dict[str, Any]:
        """With the ids of their products, which no webhook tells."""
        known = self._till.books(shop).collections
        return {
            "data": [
                {
                    **collections_shown.body_of(each),
                    "products": [e.id for e in known.products_in(each)],
                }
                for each in known.collections.values()
            ]
        }

    def _put_together(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        known = self._till.books(shop).collections
        made, topic = known.put(body, lambda: self._new_id(shop), self._now)
        told = collections_shown.body_of(made)
        return {"collection": told, "webhook_ids": self._hooks.tell(shop, topic, told)}

    def _drop_together(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        gone = self._till.books(shop).collections.drop(body)
        ids = self._hooks.tell(shop, "collections/delete", {"id": gone.id})
        return {"webhook_ids": ids}

    def _put_market(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        known = self._till.books(shop).goods.markets
        is_new = body.get("country") not in known.by_country
        known.put(body)
        return self._tell_market(shop, body, "create" if is_new else "update")

    def _drop_market(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        self._till.books(shop).goods.markets.drop(body)
        return self._tell_market(shop, body, "delete")

    def _tell_market(
        self, shop: Shop, body: Mapping[str, Any], what: str
    ) -> dict[str, Any]:
        told = {"id": self._new_id(shop), "name": str(body.get("country"))}
        return {"webhook_ids": self._hooks.tell(shop, f"markets/{what}", told)}

    def _put(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        known = self._till.books(shop).goods
        made, topics = known.put(body, lambda: self._new_id(shop), self._now)
        return {
            "product": goods.body_of(made),
            "webhook_ids": self._tell(shop, made, topics),
        }

    def _drop(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        gone = self._till.books(shop).goods.drop(body)
        ids = self._hooks.tell(shop, "products/delete", {"id": gone.id})
        return {"webhook_ids": ids}

    def _fill(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        known = self._till.books(shop).goods
        made = known.fill(body, lambda: self._new_id(shop), self._now)
        return {"products": made}

    def _touch(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """Of every product, or the first ``count``, ``products/update`` is told so many
        ``times``, as while an import tool runs; ``price`` is theirs from then on."""
        known = self._till.books(shop).goods
        first = list(known.products.values())[: int(body.get("count", 10**9))]
        ids = []
        for _ in range(int(body.get("times", 1))):
            for product in first:
                said: dict[str, Any] = {"id": product.id}
                if "price" in body:
                    variants = [
                        {"id": each.id, "price": body["price"]}
                        for each in product.variants
                    ]
                    said["variants"] = variants
                made, topics = known.put(said, lambda: self._new_id(shop), self._now)
                ids += self._tell(shop, made, topics)
        return {"webhook_ids": ids}

    def _restock(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        known = self._till.books(shop).goods
        product, variant, topics = known.restock(body, self._now)
        told = goods.stock_body(variant, self._now)
        ids = self._hooks.tell(shop, "inventory_levels/update", told)
        return {"webhook_ids": ids + self._tell(shop, product, topics)}

    def follow(self, shop: Shop, variant_id: int, body: Mapping[str, Any]) -> list[str]:
        """A thing costs something else, is sold out, or not, or is there no more."""
        known = self._till.books(shop).goods
        of = [
            product
            for product in known.products.values()
            if any(each.id == variant_id for each in product.variants)
        ]
        if not of:
            return []
        if body.get("deleted") is True:
            return list(self._drop(shop, {"id": of[0].id})["webhook_ids"])
        said: dict[str, Any] = {"id": variant_id, "stock": body.get("quantity", 100)}
        if "price" in body:
            said["price"] = f"{body['price']}"
        rest = [{"id": each.id} for each in of[0].variants if each.id != variant_id]
        told = self._put(shop, {"id": of[0].id, "variants": [said, *rest]})
        return list(told["webhook_ids"])

    def _tell(self, shop: Shop, product: Product, topics: list[str]) -> list[str]:
        ids = []
        for topic, told in goods.bodies_of(product, topics):
            ids += self._hooks.tell(shop, topic, told)
        return ids

    def _new_id(self, shop: Shop) -> int:
        return self._shops.new_id(shop)

    @property
    def _now(self) -> str:
        return written(self._clock())
