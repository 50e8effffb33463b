"""What we ask of the Admin API is valid, and every answer says what to do next."""

import gzip
import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest
from graphql import build_client_schema, parse, validate

from core.errors import OutsideError, TryLater, Unsure, WillNotWork
from core.outcomes import Answer, NoAnswer, NotSent
from core.values import ShopDomain
from integrations.shopify.graphql import AdminClient
from integrations.shopify.payloads import TOPICS
from integrations.shopify.shops import ShopProfile, shop_profile
from integrations.shopify.subscriptions import (
    Report,
    end_subscriptions,
    ensure_subscriptions,
)

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted((ROOT / "integrations/shopify/documents").glob("*.graphql"))
SCHEMA = "admin_2026-10.json.gz"
SCHEMAS = (
    ROOT / "sandbox/schema" / SCHEMA,
    ROOT.parent / "shared/schemas/shopify" / SCHEMA,
)
ADA = ShopDomain("ada.myshopify.com")
HOOK = "https://app.example/webhooks/shopify"
QUERY, MUTATION = "shop_profile", "bulk_operation_run"
DELETE = "webhook_subscription_delete"


class Shopify:
    """Gives ``answers`` in turn; the last one again and again. Keeps what was asked."""

    def __init__(self, *answers):
        self.answers, self.asks, self.waits = list(answers), [], []

    def __call__(self, method, url, *, headers, body=None):
        self.asks.append((method, url, dict(headers), json.loads(body)))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if callable(answer):
            answer = answer(self.asks[-1][3])
        if isinstance(answer, dict):
            return Answer(200, {}, json.dumps(answer).encode())
        return answer

    def run(self, document=QUERY, variables=None):
        return self.client().run(ADA, "secret", document, variables)

    def client(self):
        return AdminClient(self, "https://{shop}", "2026-10", self.waits.append)


def throttled(requested=100, available=40, rate=30):
    status = {
        "currentlyAvailable": available,
        "maximumAvailable": 2000,
        "restoreRate": rate,
    }
    cost = {"requestedQueryCost": requested, "throttleStatus": status}
    return {**errors("THROTTLED"), "extensions": {"cost": cost}}


def errors(code, data=None):
    return {"data": data, "errors": [{"message": "x", "extensions": {"code": code}}]}


@pytest.fixture(scope="module")
def schema():
    path = next((path for path in SCHEMAS if path.exists()), None)
    if path is None:
        pytest.skip("Shopify's schema is not in this copy")
    found = json.loads(gzip.decompress(path.read_bytes()))
    return build_client_schema(found.get("schema") or found["data"], assume_valid=True)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_document_is_what_shopify_understands(path, schema):
    assert validate(schema, parse(path.read_text())) == []


def test_every_topic_we_want_is_one_that_shopify_has(schema):
    names = schema.type_map["WebhookSubscriptionTopic"].values

    assert set(TOPICS.values()) <= set(names)


def test_the_question_goes_to_the_shop_with_its_token():
    shopify = Shopify({"data": {"shop": {"name": "Ada"}}})

    data = shopify.run(QUERY, {"a": 1})

    [(method, url, headers, body)] = shopify.asks
    assert data == {"shop": {"name": "Ada"}}
    assert (method, url) == (
        "POST",
        "https://ada.myshopify.com/admin/api/2026-10/graphql.json",
    )
    assert headers["X-Shopify-Access-Token"] == "secret"
    assert body["variables"] == {"a": 1}
    assert "query ShopProfile" in body["query"]


