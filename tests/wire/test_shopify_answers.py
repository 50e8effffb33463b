"""Every answer of Shopify means what docs/reference/admin-api.md says, row by row."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from core import http
from core.errors import OutsideError, TryLater, Unsure, WillNotWork
from core.values import ShopDomain
from integrations.shopify import asking
from integrations.shopify.graphql import AdminClient, document_text
from sandbox.shopify import DEFAULT_SHOP
from sandbox.shopify.execute import cost
from sandbox.validate import verdict
from tests.wire.store_caller import TOKEN, Store, open_store

PAGE = Path(__file__).parents[2] / "docs/reference/admin-api.md"
DOCUMENTS = sorted(
    path.stem
    for path in (PAGE.parents[2] / "integrations/shopify/documents").glob("*.graphql")
)
SHOP = ShopDomain(DEFAULT_SHOP)
QUERY = ("shop_profile", {})
REPEATABLE = ("webhook_subscription_delete", {"id": "gid://shopify/X/1"})


@dataclass
class Asked:
    """A client of the simulated Shopify, and what it waited for."""

    store: Store
    seconds: float = 5.0
    version: str = "2026-10"
    waits: list[float] = field(default_factory=list)

    def __call__(
        self, document: str, variables: dict[str, Any], *, token: str = TOKEN
    ) -> dict[str, Any]:
        return self.client().run(SHOP, token, document, variables)

    def client(self) -> AdminClient:
        call = http.caller(read_seconds=self.seconds, total_seconds=self.seconds)
        origin = f"{self.store.control.url}/{{shop}}"
        return AdminClient(call, origin, self.version, self.waits.append)

    @property
    def queries(self) -> int:
        counts: dict[str, int] = self.store.control.get("state")["counts"]
        return counts.get("queries", 0) + counts.get("failed_on_purpose", 0)


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("verdicts") / "documents.json"


@pytest.fixture
def store(tmp_path: Path, verdicts: Path) -> Iterator[Store]:
    with open_store(tmp_path, verdicts) as store:
        yield store


@pytest.fixture
def ask(store: Store) -> Asked:
    return Asked(store)


def error_of(ask: Asked, what: tuple[str, dict[str, Any]]) -> tuple[type, str]:
    with pytest.raises(OutsideError) as raised:
        ask(*what)
    return type(raised.value), raised.value.code


@pytest.mark.parametrize(
    ("status", "error", "code", "asked"),
    [
        (0, TryLater, "no_answer_reset", 3),
        (429, TryLater, "shopify_429", 6),
        (500, TryLater, "shopify_500", 3),
        (502, TryLater, "shopify_502", 3),
        (503, TryLater, "shopify_503", 3),
        (504, TryLater, "shopify_504", 3),
        (401, WillNotWork, "shopify_401", 1),
        (402, WillNotWork, "shopify_402", 1),
        (403, WillNotWork, "shopify_403", 1),
        (404, WillNotWork, "shopify_404", 1),
        (423, WillNotWork, "shopify_423", 1),
    ],
)
def test_a_refusal_that_lasts_is_told_after_so_many_tries(
    ask: Asked, status: int, error: type, code: str, asked: int
) -> None:
    ask.store.control.post("settings", {"fail_next": 99, "fail_http": status})

    for what in (QUERY, REPEATABLE):
        before = ask.queries
        assert error_of(ask, what) == (error, code)
        assert ask.queries - before == asked
    assert code in PAGE.read_text() or status in (500, 502, 504)


@pytest.mark.parametrize("status", [0, 429, 500, 503])
def test_a_disturbance_that_passes_is_not_noticed(ask: Asked, status: int) -> None:
    ask.store.control.post("settings", {"fail_next": 2, "fail_http": status})

    assert ask(*QUERY)["shop"]["name"] == "Sosik Sandbox"
    assert ask.waits == ([1.0, 1.0] if status == 429 else [0.5, 1.0])


def test_what_gets_no_answer_in_time_is_not_asked_again_at_once(store: Store) -> None:
    ask = Asked(store, seconds=0.3)
    store.control.post("settings", {"fail_next": 9, "fail_http": 1})

    assert error_of(ask, QUERY) == (TryLater, "no_answer_timeout")
    assert ask.queries == 1


def test_where_nobody_listens_it_is_tried_three_times(store: Store) -> None:
    ask = Asked(store)
    client = AdminClient(
        http.caller(), "http://127.0.0.1:9/{shop}", "2026-10", ask.waits.append
    )

    with pytest.raises(TryLater) as raised:
        client.run(SHOP, TOKEN, *QUERY)

    assert raised.value.code == "connection_failed"
    assert ask.waits == [0.5, 1.0]


def test_a_server_that_is_not_on_the_allowlist_is_told_so(ask: Asked) -> None:
    ask.store.control.post("settings", {"is_address_allowed": False})

    assert error_of(ask, QUERY) == (WillNotWork, "shopify_403_address")


def test_a_wrong_token_is_refused(ask: Asked) -> None:
    with pytest.raises(WillNotWork) as raised:
        ask(*QUERY, token="wrong")

    assert raised.value.code == "shopify_401"


def test_who_is_throttled_comes_back_when_the_points_are_there(ask: Asked) -> None:
    ask.store.control.post("settings", {"bucket": 1, "restore_rate": 20})
    subscriptions = ("webhook_subscriptions", {"first": 5, "after": None})

    assert error_of(ask, subscriptions) == (TryLater, "shopify_throttled")
    assert len(ask.waits) == 5
    assert all(0.1 <= wait <= 30 for wait in ask.waits)


def test_a_question_that_costs_too_much_is_never_asked_again(ask: Asked) -> None:
    asked = ("webhook_subscriptions", {"first": 5000, "after": None})

    assert error_of(ask, asked) == (WillNotWork, "shopify_max_cost_exceeded")


def test_a_scope_that_is_missing_is_told(ask: Asked) -> None:
    domain = "poor.myshopify.com"
    created = {"domain": domain, "token": "shpat_poor", "scopes": "read_products"}
    ask.store.control.post("shops", created)
    asked = {"topic": "ORDERS_CREATE", "webhookSubscription": {"uri": "https://a.b"}}

    with pytest.raises(WillNotWork) as raised:
        ask.client().run(
            ShopDomain(domain), "shpat_poor", "webhook_subscription_create", asked
        )

    assert raised.value.code == "shopify_user_error"
    assert "permission" in str(raised.value)


def test_a_value_that_is_refused_is_told_with_its_field(ask: Asked) -> None:
    asked = {"topic": "ORDERS_CREATE", "webhookSubscription": {"uri": "ftp://a.b"}}

    with pytest.raises(WillNotWork, match=r"^webhookSubscription\.uri: Address"):
        ask("webhook_subscription_create", asked)


def test_an_old_version_falls_forward_and_is_noticed(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    Asked(store, version="2025-01")(*QUERY)

    assert "shopify_version_differs asked=2025-01 answered=2026-01" in caplog.text


def test_a_change_that_may_have_been_done_is_not_done_again(ask: Asked) -> None:
    begin = ("bulk_operation_run", {"query": "{ shop { name } }"})
    for status, code in ((503, "shopify_503"), (0, "no_answer_reset")):
        ask.store.control.post("settings", {"fail_next": 9, "fail_http": status})
        before = ask.queries

        assert error_of(ask, begin) == (Unsure, code)
        assert ask.queries - before == 1


def test_a_change_that_shopify_had_no_time_for_is_asked_again(ask: Asked) -> None:
    ask.store.control.post("settings", {"fail_next": 9, "fail_http": 429})

    assert error_of(ask, ("bulk_operation_run", {"query": "{}"})) == (
        TryLater,
        "shopify_429",
    )
    assert ask.queries == 6


LARGEST = {
    "webhook_subscriptions": {"first": 100},
    "orders_changed": {"first": asking.ORDERS_ON_A_PAGE},
    "consents_changed": {"first": asking.CUSTOMERS_ON_A_PAGE},
    "checkouts_changed": {"first": asking.CHECKOUTS_ON_A_PAGE},
}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_says_what_it_costs_at_most(document: str) -> None:
    """A list of a thing counts as one where Shopify counts what is in it, so the
    figure may be higher than what is computed here."""
    [operation] = verdict(document_text(document))["operations"]
    said = re.match(r"# costs at most (\d+)\.\n", document_text(document))

    assert said is not None
    assert cost(operation, LARGEST.get(document, {})) <= int(said[1]) <= 1000
