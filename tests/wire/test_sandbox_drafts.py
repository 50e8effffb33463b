"""The simulated Shopify tells of draft orders as Shopify does."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.control import ControlRefused
from tests.wire.shopify_bodies import told
from tests.wire.store_caller import Store, open_store

TOPICS = ("DRAFT_ORDERS_CREATE", "DRAFT_ORDERS_UPDATE", "DRAFT_ORDERS_DELETE")


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("verdicts") / "documents.json"


@pytest.fixture
def store(tmp_path: Path, verdicts: Path) -> Iterator[Store]:
    with open_store(tmp_path, verdicts) as store:
        store.subscribe(*TOPICS)
        yield store


def _drawn(store: Store, **wish: Any) -> Any:
    return store.control.post("draft_orders", {"locale": "de", **wish})["draft_order"]


def _came(store: Store, topic: str) -> Any:
    return store.webhooks(1)[topic][1]


def test_a_draft_has_every_field_of_the_real(store: Store, shared: Path) -> None:
    _drawn(store)

    body = _came(store, "draft_orders/create")

    documented = shared / "payloads/shopify/docs-2026-07/draft_orders__create.json"
    real = json.loads(documented.read_text())
    assert body.keys() == real.keys()
    assert body["line_items"][0].keys() == real["line_items"][0].keys()
    assert body["customer"].keys() == real["customer"].keys()
    [event] = told("draft_orders/create", body)
    assert (event.status, event.invoiced_at, event.completed_at) == ("open", None, None)
    assert event.phone is not None


def test_its_invoice_is_told_as_a_change_of_it(store: Store) -> None:
    drawn = _drawn(store)
    _came(store, "draft_orders/create")

    store.control.post("invoices", {"draft_order_id": drawn["id"]})
    [event] = told("draft_orders/update", _came(store, "draft_orders/update"))

    assert event.status == "invoice_sent"
    assert event.invoiced_at is not None
    assert event.url == drawn["invoice_url"]


def test_who_pays_it_has_an_order_of_the_same_things(store: Store) -> None:
    drawn = _drawn(store, invoice=True)
    store.webhooks(2)
    asked = {"draft_order_id": drawn["id"]}

    order = store.control.post("invoices_paid", asked)["order"]
    [event] = told("draft_orders/update", _came(store, "draft_orders/update"))

    assert (event.status, event.order_id) == ("completed", order["id"])
    assert order["financial_status"] == "paid"
    assert order["source_name"] == "shopify_draft_order"
    assert order["total_price"] == drawn["total_price"]
    assert order["customer"]["id"] == drawn["customer"]["id"]
    assert order["id"] != drawn["id"]
    for path in ("invoices", "invoices_paid", "draft_orders_deleted"):
        with pytest.raises(ControlRefused, match="no such draft order"):
            store.control.post(path, asked)


def test_a_draft_that_is_deleted_is_told_by_its_id_alone(store: Store) -> None:
    drawn = _drawn(store)
    _came(store, "draft_orders/create")

    store.control.post("draft_orders_deleted", {"draft_order_id": drawn["id"]})

    assert _came(store, "draft_orders/delete") == {"id": drawn["id"]}
    with pytest.raises(ControlRefused, match="no such draft order"):
        store.control.post("invoices", {"draft_order_id": "many"})