@pytest.mark.parametrize(
    ("answer", "for_query", "for_mutation", "code"),
    [
        (NotSent("connection_failed"), TryLater, TryLater, "connection_failed"),
        (NoAnswer("timeout"), TryLater, Unsure, "no_answer_timeout"),
        (Answer(429, {}, b""), TryLater, TryLater, "shopify_429"),
        (Answer(502, {}, b"<html>"), TryLater, Unsure, "shopify_502"),
        (Answer(200, {}, b"<html>"), TryLater, Unsure, "odd_answer"),
        (errors("INTERNAL_SERVER_ERROR"), TryLater, Unsure, "shopify_internal"),
        (Answer(401, {}, b"{}"), WillNotWork, WillNotWork, "shopify_401"),
        (Answer(402, {}, b"{}"), WillNotWork, WillNotWork, "shopify_402"),
        (Answer(403, {}, b"{}"), WillNotWork, WillNotWork, "shopify_403"),
        (Answer(404, {}, b""), WillNotWork, WillNotWork, "shopify_404"),
        (Answer(423, {}, b""), WillNotWork, WillNotWork, "shopify_423"),
        (Answer(301, {}, b""), WillNotWork, WillNotWork, "shopify_301"),
        (errors("ACCESS_DENIED"), WillNotWork, WillNotWork, "shopify_access_denied"),
        (
            errors("MAX_COST_EXCEEDED"),
            WillNotWork,
            WillNotWork,
            "shopify_max_cost_exceeded",
        ),
        ({"errors": "odd"}, WillNotWork, WillNotWork, "shopify_odd"),
        (throttled(), TryLater, TryLater, "shopify_throttled"),
    ],
)
def test_every_refusal_says_what_to_do_next(answer, for_query, for_mutation, code):
    for document, kind in ((QUERY, for_query), (MUTATION, for_mutation)):
        with pytest.raises(OutsideError) as raised:
            Shopify(answer).run(document)
        assert (type(raised.value), raised.value.code) == (kind, code)


def test_a_throttled_question_waits_until_there_is_room():
    shopify = Shopify(throttled(), throttled(rate=0), {"data": {"shop": {}}})

    shopify.run()

    assert shopify.waits == [2.0, 2.0]
    assert len(shopify.asks) == 3


def test_a_throttled_question_gives_up_after_five_waits():
    shopify = Shopify(throttled(requested=10_000, rate=1))

    with pytest.raises(TryLater):
        shopify.run()

    assert shopify.waits == [30.0] * 5
    assert len(shopify.asks) == 6


def test_what_came_in_spite_of_errors_is_kept_and_noted(caplog):
    shopify = Shopify(errors("ACCESS_DENIED", data={"shop": {"name": "Ada"}}))

    assert shopify.run() == {"shop": {"name": "Ada"}}
    assert "shopify_partial_data document=shop_profile" in caplog.text


def test_a_refused_value_is_told_with_its_field():
    refused = [{"field": ["input", "uri"], "message": "is not allowed"}]
    shopify = Shopify({"data": {"webhookSubscriptionDelete": {"userErrors": refused}}})

    with pytest.raises(WillNotWork, match=r"^input\.uri: is not allowed$") as raised:
        shopify.run(DELETE)

    assert raised.value.code == "shopify_user_error"


def test_an_answer_of_another_version_is_noted(caplog):
    caplog.set_level(logging.WARNING)
    body = b'{"data": {"shop": {}}}'

    Shopify(Answer(200, {"x-shopify-api-version": "2027-01"}, body)).run()

    assert "shopify_version_differs asked=2026-10 answered=2027-01" in caplog.text


def node(topic, number, uri=HOOK, **more):
    return {
        "id": f"gid://{number}",
        "topic": topic,
        "uri": uri,
        "filter": None,
        "includeFields": [],
        **more,
    }


class Subscribed(Shopify):
    """A shop that has ``nodes``, shows two to a page, and refuses ``refusing``."""

    def __init__(self, *nodes, refusing="nothing", reason="no"):
        super().__init__(self.answer)
        self.nodes, self.refusing, self.reason = list(nodes), refusing, reason

    def answer(self, asked):
        variables, text = asked["variables"], asked["query"]
        if "WebhookSubscriptions(" in text:
            start = int(variables["after"] or 0)
            page = {"hasNextPage": len(self.nodes) > start + 2, "endCursor": start + 2}
            found = {"pageInfo": page, "nodes": self.nodes[start : start + 2]}
            return {"data": {"webhookSubscriptions": found}}
        if "webhookSubscriptionDelete" in text:
            self.nodes = [n for n in self.nodes if n["id"] != variables["id"]]
            return {"data": {"webhookSubscriptionDelete": {"userErrors": []}}}
        refused = [{"field": None, "message": self.reason}]
        if variables["topic"] == self.refusing:
            return {"data": {"webhookSubscriptionCreate": {"userErrors": refused}}}
        made = variables["webhookSubscription"]
        narrowed = {k: made[k] for k in ("filter", "includeFields") if k in made}
        self.nodes.append(
            node(variables["topic"], len(self.asks), made["uri"], **narrowed)
        )
        return {"data": {"webhookSubscriptionCreate": {"userErrors": []}}}


