"""A store's collections of products: which there are, and what is in them."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.products import Collection, CollectionsPage, MembersPage
from core.values import ProductId, ShopDomain
from integrations.shopify.graphql import AdminClient
from integrations.shopify.retold import number_of

Node = Mapping[str, Any]


def collections(
    client: AdminClient, shop: ShopDomain, token: str, after: str | None
) -> CollectionsPage:
    """A page of all of them. Raises as ``AdminClient.run``."""
    said = client.run(shop, token, "catalog_collections", {"after": after})
    page = said["collections"]
    found = (_collection(each) for each in page["nodes"])
    return CollectionsPage(tuple(each for each in found if each), _next(page))


def members(
    client: AdminClient,
    shop: ShopDomain,
    token: str,
    collection_id: int,
    after: str | None,
) -> MembersPage | None:
    """A page of what is in one; None where the store has it no more. Raises as
    ``AdminClient.run``."""
    asked = {"id": f"gid://shopify/Collection/{collection_id}", "after": after}
    node = client.run(shop, token, "catalog_collection", asked)["collection"]
    collection = _collection(node) if node else None
    if collection is None:
        return None
    page = node["products"]
    ids = (number_of(each["id"]) for each in page["nodes"])
    found = tuple(ProductId(each) for each in ids if each)
    return MembersPage(collection, found, _next(page))


def collections_of(
    client: AdminClient, shop: ShopDomain, token: str, ids: Sequence[ProductId]
) -> dict[ProductId, list[int]]:
    """The first hundred that each of a few products is in; nothing is said of those
    that the store has no more. Raises as ``AdminClient.run``."""
    asked = {"ids": [f"gid://shopify/Product/{each}" for each in ids]}
    said = client.run(shop, token, "catalog_collections_of", asked)["nodes"]
    found: dict[ProductId, list[int]] = {}
    for node in said:
        product_id = number_of(node.get("id")) if node else None
        if product_id:
            together = (number_of(e["id"]) for e in node["collections"]["nodes"])
            found[ProductId(product_id)] = [each for each in together if each]
    return found


def _collection(node: Node) -> Collection | None:
    number = number_of(node["id"])
    if number is None:
        return None
    return Collection(
        collection_id=number, handle=node["handle"] or "", title=node["title"] or ""
    )


def _next(page: Node) -> str | None:
    info = page["pageInfo"]
    return info["endCursor"] if info["hasNextPage"] else None
