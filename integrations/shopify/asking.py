"""What is asked of a store to find what its webhooks have not told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from core.values import FulfillmentId, OrderId, ShopDomain
from integrations.shopify import retold
from integrations.shopify.edits import edits
from integrations.shopify.graphql import AdminClient
from integrations.shopify.retold import Retold, moment_of, number_of

ORDERS_ON_A_PAGE = 100
CHECKOUTS_ON_A_PAGE = 10
CUSTOMERS_ON_A_PAGE = 25
MOST_PARCELS = 100


@dataclass(frozen=True, slots=True)
class ChangedOrder:
    order_id: OrderId
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ParcelGlance:
    """``scanned_at`` is when the newest scan happened; None where there is none."""

    fulfillment_id: FulfillmentId
    updated_at: datetime
    scanned_at: datetime | None


def orders_changed(
    client: AdminClient,
    shop: ShopDomain,
    token: str,
    *,
    since: datetime,
    after: str | None,
) -> tuple[list[ChangedOrder], str | None]:
    """A page of the orders that have changed since then, the earliest change first, and
    where the next page begins, if there is one."""
    asked = {"first": ORDERS_ON_A_PAGE, "after": after, "query": _since(since)}
    page = client.run(shop, token, "orders_changed", asked)["orders"]
    changed = [
        ChangedOrder(OrderId(number), moment_of(node["updatedAt"]))
        for node in page["nodes"]
        if (number := number_of(node["id"])) is not None
    ]
    return changed, _next(page["pageInfo"])


def order_told(
    client: AdminClient, shop: ShopDomain, token: str, order_id: OrderId
) -> list[Retold]:
    """All that webhooks would tell of an order; nothing of one that is not there."""
    asked = {"id": f"gid://shopify/Order/{order_id}"}
    node = client.run(shop, token, "order_whole", asked)["order"]
    if node is None:
        return []
    told = retold.order(node)
    if node.get("edited"):
        agreed = client.run(shop, token, "order_edits", asked)["order"]
        told += [] if agreed is None else edits(agreed)
    return told


def parcels_at_a_glance(
    client: AdminClient,
    shop: ShopDomain,
    token: str,
    parcels: Sequence[FulfillmentId],
) -> list[ParcelGlance]:
    """Those of at most ``MOST_PARCELS`` that are still there."""
    asked = {"ids": [f"gid://shopify/Fulfillment/{each}" for each in parcels]}
    glances = []
    for node in client.run(shop, token, "parcels_at_a_glance", asked)["nodes"]:
        number = number_of((node or {}).get("id"))
        if number is None:
            continue
        scans = node["events"]["nodes"]
        scanned_at = moment_of(scans[0]["happenedAt"]) if scans else None
        updated_at = moment_of(node["updatedAt"])
        glances.append(ParcelGlance(FulfillmentId(number), updated_at, scanned_at))
    return glances


def checkouts_changed(
    client: AdminClient,
    shop: ShopDomain,
    token: str,
    *,
    since: datetime,
    after: str | None,
) -> tuple[list[Retold], str | None]:
    """A page of the checkouts that were left and have changed since then, and where the
    next page begins, if there is one."""
    asked = {"first": CHECKOUTS_ON_A_PAGE, "after": after, "query": _since(since)}
    page = client.run(shop, token, "checkouts_changed", asked)["abandonedCheckouts"]
    found = [retold.checkout(node) for node in page["nodes"]]
    return [each for each in found if each is not None], _next(page["pageInfo"])


@dataclass(frozen=True, slots=True)
class ChangedCustomer:
    """``consent`` is what they said about offers on WhatsApp, if they did."""

    updated_at: datetime
    consent: Retold | None


def consents_changed(
    client: AdminClient,
    shop: ShopDomain,
    token: str,
    *,
    since: datetime,
    after: str | None,
) -> tuple[list[ChangedCustomer], str | None]:
    """A page of the customers who have changed since then, the earliest change first,
    and where the next page begins, if there is one."""
    asked = {"first": CUSTOMERS_ON_A_PAGE, "after": after, "query": _since(since)}
    page = client.run(shop, token, "consents_changed", asked)["customers"]
    changed = [
        ChangedCustomer(moment_of(node["updatedAt"]), retold.consent(node))
        for node in page["nodes"]
    ]
    return changed, _next(page["pageInfo"])


def _since(moment: datetime) -> str:
    return f"updated_at:>='{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}'"


def _next(page: dict[str, object]) -> str | None:
    return str(page["endCursor"]) if page["hasNextPage"] else None