def ensure(shop):
    return ensure_subscriptions(shop.client(), ADA, "t", HOOK)


def test_what_is_missing_is_subscribed_and_a_second_call_finds_nothing_to_do():
    shop = Subscribed(node("ORDERS_CREATE", 1), node("THEMES_PUBLISH", 2))

    first, second = ensure(shop), ensure(shop)

    assert first.already == ("orders/create",)
    assert set(first.created) == set(TOPICS) - {"orders/create"}
    assert first.ended == 1  # of a topic that we have no use for
    assert set(second.already) == set(TOPICS)
    assert second == Report((), second.already, {}, ended=0, elsewhere=0)


def test_what_leads_to_us_twice_or_otherwise_goes_and_what_leads_elsewhere_stays():
    elsewhere = node("ORDERS_CREATE", 3, uri="https://elsewhere.example/")
    narrow = node("ORDERS_CREATE", 4, filter="total_price:>9")
    shop = Subscribed(
        node("ORDERS_CREATE", 1), node("ORDERS_CREATE", 2), elsewhere, narrow
    )

    report = ensure(shop)

    assert (report.ended, report.elsewhere) == (2, 1)
    kept = {each["id"] for each in shop.nodes if each["topic"] == "ORDERS_CREATE"}
    assert kept == {"gid://1", "gid://3"}


def test_a_topic_that_is_refused_does_not_keep_the_others_away():
    report = ensure(Subscribed(refusing="ORDERS_PAID", reason="needs approval"))

    assert report.refused == {"orders/paid": "needs approval"}
    assert len(report.created) == len(TOPICS) - 1


def test_a_topic_that_somebody_else_was_quicker_with_is_there():
    taken = "Address for this topic has already been taken"

    report = ensure(Subscribed(refusing="ORDERS_PAID", reason=taken))

    assert (report.already, report.refused) == (("orders/paid",), {})


def test_a_noisy_topic_is_asked_for_in_part_and_not_asked_for_twice():
    whole = node("ORDERS_UPDATED", 1)
    shop = Subscribed(whole)

    first, second = ensure(shop), ensure(shop)

    assert "orders/updated" in first.created  # the whole one told us too much
    assert (first.ended, second.created) == (1, ())
    [narrow] = [n for n in shop.nodes if n["topic"] == "ORDERS_UPDATED"]
    assert "updated_at" in narrow["includeFields"]
    assert "shipping_address.phone:*" in narrow["filter"]


def test_what_leads_to_us_is_ended_and_nothing_else():
    elsewhere = node("ORDERS_CREATE", 99, uri="https://elsewhere.example/")
    shop = Subscribed(elsewhere)
    ensure(shop)

    count = end_subscriptions(shop.client(), ADA, "t", HOOK)

    assert count == len(TOPICS)
    assert shop.nodes == [elsewhere]


SHOP = {
    "name": "Ada's Tea",
    "myshopifyDomain": "ada.myshopify.com",
    "ianaTimezone": "Europe/Berlin",
    "currencyCode": "EUR",
    "shopAddress": {"countryCodeV2": "DE"},
}


def test_a_shop_is_described():
    shopify = Shopify({"data": {"shop": SHOP}})

    assert shop_profile(shopify.client(), ADA, "t") == ShopProfile(
        name="Ada's Tea", timezone="Europe/Berlin", currency="EUR", country="DE"
    )


def test_who_has_no_time_does_not_wait_for_long():
    shopify = Shopify(throttled(requested=100, available=10, rate=30), {"data": {}})
    client = replace(shopify.client(), longest_wait_seconds=2.0)

    with pytest.raises(TryLater) as raised:
        client.run(ADA, "secret", QUERY)

    assert raised.value.code == "shopify_throttled"
    assert shopify.waits == []
    assert len(shopify.asks) == 1
