"""What is in the carts that somebody has left, and what became of them since."""

from collections.abc import Mapping, Sequence

from core.shopping import Since
from core.values import CheckoutNumber, ShopDomain, VariantId
from integrations.shopify.graphql import AdminClient
from integrations.shopify.retold import number_of

THINGS_AT_ONCE = 250
CARTS_AT_ONCE = 25
"""So many names has the document."""

_SOLD_NO_MORE = frozenset({"ARCHIVED", "DRAFT"})


def things_gone(
    client: AdminClient, shop: ShopDomain, token: str, things: Sequence[VariantId]
) -> set[VariantId]:
    """Those of at most ``THINGS_AT_ONCE`` that nobody could buy at this moment: sold
    out, taken out of the store, or deleted.

    Raises as ``AdminClient.run``, and where only some of them are answered.
    """
    asked = {"ids": [f"gid://shopify/ProductVariant/{each}" for each in things]}
    nodes = client.run(shop, token, "things_for_sale", asked)["nodes"]
    there = {
        number_of(node["id"])
        for node in nodes
        if node
        and node["availableForSale"]
        and node["product"]["status"] not in _SOLD_NO_MORE
    }
    return {each for each in things if each not in there}


def since_left(
    client: AdminClient,
    shop: ShopDomain,
    token: str,
    carts: Sequence[CheckoutNumber],
) -> Mapping[CheckoutNumber, Since]:
    """Of those of at most ``CARTS_AT_ONCE`` that Shopify knows to have been left."""
    if not carts:
        return {}
    names = [*carts, *[carts[-1]] * (CARTS_AT_ONCE - len(carts))]
    asked = {
        f"of{place:02}": f"gid://shopify/AbandonedCheckout/{each}"
        for place, each in enumerate(names)
    }
    said = client.run(shop, token, "carts_since", asked)
    found = {each: said.get(f"at{place:02}") for place, each in enumerate(carts)}
    return {
        each: Since(
            ordered=not node["customerHasNoOrderSinceAbandonment"],
            drafted=not node["customerHasNoDraftOrderSinceAbandonment"],
        )
        for each, node in found.items()
        if node
    }
