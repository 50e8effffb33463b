"""The shops, what they have granted, and where their webhooks go."""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

from core.settings import SANDBOX_SHOP
from sandbox.chance import dice
from sandbox.files import keep, kept

DEFAULT_SHOP = SANDBOX_SHOP
DEFAULT_SCOPES = (
    "read_orders,write_orders,write_merchant_managed_fulfillment_orders,"
    "read_customers,write_customers,read_products,read_inventory,read_markets,"
    "read_fulfillments,read_returns,read_legal_policies,read_locales,write_discounts,"
    "read_checkouts,write_draft_orders,write_pixels,read_customer_events,"
    "write_app_proxy"
)
TOPICS: dict[str, tuple[str, list[str]]] = {
    topic: (enum, scopes)
    for topic, (enum, scopes) in json.loads(
        files("sandbox").joinpath("schema/topics.json").read_bytes()
    ).items()
}
"""By topic: its name in GraphQL, and the scopes of which one is needed."""

OWNER_ID = 91_234_567
_OWNER = {
    "id": OWNER_ID,
    "first_name": "Sandbox",
    "last_name": "Owner",
    "email": "owner@example.com",
    "account_owner": True,
    "locale": "en",
    "collaborator": False,
    "email_verified": True,
}

# Room for whatever was used after the last time that the state was written.
_SKIPPED_SERIALS = 10_000


def sandbox_token(secret: str) -> str:
    """The token of the default shop; the same secret gives the same token."""
    digest = hmac.new(secret.encode(), b"shopify token", hashlib.sha256).hexdigest()
    return f"shpat_{digest[:32]}"


@dataclass(slots=True)
class Grant:
    """A token that the shop has given; ``expires_at`` None is for ever."""

    token: str
    expires_at: float | None = None
    refresh_token: str | None = None
    refresh_expires_at: float | None = None
    replaces: str | None = None


@dataclass(slots=True)
class Subscription:
    id: int
    topic: str
    uri: str
    created_at: str
    name: str | None = None
    filter: str | None = None
    include_fields: list[str] = field(default_factory=list)
    metafield_namespaces: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Shop:
    """``client_id`` and ``client_secret`` are None where the app's own are meant.

    ``is_managed`` is whether the app was installed as ``shopify.app.toml`` has it: then
    its own subscriptions deliver. ``visitor`` is who looks at the admin, where that is
    not its owner.
    """

    domain: str
    name: str
    currency: str
    timezone: str
    client_id: str | None = None
    client_secret: str | None = None
    scopes: str = DEFAULT_SCOPES
    is_installed: bool = True
    is_managed: bool = False
    grants: list[Grant] = field(default_factory=list)
    subscriptions: list[Subscription] = field(default_factory=list)
    serial: int = 0
    orders_sold: int = 0
    visitor: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> int:
        return dice(f"shop {self.domain}").randrange(10**9, 9 * 10**10)

    def has_scope(self, any_of: Sequence[str]) -> bool:
        """Whether one of them was granted; to write includes to read."""
        granted = set(self.scopes.split(","))
        return not any_of or any(
            scope in granted or scope.replace("read_", "write_", 1) in granted
            for scope in any_of
        )

    @property
    def looking(self) -> dict[str, Any]:
        """The member of staff who looks at the admin, as Shopify tells of them."""
        return {**_OWNER, **self.visitor}

    def subscribed(self, topic: str) -> list[Subscription]:
        return [each for each in self.subscriptions if each.topic == topic]


class Shops:
    """``changed`` must be called after each change; what it marks is written later."""

    def __init__(self, path: Path, *, secret: str, seed: int) -> None:
        self._path = path
        self._seed = seed
        self.is_changed = False
        self.by_domain: dict[str, Shop] = {}
        for row in kept(path, []):
            self._restore(row)
        default = self.by_domain.get(DEFAULT_SHOP)
        if default is None:
            default = Shop(DEFAULT_SHOP, "Sosik Sandbox", "EUR", "Europe/Berlin")
            self.by_domain[DEFAULT_SHOP] = default
        token = sandbox_token(secret)
        if default.is_installed and token not in {g.token for g in default.grants}:
            default.grants.append(Grant(token))

    def new_id(self, shop: Shop) -> int:
        """An id above 2**53, as some of Shopify's are; never given twice."""
        shop.serial += 1
        self.is_changed = True
        base = dice(f"{self._seed} {shop.domain}").randrange(2**53, 2**62)
        return base + shop.serial * 131_071

    def changed(self) -> None:
        self.is_changed = True

    def keep(self) -> None:
        if self.is_changed:
            keep(self._path, [asdict(each) for each in self.by_domain.values()])
        self.is_changed = False

    def _restore(self, row: dict[str, Any]) -> None:
        grants = [Grant(**each) for each in row.pop("grants")]
        subscriptions = [Subscription(**each) for each in row.pop("subscriptions")]
        shop = Shop(**row, grants=grants, subscriptions=subscriptions)
        shop.serial += _SKIPPED_SERIALS
        self.by_domain[shop.domain] = shop
