"""Discounts and their codes at Shopify: made, found again, and ended."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from core.discounts import Discount, KnownCode
from core.values import ShopDomain
from integrations.shopify.graphql import AdminClient

MOST_AT_ONCE = 250
"""Codes that are added to a discount by one call."""


def find(
    client: AdminClient, shop: ShopDomain, token: str, code: str
) -> KnownCode | None:
    """None where the store has no such code. Shopify does not tell small letters from
    capitals."""
    said = client.run(shop, token, "discount_code", {"code": code})
    node = said["codeDiscountNodeByCode"]
    if node is None:
        return None
    discount = node.get("codeDiscount") or {}
    nodes = (discount.get("codes") or {}).get("nodes") or ()
    own = [each for each in nodes if each["code"].upper() == code.upper()]
    return KnownCode(
        discount=node["id"],
        name=own[0]["id"] if own else None,
        is_active=discount.get("status") in ("ACTIVE", "SCHEDULED"),
        uses=own[0]["asyncUsageCount"] if own else 0,
    )


def create(
    client: AdminClient, shop: ShopDomain, token: str, discount: Discount
) -> str:
    """Shopify's name of it. Raises as ``AdminClient.run``: with its user error where
    the code is taken, as it is when this was done before."""
    said = client.run(shop, token, "discount_create", {"discount": _written(discount)})
    return str(said["discountCodeBasicCreate"]["codeDiscountNode"]["id"])


def _written(discount: Discount) -> dict[str, Any]:
    whose: dict[str, Any] = {"all": "ALL"}
    if discount.customer_id is not None:
        customer = f"gid://shopify/Customer/{discount.customer_id}"
        whose = {"customers": {"add": [customer]}}
    return {
        "title": discount.title,
        "code": discount.code,
        "startsAt": _stamp(discount.starts_at),
        "endsAt": _stamp(discount.ends_at),
        "usageLimit": 1,
        "appliesOncePerCustomer": True,
        "context": whose,
        "customerGets": {
            "items": {"all": True},
            "value": {"percentage": float(discount.percent / 100)},
        },
        "combinesWith": {
            "orderDiscounts": discount.combines,
            "productDiscounts": discount.combines,
            "shippingDiscounts": discount.combines,
        },
    }


def _stamp(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def add(
    client: AdminClient,
    shop: ShopDomain,
    token: str,
    discount: str,
    codes: Sequence[str],
) -> str:
    """Have codes made; the name of that work, for ``are_added``."""
    asked = {"discount": discount, "codes": [{"code": code} for code in codes]}
    said = client.run(shop, token, "discount_codes_add", asked)
    return str(said["discountRedeemCodeBulkAdd"]["bulkCreation"]["id"])


def are_added(client: AdminClient, shop: ShopDomain, token: str, work: str) -> bool:
    """Whether every one of them is there. One that was there before is not, by this."""
    said = client.run(shop, token, "discount_codes_added", {"id": work})
    told = said["discountRedeemCodeBulkCreation"] or {}
    return bool(told.get("done")) and told.get("failedCount") == 0


def remove(
    client: AdminClient,
    shop: ShopDomain,
    token: str,
    discount: str,
    names: Sequence[str],
) -> None:
    """Have codes of a discount removed, which takes Shopify a moment."""
    asked = {"discount": discount, "codes": list(names)}
    client.run(shop, token, "discount_codes_remove", asked)


def end(client: AdminClient, shop: ShopDomain, token: str, discount: str) -> None:
    """Have all codes of a discount count no more."""
    client.run(shop, token, "discount_end", {"discount": discount})
