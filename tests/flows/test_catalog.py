"""What a store has for sale stands in its catalog at Meta, whatever happens."""

from datetime import timedelta

import pytest

from tests.flows.shelf import TOLD, Shelf

MINUTE = timedelta(minutes=1)


@pytest.fixture
def shelf(world, terminal, shopify, request):
    return Shelf(world, terminal, shopify, request.node.name)


def test_what_the_store_has_is_in_the_catalog(shelf):
    shelf.puts(
        title="Wool hat",
        description="<p>Warm</p>",
        variants=[
            {"price": "20.00", "compare_at_price": "25.00", "options": {"Size": "S"}},
            {"price": "20.00", "options": {"Size": "M"}, "stock": 0},
        ],
    )
    shelf.connect()

    shelf.turns()

    found = shelf.at_meta
    assert len(found) == 8
    assert shelf.states == {"live": 8}
    small, medium = (e for e in found.values() if e["title"] == "Wool hat")
    assert (small["price"], small["sale_price"]) == ("25.00 EUR", "20.00 EUR")
    assert (small["size"], medium["size"]) == ("S", "M")
    assert {small["availability"], medium["availability"]} == {
        "in stock",
        "out of stock",
    }
    assert small["item_group_id"] == medium["item_group_id"]
    assert small["description"] == "Warm"
    assert (shelf.row.run, shelf.row.read_held_because) == ("done", None)


def test_what_is_not_to_be_shown_is_withheld_with_the_reason(shelf):
    for said in (
        {"title": "A draft", "status": "DRAFT"},
        {"title": "Hidden", "tags": ["not-on-whatsapp"]},
        {"title": "No picture", "images": []},
        {"title": "For nothing", "variants": [{"price": "0.00"}]},
        {"title": "A present", "gift_card": True},
        {"title": "Nowhere", "published": False},
    ):
        shelf.puts(**said)
    shelf.connect()

    shelf.turns()

    assert shelf.states == {"live": 6, "withheld": 6}
    assert sorted(filter(None, (r.because for r in shelf.items.values()))) == [
        *("draft", "gift_card", "hidden", "no_image", "no_price", "unpublished"),
    ]
    assert len(shelf.at_meta) == 6


def test_a_second_reading_of_the_same_makes_no_call_of_items(shelf, world):
    shelf.connect()
    shelf.turns()
    before = shelf.calls

    world.now += timedelta(days=1)
    shelf.turns(10)

    assert shelf.row.runs == 1
    assert shelf.row.compared_at is not None
    assert shelf.calls == before


def test_a_change_is_at_meta_within_a_minute(shelf, world):
    shelf.connect()
    shelf.turns()
    [product] = [p for p in shelf.products() if p["title"] == "Wool throw"]
    [variant] = product["variants"]

    shelf.changes(id=product["id"], variants=[{"id": variant["id"], "price": "79.00"}])
    world.now += TOLD
    shelf.turns(2)

    assert shelf.at_meta[str(variant["id"])]["price"] == "79.00 EUR"
    assert shelf.states == {"live": 6}


def test_what_is_sold_out_says_so_by_the_stock_alone(shelf, world):
    shelf.connect()
    shelf.turns()
    [variant] = shelf.products()[0]["variants"]

    shelf.owner("products/stock", variant_id=variant["id"], stock=0)
    item = variant["id"] + 40_000_000_000_000
    shelf.tells("inventory_levels/update", {"inventory_item_id": item})
    world.now += TOLD
    shelf.turns(2)

    assert shelf.at_meta[str(variant["id"])]["availability"] == "out of stock"


def test_what_the_store_has_no_more_goes(shelf, world):
    gone = shelf.puts(title="Soon gone", variants=[{}, {}])
    less = shelf.puts(title="Soon less", variants=[{}, {}])
    shelf.connect()
    shelf.turns()
    assert len(shelf.at_meta) == 10

    shelf.owner("products/delete", id=gone["id"])
    shelf.tells("products/delete", {"id": gone["id"]})
    kept, dropped = less["variants"]
    shelf.changes(id=less["id"], variants=[{"id": kept["id"]}])
    world.now += TOLD
    shelf.turns(3)

    assert str(kept["id"]) in shelf.at_meta
    assert str(dropped["id"]) not in shelf.at_meta
    assert len(shelf.at_meta) == 7
    assert shelf.states == {"live": 7}


def test_what_is_unpublished_goes_and_comes_back(shelf, world):
    shelf.connect()
    shelf.turns()
    product = shelf.products()[0]

    shelf.changes(id=product["id"], status="ARCHIVED")
    world.now += TOLD
    shelf.turns(3)
    assert shelf.states == {"live": 5, "withheld": 1}
    assert len(shelf.at_meta) == 5

    shelf.changes(id=product["id"], status="ACTIVE")
    world.now += TOLD
    shelf.turns(3)
    assert shelf.states == {"live": 6}
    assert len(shelf.at_meta) == 6


def test_three_hundred_variants_are_all_there(shelf):
    many = [{"options": {"Size": str(n)}, "price": "10.00"} for n in range(300)]
    product = shelf.puts(title="In all sizes", variants=many)
    shelf.connect()
    shelf.turns()
    assert len(shelf.at_meta) == 306

    many = [{"id": each["id"], "price": "11.00"} for each in product["variants"]]
    shelf.changes(id=product["id"], variants=many)
    shelf.world.now += TOLD
    shelf.turns(2)

    assert {each["price"] for each in shelf.at_meta.values() if each["size"]} == {
        "11.00 EUR"
    }


def test_a_storm_of_changes_ends_in_two_requests_for_each_item(shelf, world):
    shelf.connect()
    shelf.turns()
    before = shelf.requests

    for second in range(20):
        shelf.owner("products/touch", price=f"{50 + second}.00")
        for product in shelf.products():
            shelf.tells("products/update", {"id": product["id"]})
        shelf.read()
        shelf.tell()
        world.now += timedelta(seconds=3)
    shelf.turns(6)

    assert shelf.requests - before <= 2 * 6
    assert {e["price"] for e in shelf.at_meta.values()} == {"69.00 EUR"}


def test_nothing_of_a_product_is_kept_for_a_store_without_a_catalog(shelf, world):
    shelf.changes(title="Of no interest")

    assert world.rows("products") == []
    assert shelf.read() == 0
