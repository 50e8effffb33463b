"""The simulated store writes up for an app what Shopify would, and refuses the rest."""

import pytest

from core import http
from core.errors import WillNotWork
from core.shopping import WrittenUp
from core.values import ShopDomain, VariantId
from integrations.shopify import draft_orders
from integrations.shopify.graphql import ACCESS_DENIED, USER_ERROR, AdminClient
from sandbox.control import ControlRefused
from tests.wire.store_caller import open_store

DOMAIN = ShopDomain("written-up.myshopify.com")
MUG, TRAY = VariantId(45100000000002), VariantId(45100000000003)
TAG = "wa-1a"


@pytest.fixture
def shopify(tmp_path):
    with open_store(tmp_path, tmp_path / "documents.json") as store:
        yield store.control


@pytest.fixture
def store(shopify):
    """Asks it something, with these scopes."""
    client = AdminClient(
        post=http.caller(),
        origin=f"{shopify.url}/{{shop}}",
        version="2026-10",
        wait=lambda _seconds: None,
    )

    def asking(scopes="write_draft_orders"):
        told = {"domain": DOMAIN.host, "token": "shpat_drafts", "scopes": scopes}
        shopify.post("shops", told)
        return lambda ask, *asked: ask(client, DOMAIN, "shpat_drafts", *asked)

    return asking


def wanted(lines=((MUG, 2), (TRAY, 1)), tag=TAG):
    return WrittenUp(tag=tag, lines=lines, marks={"_wa_ref": "1a.0123"})


def test_what_is_written_up_is_found_by_its_tag_and_paid_once(store, shopify):
    ask = store()
    made = ask(draft_orders.create, wanted())

    assert ask(draft_orders.find, TAG) == made
    assert ask(draft_orders.find, f"{TAG}b") is None
    pays = {"shop": DOMAIN.host, "invoice": made.invoice}
    order = shopify.post("written_up_paid", pays)["order"]
    assert {"name": "_wa_ref", "value": "1a.0123"} in order["note_attributes"]
    assert [(line["variant_id"], line["quantity"]) for line in order["line_items"]] == [
        *((MUG, 2), (TRAY, 1))
    ]
    assert order["source_name"] == "shopify_draft_order"
    with pytest.raises(ControlRefused, match="paid"):
        shopify.post("written_up_paid", pays)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        (wanted(lines=()), "Add at least 1 product"),
        (wanted(lines=[(MUG, 1)] * 500), "499"),
        (wanted(lines=[(VariantId(7), 1)]), "Product with ID 7 is no longer available"),
        (wanted(lines=[(MUG, 0)]), "Quantity must be greater"),
        (wanted(tag="w" * 41), "Tags is invalid"),
    ],
)
def test_what_shopify_refuses_is_refused(store, what, words):
    with pytest.raises(WillNotWork, match=words) as refusal:
        store()(draft_orders.create, what)

    assert refusal.value.code == USER_ERROR


@pytest.mark.parametrize("scopes", ["read_draft_orders", "read_products"])
def test_it_takes_the_scope(store, scopes):
    with pytest.raises(WillNotWork) as refusal:
        store(scopes)(draft_orders.create, wanted())

    assert refusal.value.code == ACCESS_DENIED
