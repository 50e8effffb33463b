"""The simulated Shopify refuses what Shopify refuses, and tells what Shopify tells."""

import base64
import http.client
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from hmac import digest
from pathlib import Path
from typing import Any

import phonenumbers
import pytest

from sandbox.control import Control, ControlRefused
from sandbox.receiver import Receiver, receiver
from sandbox.serving import running
from sandbox.shopify import (
    DEFAULT_SHOP,
    ShopifySettings,
    ShopifySimulator,
    sandbox_token,
)
from sandbox.shopify.people import BUYERS

TOKEN = sandbox_token("sandbox")
SUBSCRIBE = """
mutation Create($topic: WebhookSubscriptionTopic!, $it: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $it) {
    webhookSubscription { id topic uri }
    userErrors { field message }
  }
}
"""
LIST = """
query List($first: Int!, $after: String) {
  webhookSubscriptions(first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { id topic uri }
  }
}
"""
ORDER = "query Order($id: ID!) { order(id: $id) { name customer { id } } }"
SHOP = "{ shop { name myshopifyDomain ianaTimezone currencyCode } }"


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
            answer = self.ask(SUBSCRIBE, topic=topic, it=it)
            assert not answer["data"]["webhookSubscriptionCreate"]["userErrors"]

    def webhooks(self, count: int) -> dict[str, tuple[Any, Any]]:
        """By topic: headers and body, when so many have come."""
        came = {}
        for _ in range(count):
            body = self.inbox.next_body()
            headers = self.inbox.last[1]
            came[headers["X-Shopify-Topic"]] = (headers, body)
        return came


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Documents are judged once for the whole module; judging one takes a second."""
    return tmp_path_factory.mktemp("verdicts") / "documents.json"


@pytest.fixture
def store(tmp_path: Path, verdicts: Path) -> Iterator[Store]:
    own = tmp_path / "sandbox" / "documents.json"
    own.parent.mkdir()
    if verdicts.exists():
        own.write_bytes(verdicts.read_bytes())
    with receiver() as inbox:
        settings = ShopifySettings(data_dir=tmp_path, app_url=inbox.url)
        with running(ShopifySimulator(settings)) as control:
            control.post("settings", {"webhooks": {"retry_first_ms": 1}})
            yield Store(control, inbox)
    if own.exists():
        verdicts.write_bytes(own.read_bytes())


def test_a_shop_tells_who_it_is_and_what_the_answer_cost(store: Store) -> None:
    answer = store.ask(SHOP)

    assert answer["data"]["shop"] == {
        "name": "Sosik Sandbox",
        "myshopifyDomain": DEFAULT_SHOP,
        "ianaTimezone": "Europe/Berlin",
        "currencyCode": "EUR",
    }
    assert answer["extensions"]["cost"] == {
        "requestedQueryCost": 1,
        "actualQueryCost": 1,
        "throttleStatus": {
            "maximumAvailable": 2000.0,
            "currentlyAvailable": 1999,
            "restoreRate": 100.0,
        },
    }


@pytest.mark.parametrize(
    ("document", "variables", "words"),
    [
        ("{ shop { shoeSize } }", {}, "Cannot query field 'shoeSize' on type 'Shop'"),
        ("{ shop { name }", {}, "Syntax Error"),
        ("{ order { id } }", {}, "of type 'ID!' is required"),
        (ORDER, {}, "Variable $id of type ID! was provided invalid value"),
        (
            SUBSCRIBE,
            {"topic": "ORDERS_EATEN", "it": {}},
            "Variable $topic of type WebhookSubscriptionTopic! was provided invalid",
        ),
        (
            SUBSCRIBE,
            {"topic": "ORDERS_PAID", "it": {"address": "https://example.com"}},
            "for address (Field is not defined on WebhookSubscriptionInput)",
        ),
        (LIST, {"first": "ten"}, "Variable $first of type Int! was provided invalid"),
        ("{ shop { alerts { description } } }", {}, "does not simulate Shop.alerts"),
        (LIST, {"first": 250, "after": None}, None),
        (LIST.replace("uri", "uri apiVersion { handle }"), {"first": 9}, None),
    ],
)
def test_a_document_is_answered_or_refused_as_the_real_schema_says(
    store: Store, document: str, variables: dict[str, Any], words: str | None
) -> None:
    answer = store.ask(document, **variables)

    if words is None:
        assert "errors" not in answer
    else:
        assert words in answer["errors"][0]["message"]


def test_every_document_of_ours_is_known_to_the_schema(
    store: Store, shared: Path
) -> None:
    for name in ("order_by_id", "webhook_subscriptions_list", "orders_page"):
        document = (shared / "graphql" / f"{name}.graphql").read_text()

        answer = store.ask(document, id="gid://shopify/Order/1", first=1)

        assert "errors" not in answer


@pytest.mark.parametrize(
    ("path", "shop", "token", "status", "version"),
    [
        ("api/2026-10/graphql.json", DEFAULT_SHOP, TOKEN, 200, "2026-10"),
        ("api/2026-07/graphql.json", DEFAULT_SHOP, TOKEN, 200, "2026-07"),
        ("api/2024-01/graphql.json", DEFAULT_SHOP, TOKEN, 200, "2026-01"),
        ("api/2099-01/graphql.json", DEFAULT_SHOP, TOKEN, 404, None),
        ("api/latest/graphql.json", DEFAULT_SHOP, TOKEN, 404, None),
        ("api/2026-10/orders.json", DEFAULT_SHOP, TOKEN, 404, None),
        ("api/2026-10/graphql.json", "other.myshopify.com", TOKEN, 404, None),
        ("api/2026-10/graphql.json", DEFAULT_SHOP, "shpat_guess", 401, None),
        ("api/2026-10/graphql.json", DEFAULT_SHOP, "", 401, None),
    ],
)
def test_the_door_of_the_admin_api(
    store: Store, path: str, shop: str, token: str, status: int, version: str | None
) -> None:
    caller = Store(store.control, store.inbox, token)

    got = caller.post(path, {"query": SHOP}, shop=shop)

    assert (got[0], got[2]) == (status, version)


def test_who_asks_too_much_is_throttled_until_points_come_back(store: Store) -> None:
    store.control.post("settings", {"bucket": 20, "restore_rate": 0})

    answers = [store.ask(LIST, first=5) for _ in range(3)]

    assert "errors" not in answers[0]
    assert answers[2]["errors"] == [
        {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
    ]
    cost = answers[2]["extensions"]["cost"]
    assert cost["actualQueryCost"] is None
    assert cost["throttleStatus"]["currentlyAvailable"] < cost["requestedQueryCost"]


def test_what_was_not_granted_is_denied(store: Store) -> None:
    store.control.post("shops", {"domain": DEFAULT_SHOP, "scopes": "read_products"})

    order = store.ask(ORDER, id="gid://shopify/Order/1")
    subscribed = store.ask(
        SUBSCRIBE, topic="ORDERS_PAID", it={"uri": "https://example.com/"}
    )

    assert order["data"] == {"order": None}
    assert order["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"
    assert order["errors"][0]["path"] == ["order"]
    errors = subscribed["data"]["webhookSubscriptionCreate"]["userErrors"]
    assert "do not have permission" in errors[0]["message"]


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("", "can't be blank"),
        ("http://shop.example.com/hooks", "https is required"),
        ("ftp://example.com", "https is required"),
    ],
)
def test_a_webhook_goes_only_to_https_or_to_this_machine(
    store: Store, uri: str, words: str
) -> None:
    answer = store.ask(SUBSCRIBE, topic="ORDERS_PAID", it={"uri": uri})

    errors = answer["data"]["webhookSubscriptionCreate"]["userErrors"]
    assert words in errors[0]["message"]


def test_subscriptions_are_paged_changed_and_deleted(store: Store) -> None:
    update = """mutation Update($id: ID!, $it: WebhookSubscriptionInput!) {
      webhookSubscriptionUpdate(id: $id, webhookSubscription: $it) {
        webhookSubscription { uri } userErrors { message } } }"""
    delete = """mutation Delete($id: ID!) {
      webhookSubscriptionDelete(id: $id) {
        deletedWebhookSubscriptionId userErrors { message } } }"""
    store.subscribe("ORDERS_CREATE", "ORDERS_PAID", "ORDERS_CANCELLED")
    again = store.ask(
        SUBSCRIBE,
        topic="ORDERS_PAID",
        it={"uri": f"{store.inbox.url}/webhooks/shopify"},
    )

    first = store.ask(LIST, first=2)["data"]["webhookSubscriptions"]
    after = first["pageInfo"]["endCursor"]
    second = store.ask(LIST, first=2, after=after)["data"]["webhookSubscriptions"]
    one = first["nodes"][0]["id"]
    changed = store.ask(update, id=one, it={"uri": "https://example.com/x"})
    gone = store.ask(delete, id=one)["data"]["webhookSubscriptionDelete"]
    twice = store.ask(delete, id=one)["data"]["webhookSubscriptionDelete"]

    taken = again["data"]["webhookSubscriptionCreate"]["userErrors"]
    assert taken[0]["message"] == "Address for this topic has already been taken"
    assert first["pageInfo"]["hasNextPage"] is True
    assert [n["topic"] for n in second["nodes"]] == ["ORDERS_CANCELLED"]
    node = changed["data"]["webhookSubscriptionUpdate"]["webhookSubscription"]
    assert node == {"uri": "https://example.com/x"}
    assert gone == {"deletedWebhookSubscriptionId": one, "userErrors": []}
    assert twice["userErrors"][0]["message"] == "Webhook subscription does not exist"


def test_an_order_is_told_signed_with_every_field_of_the_real(
    store: Store, shared: Path
) -> None:
    folder = shared / "payloads/shopify/docs-2026-07"
    real = json.loads((folder / "orders__create.json").read_text())
    store.subscribe("ORDERS_CREATE", "ORDERS_PAID")

    sold = store.control.post("orders", {"locale": "ko", "consent": True})["order"]
    came = store.webhooks(2)

    raw, headers = store.inbox.last
    signature = base64.b64encode(digest(b"sandbox-api-secret", raw, sha256)).decode()
    assert headers["X-Shopify-Hmac-Sha256"] == signature
    told, body = came["orders/create"]
    assert body == sold
    assert body.keys() == real.keys()
    for part in ("customer", "shipping_address", "billing_address"):
        assert body[part].keys() >= real[part].keys() - {"state"}
    assert body["line_items"][0].keys() == real["line_items"][0].keys()
    assert body["shipping_lines"][0].keys() == real["shipping_lines"][0].keys()
    assert body["id"] > 2**53
    assert body["note_attributes"] == [
        {"name": "_whatsapp_opt_in", "value": "true"},
        {"name": "_whatsapp_opt_in_wording", "value": BUYERS["ko"].wording},
    ]
    assert told["X-Shopify-Shop-Domain"] == DEFAULT_SHOP
    assert told["X-Shopify-API-Version"] == "2026-10"
    paid = came["orders/paid"][0]
    assert told["X-Shopify-Event-Id"] == paid["X-Shopify-Event-Id"]
    assert told["X-Shopify-Webhook-Id"] != paid["X-Shopify-Webhook-Id"]
    moment = told["X-Shopify-Triggered-At"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", moment)


def test_cash_on_delivery_is_pending_and_not_told_as_paid(store: Store) -> None:
    store.subscribe("ORDERS_CREATE", "ORDERS_PAID")

    store.control.post("orders", {"cash_on_delivery": True, "consent": False})
    _, body = store.webhooks(1)["orders/create"]

    assert body["financial_status"] == "pending"
    assert body["payment_gateway_names"] == ["Cash on Delivery (COD)"]
    assert body["note_attributes"] == [{"name": "_whatsapp_opt_in", "value": "false"}]
    assert store.inbox.is_quiet()


def test_a_parcel_goes_its_way_from_label_to_door(store: Store, shared: Path) -> None:
    folder = shared / "payloads/shopify/docs-2026-07"
    parcel = json.loads((folder / "fulfillments__create.json").read_text())
    event = json.loads((folder / "fulfillment_events__create.json").read_text())
    store.subscribe(
        "FULFILLMENTS_CREATE", "FULFILLMENTS_UPDATE", "FULFILLMENT_EVENTS_CREATE"
    )
    order = store.control.post("orders", {})["order"]

    store.control.post(
        "fulfillments",
        {
            "order_id": order["id"],
            "tracking_numbers": ["A1", "A2"],
            "company": "DHL",
            "url": "https://track.example.com/{number}",
            "later": True,
        },
    )
    shipped = store.webhooks(2)
    store.control.post(
        "fulfillment_events",
        {"order_id": order["id"], "status": "out_for_delivery", "city": "Bristol"},
    )
    _, scanned = store.webhooks(2)["fulfillment_events/create"]

    created, updated = (shipped[f"fulfillments/{w}"][1] for w in ("create", "update"))
    assert created.keys() == parcel.keys()
    assert created["tracking_numbers"] == []
    assert updated["tracking_numbers"] == ["A1", "A2"]
    assert updated["tracking_url"] == "https://track.example.com/A1"
    assert updated["updated_at"] > created["updated_at"]
    assert scanned.keys() == event.keys()
    assert (scanned["status"], scanned["city"]) == ("out_for_delivery", "Bristol")
    assert scanned["order_id"] == order["id"]


def test_a_cancelled_order_says_so_to_who_asks(store: Store) -> None:
    store.subscribe("ORDERS_CANCELLED")
    order = store.control.post("orders", {})["order"]

    store.control.post("cancel", {"order_id": order["id"]})
    _, body = store.webhooks(1)["orders/cancelled"]

    assert body["cancelled_at"]
    assert body["financial_status"] == "refunded"
    answer = store.ask(ORDER, id=order["admin_graphql_api_id"])
    assert answer["data"]["order"]["name"] == "#1001"


def test_consent_that_the_app_writes_is_kept_and_told(store: Store) -> None:
    write = """mutation Write($input: CustomerWhatsAppMarketingConsentUpdateInput!) {
      customerWhatsAppMarketingConsentUpdate(input: $input) {
        customerPhoneNumber { phoneNumber whatsAppMarketingConsent { state } }
        userErrors { field message code } } }"""
    store.subscribe("CUSTOMERS_WHATS_APP_MARKETING_CONSENT_UPDATE")
    customer = store.control.post("orders", {})["order"]["customer"]

    def written(customer_id: str, state: str) -> Any:
        consent = {"state": state}
        asked = {"customerId": customer_id, "whatsAppMarketingConsent": consent}
        answer = store.ask(write, input=asked)
        return answer["data"]["customerWhatsAppMarketingConsentUpdate"]

    good = written(customer["admin_graphql_api_id"], "UNSUBSCRIBED")
    stranger = written("gid://shopify/Customer/1", "UNSUBSCRIBED")
    unwritable = written(customer["admin_graphql_api_id"], "NEVER_SUBSCRIBED")
    _, told = store.webhooks(1)["customers_whats_app_marketing_consent/update"]

    assert good["userErrors"] == []
    assert good["customerPhoneNumber"]["whatsAppMarketingConsent"] == {
        "state": "UNSUBSCRIBED"
    }
    assert stranger["userErrors"][0]["code"] == "INVALID"
    assert unwritable["userErrors"][0]["code"] == "INVALID"
    assert told["phone_number"] == BUYERS["en"].phone
    assert told["whats_app_marketing_consent"]["state"] == "unsubscribed"


def test_a_failed_delivery_comes_again_with_the_same_id(store: Store) -> None:
    store.subscribe("ORDERS_CREATE")
    store.inbox.answer_next(500, 302, 404)

    (webhook_id,) = store.control.post("orders", {})["webhook_ids"]
    ids = [store.inbox.next_headers()["X-Shopify-Webhook-Id"] for _ in range(4)]

    assert ids == [webhook_id] * 4
    assert store.inbox.is_quiet()


def test_a_subscription_that_never_answers_is_deleted(store: Store) -> None:
    store.subscribe("ORDERS_CREATE")
    store.inbox.answer_next(*[500] * 9)

    store.control.post("orders", {})
    for _ in range(9):
        store.inbox.next_raw()
    store.inbox.is_quiet(for_seconds=0.2)

    assert store.ask(LIST, first=5)["data"]["webhookSubscriptions"]["nodes"] == []


def test_a_webhook_may_be_forged_repeated_and_anything(store: Store) -> None:
    url = f"{store.inbox.url}/webhooks/shopify"

    store.control.post(
        "webhook",
        {
            "topic": "orders/create",
            "url": url,
            "raw": "not json",
            "forged": True,
            "times": 2,
            "headers": {"X-Shopify-Shop-Domain": "evil.example.com"},
        },
    )
    bodies = [store.inbox.next_raw() for _ in range(2)]

    raw, headers = store.inbox.last
    right = base64.b64encode(digest(b"sandbox-api-secret", raw, sha256)).decode()
    assert bodies == [b"not json", b"not json"]
    assert headers["X-Shopify-Hmac-Sha256"] != right
    assert headers["X-Shopify-Shop-Domain"] == "evil.example.com"


def test_nobody_hears_of_a_topic_that_nobody_subscribed_to(store: Store) -> None:
    store.control.post("orders", {})

    assert store.inbox.is_quiet()


CLIENT = {"client_id": "sandbox-api-key", "client_secret": "sandbox-api-secret"}
EXCHANGE = {
    **CLIENT,
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
    "requested_token_type": "urn:shopify:params:oauth:token-type:offline-access-token",
    "expiring": "1",
}


def id_token(**changes: Any) -> str:
    claims = {
        "aud": "sandbox-api-key",
        "dest": f"https://{DEFAULT_SHOP}",
        "exp": 4_000_000_000,
        "sub": "42",
        **changes,
    }
    parts = [{"alg": "HS256", "typ": "JWT"}, claims]
    head = ".".join(_url64(json.dumps(part).encode()) for part in parts)
    return f"{head}.{_url64(digest(b'sandbox-api-secret', head.encode(), sha256))}"


def _url64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({**CLIENT, "client_secret": "x"}, "invalid_client"),
        ({**CLIENT, "grant_type": "password"}, "unsupported_grant_type"),
        (
            {**CLIENT, "grant_type": "refresh_token", "refresh_token": "shprt_x"},
            "invalid_grant",
        ),
        ({**EXCHANGE, "subject_token": "a.b.c"}, "invalid_subject_token"),
        ({**EXCHANGE, "subject_token": id_token(exp=1)}, "invalid_subject_token"),
        ({**EXCHANGE, "subject_token": id_token(aud="x")}, "invalid_subject_token"),
        ({**EXCHANGE, "subject_token": id_token(dest="x")}, "invalid_subject_token"),
        (
            {**EXCHANGE, "subject_token": id_token(), "expiring": "0"},
            "invalid_request",
        ),
    ],
)
def test_a_token_is_not_granted(
    store: Store, asked: dict[str, Any], error: str
) -> None:
    status, answer, _ = store.post("oauth/access_token", asked)

    assert (status, answer["error"]) == (400, error)


def test_client_credentials_are_good_for_a_day(store: Store) -> None:
    asked = {**CLIENT, "grant_type": "client_credentials"}

    status, answer, _ = store.post("oauth/access_token", asked)

    assert (status, answer["expires_in"]) == (200, 86_399)
    fresh = Store(store.control, store.inbox, answer["access_token"])
    assert fresh.ask(SHOP)["data"]["shop"]["name"] == "Sosik Sandbox"


def test_a_refresh_token_works_until_its_replacement_is_used(store: Store) -> None:
    asked = {**EXCHANGE, "subject_token": id_token()}
    _, first, _ = store.post("oauth/access_token", asked)
    refresh = {
        **CLIENT,
        "grant_type": "refresh_token",
        "refresh_token": first["refresh_token"],
    }

    _, lost, _ = store.post("oauth/access_token", refresh)
    status_before, second, _ = store.post("oauth/access_token", refresh)
    Store(store.control, store.inbox, second["access_token"]).ask(SHOP)
    status_after, refused, _ = store.post("oauth/access_token", refresh)

    assert (first["expires_in"], first["refresh_token_expires_in"]) == (3600, 7_776_000)
    assert lost["refresh_token"] != second["refresh_token"]
    assert (status_before, status_after) == (200, 400)
    assert refused["error"] == "invalid_grant"


def test_uninstalling_ends_the_tokens_and_is_told(store: Store) -> None:
    store.subscribe("APP_UNINSTALLED")

    store.control.post("uninstall", {})
    _, body = store.webhooks(1)["app/uninstalled"]
    status, _, _ = store.post("api/2026-10/graphql.json", {"query": SHOP})

    assert body["myshopify_domain"] == DEFAULT_SHOP
    assert status == 401


def test_another_shop_signs_with_its_own_secret_and_survives_a_restart(
    tmp_path: Path,
) -> None:
    shop = {
        "domain": "ada.myshopify.com",
        "currency": "KRW",
        "token": "shpat_ada",
        "client_id": "ada",
        "client_secret": "ada-secret",
    }
    settings = ShopifySettings(data_dir=tmp_path)
    with running(ShopifySimulator(settings)) as control:
        control.post("shops", shop)
        first = control.post("orders", {"shop": "ada.myshopify.com"})["order"]

    with receiver() as inbox, running(ShopifySimulator(settings)) as control:
        ada = Store(control, inbox, "shpat_ada")
        path = "api/2026-10/graphql.json"
        status, _, _ = ada.post(path, {"query": SHOP}, shop="ada.myshopify.com")
        control.post(
            "webhook",
            {"shop": "ada.myshopify.com", "topic": "orders/create", "url": inbox.url},
        )
        raw = inbox.next_raw()
        second = control.post("orders", {"shop": "ada.myshopify.com"})["order"]

        right = base64.b64encode(digest(b"ada-secret", raw, sha256)).decode()
        assert inbox.last[1]["X-Shopify-Hmac-Sha256"] == right
        assert status == 200
        assert (first["name"], second["name"]) == ("#1001", "#1002")
        assert second["id"] > first["id"]
        assert second["currency"] == "KRW"


def test_calls_fail_on_purpose_as_often_as_asked(store: Store) -> None:
    store.control.post("settings", {"fail_next": 2, "fail_http": 0})

    for _ in range(2):
        with pytest.raises(ConnectionError):
            store.ask(SHOP)

    assert store.ask(SHOP)["data"]


def test_a_wish_that_makes_no_sense_is_refused(store: Store) -> None:
    for path, body in (
        ("orders", {"consent": "yes"}),
        ("orders", {"shop": "nobody.myshopify.com"}),
        ("fulfillments", {"order_id": 1}),
        ("fulfillment_events", {"fulfillment_id": 1, "status": "lost"}),
        ("shops", {"domain": "shop.example.com"}),
        ("holidays", {}),
    ):
        with pytest.raises(ControlRefused, match="400"):
            store.control.post(path, body)


def test_the_buyers_have_numbers_that_could_be_real() -> None:
    assert set(BUYERS) == {"en", "ko", "pt-BR", "id", "ar", "es", "hi"}
    for buyer in BUYERS.values():
        number = phonenumbers.parse(buyer.phone)
        assert phonenumbers.is_valid_number(number)
        assert phonenumbers.region_code_for_number(number) == buyer.country_code
