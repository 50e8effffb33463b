"""A shop's own particulars."""

from dataclasses import dataclass

from core.values import ShopDomain
from integrations.plain_text import cleaned
from integrations.shopify.graphql import AdminClient


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopProfile:
    """What is read of a shop when it is connected."""

    name: str
    timezone: str
    currency: str
    country: str | None


def shop_profile(client: AdminClient, shop: ShopDomain, token: str) -> ShopProfile:
    """What the shop says of itself; raises as ``AdminClient.run``."""
    said = client.run(shop, token, "shop_profile")["shop"]
    return ShopProfile(
        name=cleaned(said["name"]) or shop.host,
        timezone=said["ianaTimezone"],
        currency=said["currencyCode"],
        country=(said.get("shopAddress") or {}).get("countryCodeV2"),
    )
