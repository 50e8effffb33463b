"""The webhooks a connected shop sends us: those that are missing are asked for.

A shop that was installed from the app's own page sends what ``shopify.app.toml`` says
and needs none of this; a test holds the two together.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from core.errors import WillNotWork
from core.values import ShopDomain
from integrations.shopify.graphql import ACCESS_DENIED, USER_ERROR, AdminClient
from integrations.shopify.payloads import TOPICS

_PAGE = 100
_TAKEN = "already been taken"


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which webhooks of a topic are wanted, and what of them."""

    filter: str | None
    fields: frozenset[str]


AS_IT_IS = Narrowed(None, frozenset())

# A product's own body may be of megabytes, and comes with every thing that is sold.
_THAT_IT_CHANGED = Narrowed(None, frozenset({"id", "updated_at"}))
_WHOSE_STOCK = Narrowed(None, frozenset({"id", "product_id", "updated_at"}))

NARROWED = MappingProxyType(
    {
        "collections/create": _THAT_IT_CHANGED,
        "collections/update": _THAT_IT_CHANGED,
        "products/create": _THAT_IT_CHANGED,
        "products/update": _THAT_IT_CHANGED,
        "variants/in_stock": _WHOSE_STOCK,
        "variants/out_of_stock": _WHOSE_STOCK,
        # It fires on every tag and note of every app. Of whom we cannot write to we
        # need not hear, and what has topics of its own is told by those. The time is
        # among the fields, or a change that came late could not be told from news.
        "orders/updated": Narrowed(
            "phone:* OR customer.phone:* OR customer.default_address.phone:* OR"
            " shipping_address.phone:* OR billing_address.phone:*",
            frozenset(
                {
                    *("id", "updated_at", "phone", "customer", "customer_locale"),
                    *("shipping_address", "billing_address", "note_attributes"),
                    *("financial_status", "cancelled_at", "closed_at"),
                    "current_total_price_set",
                }
            ),
        ),
    }
)
"""Topics of which not everything is wanted; of the others it is."""


@dataclass(frozen=True, slots=True)
class Report:
    """Topics by what became of them. ``refused`` has Shopify's reason for each;
    ``ended`` and ``elsewhere`` count subscriptions."""

    created: tuple[str, ...]
    already: tuple[str, ...]
    refused: dict[str, str]
    ended: int
    elsewhere: int


def ensure_subscriptions(
    client: AdminClient, shop: ShopDomain, token: str, callback_url: str
) -> Report:
    """Subscribe to every topic of ``TOPICS``; a second call finds nothing to do.

    What leads to us and is not wanted goes, or is there twice: each would be delivered.
    What leads elsewhere stays: somebody may have made it on purpose.

    Raises:
        OutsideError: as ``AdminClient.run``; a topic that alone is refused is told in
            the report instead.
    """
    found = list(_existing(client, shop, token))
    ours = [node for node in found if node["uri"] == callback_url]
    wanted = {
        (name, NARROWED.get(topic, AS_IT_IS)): topic for topic, name in TOPICS.items()
    }
    already: list[str] = []
    ended = 0
    for node in ours:
        topic_told = wanted.pop((node["topic"], _narrowed(node)), None)
        if topic_told is None:
            _delete(client, shop, token, node)
            ended += 1
        else:
            already.append(topic_told)
    created: list[str] = []
    refused: dict[str, str] = {}
    for topic in TOPICS:
        if topic in already:
            continue
        reason = _create(client, shop, token, topic, callback_url)
        if reason is None:
            created.append(topic)
        elif _TAKEN in reason:
            already.append(topic)  # somebody else was quicker
        else:
            refused[topic] = reason
    return Report(
        tuple(created), tuple(already), refused, ended, len(found) - len(ours)
    )


def end_subscriptions(
    client: AdminClient, shop: ShopDomain, token: str, callback_url: str
) -> int:
    """Delete those that lead to us, whatever they are of; answer how many there were.

    Where the app's own subscriptions deliver, these would deliver all once more.

    Raises:
        OutsideError: as ``AdminClient.run``.
    """
    ours = [
        node for node in _existing(client, shop, token) if node["uri"] == callback_url
    ]
    for node in ours:
        _delete(client, shop, token, node)
    return len(ours)


def _existing(
    client: AdminClient, shop: ShopDomain, token: str
) -> Iterator[dict[str, Any]]:
    after: str | None = None
    while True:
        asked = {"first": _PAGE, "after": after}
        page = client.run(shop, token, "webhook_subscriptions", asked)
        found = page["webhookSubscriptions"]
        yield from found["nodes"]
        if not found["pageInfo"]["hasNextPage"]:
            return
        after = found["pageInfo"]["endCursor"]


def _create(
    client: AdminClient, shop: ShopDomain, token: str, topic: str, callback_url: str
) -> str | None:
    """Why Shopify refuses, or None when it does not."""
    wanted: dict[str, Any] = {"uri": callback_url, "format": "JSON"}
    narrowed = NARROWED.get(topic, AS_IT_IS)
    if narrowed.filter is not None:
        wanted["filter"] = narrowed.filter
    if narrowed.fields:
        wanted["includeFields"] = sorted(narrowed.fields)
    asked = {"topic": TOPICS[topic], "webhookSubscription": wanted}
    try:
        client.run(shop, token, "webhook_subscription_create", asked)
    except WillNotWork as refusal:
        if refusal.code not in (ACCESS_DENIED, USER_ERROR):
            raise
        return str(refusal)
    return None


def _delete(
    client: AdminClient, shop: ShopDomain, token: str, node: dict[str, Any]
) -> None:
    client.run(shop, token, "webhook_subscription_delete", {"id": node["id"]})


def _narrowed(node: dict[str, Any]) -> Narrowed:
    """As a subscription that is there has it."""
    return Narrowed(node["filter"] or None, frozenset(node["includeFields"] or ()))
