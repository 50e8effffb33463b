"""The simulated Shopify tells of orders, parcels and consent as Shopify does."""

import base64
import json
import re
from collections.abc import Iterator
from hashlib import sha256
from hmac import digest
from pathlib import Path
from typing import Any

import phonenumbers
import pytest

from integrations.shopify.graphql import document_text
from sandbox.control import ControlRefused
from sandbox.receiver import receiver
from sandbox.serving import running
from sandbox.shopify import (
    DEFAULT_SHOP,
    ShopifySettings,
    ShopifySimulator,
)
from sandbox.shopify.people import BUYERS
from tests.wire.store_caller import (
    LIST,
    ORDER,
    Store,
    document,
    open_store,
)

PROFILE = document_text("shop_profile")


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Documents are judged once for the whole module; judging one takes a second."""
    return tmp_path_factory.mktemp("verdicts") / "documents.json"


@pytest.fixture
def store(tmp_path: Path, verdicts: Path) -> Iterator[Store]:
    with open_store(tmp_path, verdicts) as store:
        yield store


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
    write = document("write_consent")
    store.subscribe("CUSTOMERS_WHATS_APP_MARKETING_CONSENT_UPDATE")
    customer = store.control.post("orders", {})["order"]["customer"]

    def written(customer_id: str, state: str) -> Any:
        consent = {"state": state}
        asked = {"customerId": customer_id, "whatsAppMarketingConsent": consent}
        answer = store.ask(write, input=asked)
        return answer["data"]["customerWhatsAppMarketingConsentUpdate"]

    good = written(customer["admin_graphql_api_id"], "UNSUBSCRIBED")
    stranger = written("gid://shopify/Customer/1", "UNSUBSCRIBED")
    unwritable = [
        written(customer["admin_graphql_api_id"], state)
        for state in ("NEVER_SUBSCRIBED", "REDACTED")
    ]
    _, told = store.webhooks(1)["customers_whats_app_marketing_consent/update"]

    assert good["userErrors"] == []
    assert good["customerPhoneNumber"]["whatsAppMarketingConsent"] == {
        "state": "UNSUBSCRIBED"
    }
    assert stranger["userErrors"][0]["code"] == "INVALID"
    assert [each["userErrors"][0]["code"] for each in unwritable] == ["INVALID"] * 2
    assert told["phone_number"] == BUYERS["en"].phone
    assert told["whats_app_marketing_consent"]["state"] == "unsubscribed"


def test_a_buyer_who_never_bought_may_agree_and_stays_one_customer(
    store: Store,
) -> None:
    store.subscribe("CUSTOMERS_CREATE", "CUSTOMERS_WHATS_APP_MARKETING_CONSENT_UPDATE")

    for state in ("SUBSCRIBED", "UNSUBSCRIBED"):
        store.control.post("consent", {"buyer": "de", "state": state})
    said = store.webhooks(3)
    bought = store.control.post("orders", {"locale": "de"})["order"]["customer"]

    _, created = said["customers/create"]
    _, told = said["customers_whats_app_marketing_consent/update"]
    assert created["id"] == told["customer_id"] == bought["id"]
    assert told["phone_number"] == created["phone"] == BUYERS["de"].phone


def test_who_stands_at_the_checkout_is_the_customer_who_buys(store: Store) -> None:
    store.subscribe("CHECKOUTS_CREATE")
    started = store.control.post("checkouts", {"locale": "ko"})
    _, told = store.webhooks(1)["checkouts/create"]

    wish = {"checkout_token": started["token"]}
    sold = store.control.post("orders", wish)["order"]

    again = store.control.post("orders", {"locale": "ko"})["order"]
    ids = {told["customer"]["id"], sold["customer"]["id"], again["customer"]["id"]}
    assert len(ids) == 1


def test_consent_is_refused_that_shopify_would_refuse(store: Store) -> None:
    write = document("write_consent")
    customer = store.control.post("orders", {})["order"]["customer"]
    ahead = {"state": "SUBSCRIBED", "updatedAt": "2099-01-01T00:00:00Z"}
    nobodys = store.control.post("orders", {"phone": None})["order"]["customer"]

    errors = [
        store.ask(write, input={"customerId": who, "whatsAppMarketingConsent": what})[
            "data"
        ]["customerWhatsAppMarketingConsentUpdate"]["userErrors"]
        for who, what in (
            (customer["admin_graphql_api_id"], ahead),
            (nobodys["admin_graphql_api_id"], {"state": "UNSUBSCRIBED"}),
        )
    ]

    assert [each["field"][-1] for [each] in errors] == ["updatedAt", "customerId"]


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


def test_a_forgery_is_tried_once_and_costs_no_subscription(store: Store) -> None:
    store.subscribe("ORDERS_CREATE")
    store.inbox.answer_next(401)

    store.control.post("webhook", {"topic": "orders/create", "forged": True})
    store.inbox.next_raw()
    assert store.inbox.is_quiet(for_seconds=0.2)
    store.control.post("orders", {})

    assert "orders/create" in store.webhooks(1)
    assert len(store.ask(LIST, first=5)["data"]["webhookSubscriptions"]["nodes"]) == 1


def test_nobody_hears_of_a_topic_that_nobody_subscribed_to(store: Store) -> None:
    store.control.post("orders", {})

    assert store.inbox.is_quiet()


def test_uninstalling_ends_the_tokens_and_is_told(store: Store) -> None:
    store.subscribe("APP_UNINSTALLED")

    store.control.post("uninstall", {})
    _, body = store.webhooks(1)["app/uninstalled"]
    status, _, _ = store.post("api/2026-10/graphql.json", {"query": PROFILE})

    assert body["myshopify_domain"] == DEFAULT_SHOP
    assert status == 401


def test_what_the_law_asks_of_an_app_comes_whether_it_is_installed_or_not(
    store: Store, shared: Path
) -> None:
    """In the bodies of the real ones, to the address of the app."""
    sold = store.control.post("orders", {"locale": "ko"})["order"]
    store.control.post("settings", {"app_url": store.inbox.url})
    store.control.post("uninstall", {})

    phone = sold["customer"]["phone"]
    store.control.post("data_request", {"phone": phone, "request_id": 7})
    store.control.post("redact", {"customer_id": sold["customer"]["id"]})
    store.control.post("redact_shop", {})
    came = store.webhooks(3)

    folder = shared / "payloads/shopify/docs-2026-07"
    for topic, (told, body) in came.items():
        real = json.loads((folder / f"{topic.replace('/', '__')}.json").read_text())
        assert body.keys() == real.keys()
        assert body["shop_domain"] == told["X-Shopify-Shop-Domain"] == DEFAULT_SHOP
    asked, erased = came["customers/data_request"][1], came["customers/redact"][1]
    customer = {name: sold["customer"][name] for name in ("id", "email", "phone")}
    assert asked["customer"] == erased["customer"] == customer
    assert asked["orders_requested"] == erased["orders_to_redact"] == [sold["id"]]
    assert asked["data_request"] == {"id": 7}
    with pytest.raises(ControlRefused, match="no such customer"):
        store.control.post("redact", {"phone": "+10000000000"})


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
        status, _, _ = ada.post(path, {"query": PROFILE}, shop="ada.myshopify.com")
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
    assert set(BUYERS) == {
        *("en", "ko", "pt-BR", "es", "hi", "id", "ar", "de", "fr", "zh-TW"),
    }
    for buyer in BUYERS.values():
        number = phonenumbers.parse(buyer.phone)
        assert phonenumbers.is_valid_number(number)
        assert phonenumbers.region_code_for_number(number) == buyer.country_code
