"""The simulated Shopify writes bulk operations, turns pages, and refuses as it does."""

import http.client
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from integrations.shopify.graphql import document_text
from sandbox.shopify import DEFAULT_SHOP
from tests.wire.store_caller import Store, open_store

RUN, LOOK = document_text("bulk_operation_run"), document_text("bulk_operation")
CHANGED = document_text("orders_changed")
LINES = "{ orders { edges { node { id name lineItems { edges { node { id } } } } } } }"
BUYER = {"phone": "+4915112345678"}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("verdicts") / "documents.json"


@pytest.fixture
def store(tmp_path: Path, verdicts: Path) -> Iterator[Store]:
    with open_store(tmp_path, verdicts) as store:
        yield store


def run(store: Store, query: str = LINES) -> Any:
    return store.ask(RUN, query=query)["data"]["bulkOperationRunQuery"]


def look(store: Store, run: Any) -> Any:
    name = run["bulkOperation"]["id"]
    return store.ask(LOOK, id=name)["data"]["bulkOperation"]


def download(url: str, start: int = 0) -> tuple[int, bytes]:
    host, _, path = url.removeprefix("http://").partition("/")
    headers = {"Range": f"bytes={start}-"} if start else {}
    with closing(http.client.HTTPConnection(host, timeout=30)) as connection:
        connection.request("GET", f"/{path}", headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()


def test_a_thing_is_a_line_and_its_parts_are_the_lines_behind_it(store: Store) -> None:
    sold = [store.control.post("orders", BUYER)["order"] for _ in range(2)]

    done = look(store, run(store))
    _, lines = download(done["url"])

    nodes = [json.loads(line) for line in lines.splitlines()]
    orders = [each["id"] for each in nodes if "__parentId" not in each]
    assert done["status"] == "COMPLETED"
    assert done["rootObjectCount"] == "2"
    assert orders == [each["admin_graphql_api_id"] for each in sold]
    owners = [each["__parentId"] for each in nodes if "__parentId" in each]
    assert list(dict.fromkeys(owners)) == orders


def test_a_file_can_be_read_from_a_place_on(store: Store) -> None:
    store.control.post("orders", BUYER)
    url = look(store, run(store))["url"]

    _, whole = download(url)
    status, rest = download(url, 20)

    assert (status, rest) == (206, whole[20:])
    assert download(url, len(whole))[0] == 416


def test_where_there_is_nothing_there_is_no_file(store: Store) -> None:
    done = look(store, run(store))

    assert (done["status"], done["url"]) == ("COMPLETED", None)


def test_that_it_is_written_is_told(store: Store) -> None:
    store.subscribe("BULK_OPERATIONS_FINISH")

    begun = run(store)

    body = store.inbox.next_body()
    assert body["admin_graphql_api_id"] == begun["bulkOperation"]["id"]
    assert (body["status"], body["type"]) == ("completed", "query")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("{ shop { name } }", "one connection at their root"),
        ("{ orders { edges { node { shoeSize } } } }", "Cannot query field"),
        ("{ orders { edges { node { id }", "Syntax Error"),
        ("{ orders { edges { node { id } } } shop { name } }", "one connection"),
    ],
)
def test_what_cannot_be_written_is_refused(
    store: Store, query: str, words: str
) -> None:
    refused = run(store, query)

    assert refused["bulkOperation"] is None
    assert words in refused["userErrors"][0]["message"]


def test_five_at_once_are_enough(store: Store) -> None:
    store.control.post("settings", {"bulk": {"is_slow": True}})

    begun = [run(store) for _ in range(6)]

    assert [each["bulkOperation"] is None for each in begun] == [False] * 5 + [True]
    assert look(store, begun[0])["status"] == "RUNNING"
    store.control.post("bulk", {})
    assert look(store, begun[0])["status"] == "COMPLETED"


def test_without_the_scope_it_fails(store: Store) -> None:
    scopes = {"domain": DEFAULT_SHOP, "scopes": "read_products"}
    store.control.post("shops", scopes)

    done = look(store, run(store))

    assert (done["status"], done["errorCode"]) == ("FAILED", "ACCESS_DENIED")


def test_one_of_another_store_is_not_there(store: Store) -> None:
    begun = run(store)
    other = {"domain": "other.myshopify.com", "token": "shpat_other"}
    store.control.post("shops", other)

    asked = {"query": LOOK, "variables": {"id": begun["bulkOperation"]["id"]}}
    stranger = Store(store.control, store.inbox, "shpat_other")
    _, said, _ = stranger.post(
        "api/2026-10/graphql.json", asked, shop="other.myshopify.com"
    )

    assert said["data"]["bulkOperation"] is None


def test_pages_miss_nothing_while_what_they_show_moves(store: Store) -> None:
    """A cursor says behind which moment the next page begins."""
    orders = [
        store.control.post("orders", {**BUYER, "unpaid": True})["order"]
        for _ in range(4)
    ]
    asked = {"first": 2, "query": "updated_at:>='2000-01-01T00:00:00Z'"}

    first = store.ask(CHANGED, **asked, after=None)["data"]["orders"]
    store.control.post("paid", {"order_id": orders[0]["id"]})
    after = first["pageInfo"]["endCursor"]
    second = store.ask(CHANGED, **asked, after=after)["data"]["orders"]

    seen = [node["id"] for page in (first, second) for node in page["nodes"]]
    assert set(seen) >= {each["admin_graphql_api_id"] for each in orders}


def test_only_what_has_changed_since_is_shown(store: Store) -> None:
    order = store.control.post("orders", BUYER)["order"]

    for since, count in (("2000-01-01T00:00:00Z", 1), ("2999-01-01T00:00:00Z", 0)):
        asked = {"first": 5, "after": None, "query": f"updated_at:>='{since}'"}
        page = store.ask(CHANGED, **asked)["data"]["orders"]
        assert len(page["nodes"]) == count
    assert order["updated_at"]
