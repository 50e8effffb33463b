"""The webhooks a connected shop sends us: those that are missing are asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.errors import WillNotWork
from core.values import ShopDomain
from integrations.shopify.graphql import ACCESS_DENIED, USER_ERROR, AdminClient
from integrations.shopify.payloads import TOPICS

_PAGE = 100
_TAKEN = "already been taken"


@dataclass(frozen=True, slots=True)
class Report:
    """Topics by what became of them. ``refused`` has Shopify's reason for each."""

    created: tuple[str, ...]
    already: tuple[str, ...]
    refused: dict[str, str]
    stale_deleted: int


def ensure_subscriptions(
    client: AdminClient, shop: ShopDomain, token: str, callback_url: str
) -> Report:
    """Subscribe to every topic of ``TOPICS``; a second call finds nothing to do.

    Of two that are the same in everything one goes, since each would be delivered.
    Those with another address or filter stay: somebody may have made them on purpose.

    Raises:
        OutsideError: as ``AdminClient.run``; a topic that alone is refused is told in
            the report instead.
    """
    seen: set[tuple[Any, ...]] = set()
    subscribed: set[str] = set()
    deleted = 0
    for node in list(_existing(client, shop, token)):
        same = (node["topic"], node["uri"], node["filter"], _fields(node))
        if same in seen:
            client.run(shop, token, "webhook_subscription_delete", {"id": node["id"]})
            deleted += 1
        seen.add(same)
        if node["uri"] == callback_url and not node["filter"] and not _fields(node):
            subscribed.add(node["topic"])
    already = [topic for topic, name in TOPICS.items() if name in subscribed]
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
    return Report(tuple(created), tuple(already), refused, deleted)


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
    wanted = {"uri": callback_url, "format": "JSON"}
    asked = {"topic": TOPICS[topic], "webhookSubscription": wanted}
    try:
        client.run(shop, token, "webhook_subscription_create", asked)
    except WillNotWork as refusal:
        if refusal.code not in (ACCESS_DENIED, USER_ERROR):
            raise
        return str(refusal)
    return None


def _fields(node: dict[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(node["includeFields"] or ()))
