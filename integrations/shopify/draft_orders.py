"""Draft orders of carts that no address can hold: found by their tag, and created."""

from collections.abc import Mapping
from typing import Any

from core.shopping import KnownDraft, WrittenUp
from core.values import ShopDomain
from integrations.shopify.graphql import AdminClient


def find(
    client: AdminClient, shop: ShopDomain, token: str, tag: str
) -> KnownDraft | None:
    """None where the store has no draft with that tag."""
    said = client.run(shop, token, "draft_under_tag", {"query": f"tag:'{tag}'"})
    # A search is by words, and may find more than what was asked for.
    own = [each for each in said["draftOrders"]["nodes"] if tag in each["tags"]]
    return _known(own[0]) if own else None


def create(
    client: AdminClient, shop: ShopDomain, token: str, wanted: WrittenUp
) -> KnownDraft:
    """Raises as ``AdminClient.run``; what Shopify refuses is a WillNotWork of the code
    USER_ERROR."""
    said = client.run(shop, token, "draft_create", {"draft": _written(wanted)})
    return _known(said["draftOrderCreate"]["draftOrder"])


def _written(wanted: WrittenUp) -> dict[str, Any]:
    """With what counts at the store's checkout counting here, too."""
    return {
        "lineItems": [
            {"variantId": f"gid://shopify/ProductVariant/{variant}", "quantity": count}
            for variant, count in wanted.lines
        ],
        "tags": [wanted.tag],
        "customAttributes": [
            {"key": name, "value": value} for name, value in wanted.marks.items()
        ],
        "acceptAutomaticDiscounts": True,
        "allowDiscountCodesInCheckout": True,
    }


def _known(node: Mapping[str, Any]) -> KnownDraft:
    return KnownDraft(node["invoiceUrl"] if node["ready"] else None)
