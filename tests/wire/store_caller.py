"""A caller of the simulated Shopify, and the documents that it asks with."""

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from integrations.shopify.graphql import document_text
from sandbox.control import Control
from sandbox.receiver import Receiver, receiver
from sandbox.serving import running
from sandbox.shopify import (
    DEFAULT_SHOP,
    ShopifySettings,
    ShopifySimulator,
    sandbox_token,
)
from sandbox.shopify.documents import Judge
from tests.judging import judged_here

TOKEN = sandbox_token("sandbox")


def document(name: str) -> str:
    """The GraphQL document of that name, from the folder beside."""
    return (Path(__file__).parent / "documents" / f"{name}.graphql").read_text("utf-8")


SUBSCRIBE = document("subscribe")
LIST = document("list_subscriptions")
ORDER = document("order")
SHOP = document("shop")
_OUR_OWN = document_text("webhook_subscription_create")
"""Judged beforehand, so that not every file of tests needs the schema for it."""


@dataclass(frozen=True, slots=True)
class Store:
    control: Control
    inbox: Receiver
    token: str = TOKEN

    def post(
        self, path: str, body: Any, *, shop: str = DEFAULT_SHOP
    ) -> tuple[int, Any, str | None]:
        """Status, answer, and the API version that answered."""
        host = self.control.url.removeprefix("http://")
        connection = http.client.HTTPConnection(host, timeout=30)
        try:
            connection.request(
                "POST",
                f"/{shop}/admin/{path}",
                body=json.dumps(body),
                headers={"X-Shopify-Access-Token": self.token},
            )
            answer = connection.getresponse()
            said = json.loads(answer.read())
            return answer.status, said, answer.getheader("X-Shopify-API-Version")
        finally:
            connection.close()

    def ask(self, document: str, **variables: Any) -> Any:
        body = {"query": document, "variables": variables}
        status, answer, _ = self.post("api/2026-10/graphql.json", body)
        assert status == 200
        return answer

    def subscribe(self, *topics: str) -> None:
        for topic in topics:
            it = {"uri": f"{self.inbox.url}/webhooks/shopify"}
            answer = self.ask(_OUR_OWN, topic=topic, webhookSubscription=it)
            assert not answer["data"]["webhookSubscriptionCreate"]["userErrors"]

    def webhooks(self, count: int) -> dict[str, tuple[Any, Any]]:
        """By topic: headers and body, when so many have come."""
        came = {}
        for _ in range(count):
            body = self.inbox.next_body()
            headers = self.inbox.last[1]
            came[headers["X-Shopify-Topic"]] = (headers, body)
        return came


@contextmanager
def open_store(
    data_dir: Path, verdicts: Path, judge: Judge = judged_here
) -> Iterator[Store]:
    """A simulator beside a receiver; ``verdicts`` outlives it, judging being slow."""
    own = data_dir / "sandbox" / "documents.json"
    own.parent.mkdir()
    if verdicts.exists():
        own.write_bytes(verdicts.read_bytes())
    with receiver() as inbox:
        settings = ShopifySettings(data_dir=data_dir, app_url=inbox.url, judge=judge)
        with running(ShopifySimulator(settings)) as control:
            control.post("settings", {"webhooks": {"retry_first_ms": 1}})
            yield Store(control, inbox)
    if own.exists():
        verdicts.write_bytes(own.read_bytes())
