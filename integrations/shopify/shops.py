"""A shop's own particulars, and the token of an app of its organisation."""

import json
from dataclasses import dataclass, field
from datetime import timedelta

from core.errors import TryLater, UnreadablePayload, WillNotWork
from core.outcomes import Answer, Call, NoAnswer, NotSent
from core.values import ShopDomain
from integrations.plain_text import cleaned
from integrations.shopify.graphql import AdminClient
from integrations.strict_json import read_object


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopProfile:
    """What is read of a shop when it is connected."""

    name: str
    timezone: str
    currency: str
    country: str | None


@dataclass(frozen=True, slots=True)
class AccessToken:
    """``lifetime`` counts from now."""

    secret: str = field(repr=False)
    scopes: frozenset[str]
    lifetime: timedelta


def shop_profile(client: AdminClient, shop: ShopDomain, token: str) -> ShopProfile:
    """What the shop says of itself; raises as ``AdminClient.run``."""
    said = client.run(shop, token, "shop_profile")["shop"]
    return ShopProfile(
        name=cleaned(said["name"]) or shop.host,
        timezone=said["ianaTimezone"],
        currency=said["currencyCode"],
        country=(said.get("shopAddress") or {}).get("countryCodeV2"),
    )


def client_credentials_token(
    post: Call, origin: str, shop: ShopDomain, *, client_id: str, client_secret: str
) -> AccessToken:
    """A token for a day, for an app and a store of one organisation.

    Raises:
        TryLater: no answer came; asking again harms nobody.
        WillNotWork: Shopify knows no such app, or not for this store.
    """
    asked = {
        "client_id": client_id,
        "client_secret": client_secret,
        "grant_type": "client_credentials",
    }
    outcome = post(
        "POST",
        f"{origin.replace('{shop}', shop.host)}/admin/oauth/access_token",
        headers={"Content-Type": "application/json", "Accept": "application/json"},
        body=json.dumps(asked).encode(),
    )
    match outcome:
        case NotSent(why) | NoAnswer(why):
            raise TryLater("no answer came back", code=why)
        case Answer(status) if status == 429 or status >= 500:
            raise TryLater("no answer to rely on", code=f"shopify_{status}")
        case Answer(status, _, body):
            return _token(status, body)


def _token(status: int, body: bytes) -> AccessToken:
    try:
        said = read_object(body)
    except UnreadablePayload:
        said = {}
    if status >= 300:
        word = str(said.get("error", ""))
        known = ("invalid_client", "invalid_grant", "shop_not_permitted")
        code = f"shopify_{word if word in known else status}"
        raise WillNotWork("Shopify gives no token for this store", code=code)
    secret, lifetime = said.get("access_token"), said.get("expires_in")
    if not isinstance(secret, str) or not isinstance(lifetime, int):
        raise TryLater("the answer holds no token", code="odd_answer")
    scopes = frozenset(filter(None, str(said.get("scope", "")).split(",")))
    return AccessToken(secret, scopes, timedelta(seconds=lifetime))
