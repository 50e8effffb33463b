"""The simulated Shopify answers what Shopify answers, and refuses what it refuses."""

import base64
import json
from collections.abc import Iterator
from hashlib import sha256
from hmac import digest
from pathlib import Path
from typing import Any

import pytest

from sandbox.shopify import (
    DEFAULT_SHOP,
)
from tests.wire.store_caller import (
    LIST,
    ORDER,
    SHOP,
    SUBSCRIBE,
    TOKEN,
    Store,
    document,
    open_store,
)


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Documents are judged once for the whole module; judging one takes a second."""
    return tmp_path_factory.mktemp("verdicts") / "documents.json"


@pytest.fixture
def store(tmp_path: Path, verdicts: Path) -> Iterator[Store]:
    with open_store(tmp_path, verdicts) as store:
        yield store


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


def test_whatever_was_turned_is_as_at_the_start_but_for_what_is_named(
    store: Store,
) -> None:
    first = store.control.put("settings", {})["settings"]
    turned = {
        "fail_next": 3, "is_address_allowed": False, "app_url": "http://127.0.0.1:9",
        "bulk": {"is_slow": True}, "webhooks": {"drop_share": 0.5},
    }  # fmt: skip
    store.control.post("settings", turned)

    after = store.control.put("settings", {"bucket": 20})["settings"]

    assert after == {**first, "bucket": 20}


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
    update = document("update_subscription")
    delete = document("delete_subscription")
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
        "iss": f"https://{DEFAULT_SHOP}/admin",
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
        ({**EXCHANGE, "subject_token": id_token(iss="x")}, "invalid_subject_token"),
        ({**CLIENT, "code": "guessed", "expiring": "1"}, "invalid_request"),
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


def test_calls_fail_on_purpose_as_often_as_asked(store: Store) -> None:
    store.control.post("settings", {"fail_next": 2, "fail_http": 0})

    for _ in range(2):
        with pytest.raises(ConnectionError):
            store.ask(SHOP)

    assert store.ask(SHOP)["data"]
