"""An item is called and costs otherwise in languages and countries, where its owner
wants that and the store says so."""

from datetime import timedelta

import pytest

from core.errors import NotPossible
from notifications.catalog import noticing
from notifications.catalog.choosing import Choice, choose
from tests.flows.shelf import TOLD, Shelf

DAY = timedelta(days=1)
FRENCH = {"title": "Chemise", "body_html": "<p>Une chemise de lin.</p>"}


@pytest.fixture
def shelf(world, terminal, shopify, request):
    shelf = Shelf(world, terminal, shopify, request.node.name)
    shelf.connect()
    shelf.turns()
    return shelf


def chooses(shelf, **said):
    choose(shelf.shop_id, Choice(**said), shelf.world.services)


def first(shelf):
    product = shelf.products()[0]
    return product["id"], str(product["variants"][0]["id"])


def elsewhere(shelf):
    """What is otherwise, without the items of which nothing is."""
    return {id_: said for id_, said in shelf.local.items() if said}


def test_an_item_is_called_otherwise_in_another_language(shelf):
    product, item = first(shelf)
    shelf.puts(id=product, translations={"fr": FRENCH, "es": {"title": "Camisa"}})

    chooses(shelf, languages="fr,es,de")
    shelf.turns(8)

    base = shelf.at_meta[item]["description"]
    assert elsewhere(shelf) == {
        item: {
            "fr_XX": {"title": "Chemise", "description": "Une chemise de lin."},
            "es_XX": {"title": "Camisa", "description": base},
        }
    }


def test_an_item_costs_otherwise_in_another_country(shelf):
    shelf.owner("markets", country="US", currency="USD", factor="1.5")
    shelf.owner("markets", country="JP", currency="JPY", factor="160")
    product, item = first(shelf)
    shelf.puts(
        id=product,
        variants=[{"id": int(item), "price": "20.00", "compare_at_price": "30.00"}],
    )

    chooses(shelf, countries="US,JP,FR")
    shelf.turns(8)

    assert shelf.local[item] == {
        "US": {"price": "45.00 USD", "sale_price": "30.00 USD"},
        "JP": {"price": "4800 JPY", "sale_price": "3200 JPY"},
    }
    assert all("FR" not in each for each in shelf.local.values())


def test_a_change_of_a_product_is_there_within_a_minute_and_nothing_else_is_told(shelf):
    product, item = first(shelf)
    shelf.owner("markets", country="US", currency="USD", factor="2")
    chooses(shelf, languages="fr", countries="US")
    shelf.turns(8)
    before = shelf.requests

    shelf.changes(id=product, translations={"fr": FRENCH})
    shelf.world.now += TOLD
    shelf.turns(3)
    assert shelf.local[item]["fr_XX"]["title"] == "Chemise"
    assert shelf.requests == before + 1

    shelf.changes(id=product, translations={})
    shelf.world.now += TOLD
    shelf.turns(3)
    assert "fr_XX" not in shelf.local[item]
    assert shelf.requests == before + 2


def test_a_market_that_changes_is_read_with_all_of_the_store_soon(shelf):
    chooses(shelf, countries="US")
    shelf.turns(8)
    shelf.owner("markets", country="US", currency="USD", factor="2")

    shelf.tells("markets/update", {"id": 7, "name": "United States"})
    shelf.turns(2)
    assert elsewhere(shelf) == {}
    shelf.world.now += noticing.MARKETS_PAUSE
    shelf.turns(6)

    assert len(elsewhere(shelf)) == len(shelf.at_meta)


def test_a_market_that_changes_while_a_store_is_read_is_read_again(shelf, shopify):
    shopify.post("settings", {"bulk": {"is_slow": True}})
    chooses(shelf, countries="US")
    shelf.turns(2)
    shelf.owner("markets", country="US", currency="USD", factor="2")
    shelf.tells("markets/update", {"id": 7})
    shopify.post("settings", {"bulk": {"is_slow": False}})
    shelf.owner("bulk")

    shelf.turns(4)
    shelf.world.now += noticing.MARKETS_PAUSE
    shelf.turns(6)

    assert len(elsewhere(shelf)) == len(shelf.at_meta)


def test_what_is_not_wanted_any_more_is_taken_out(shelf):
    product, _ = first(shelf)
    shelf.owner("markets", country="US", currency="USD", factor="2")
    shelf.puts(id=product, translations={"fr": FRENCH})
    chooses(shelf, languages="fr", countries="US")
    shelf.turns(8)
    assert len(elsewhere(shelf)) == len(shelf.at_meta)

    chooses(shelf, languages="none", countries="none")
    shelf.turns(8)

    assert elsewhere(shelf) == {}
    assert rows(shelf) == []


def rows(shelf):
    found = shelf.world.rows("catalog_local_items")
    return [each for each in found if each.shop_id == shelf.shop_id]


def test_what_is_hidden_and_comes_back_is_told_all_of_it_again(shelf):
    product, item = first(shelf)
    shelf.puts(id=product, translations={"fr": FRENCH})
    chooses(shelf, languages="fr")
    shelf.turns(8)

    shelf.changes(id=product, status="DRAFT")
    shelf.world.now += TOLD
    shelf.turns(4)
    assert item not in shelf.at_meta
    shelf.changes(id=product, status="ACTIVE")
    shelf.world.now += TOLD
    shelf.turns(4)

    assert shelf.local[item]["fr_XX"]["title"] == "Chemise"


def test_what_differs_somewhere_is_found_in_the_night(shelf, world):
    product, item = first(shelf)
    shelf.owner("markets", country="US", currency="USD", factor="2")
    shelf.puts(id=product, translations={"fr": FRENCH})
    chooses(shelf, languages="fr,de", countries="US")
    shelf.turns(8)
    before = shelf.local
    lost, other = [each for each in before if each != item][:2]
    at = {"catalog_id": shelf.catalog_id}
    world.meta.post("catalog_items", {**at, "retailer_id": lost, "local": {}})
    wrong = {"US": {"price": "1.00 USD"}, "de_DE": {"title": "Fremdes"}}
    world.meta.post("catalog_items", {**at, "retailer_id": other, "local": wrong})

    world.now += DAY
    shelf.turns(14)

    assert shelf.local == before
    assert shelf.row.found["local"] == 3


def test_a_portion_of_which_no_answer_came_is_sent_again(shelf, world):
    fault = {"kind": "reset_after", "next": 1}
    fault["phone_number_id"] = "localized_items_batch"
    world.meta.post("settings", {"catalog": {"faults": [fault]}})
    product, item = first(shelf)
    shelf.puts(id=product, translations={"fr": FRENCH})

    chooses(shelf, languages="fr")
    shelf.turns(12)

    assert shelf.local[item]["fr_XX"]["title"] == "Chemise"
    assert [each.state for each in rows(shelf)] == ["live"]


def test_the_command_says_how_many_items_are_otherwise(shelf):
    product, _ = first(shelf)
    shelf.puts(id=product, translations={"fr": FRENCH})

    shelf.terminal.run("catalog", "set", shelf.domain, "languages=fr", "countries=us")
    shelf.turns(8)

    said = shelf.terminal.json("catalog", "status", shelf.domain)
    assert said["local"] == [{"place": "fr", "shown": 1, "waiting": 0, "refused": 0}]
    told = shelf.terminal.run("catalog", "status", shelf.domain)
    assert "fr: 1 otherwise, 0 waiting, 0 refused" in told


@pytest.mark.parametrize(
    "said",
    [
        {"languages": "klingon"},
        {"languages": ""},
        {"countries": "Atlantis"},
        {"countries": "XX"},
        {"countries": "fr,de,zz"},
    ],
)
def test_what_is_no_language_or_country_is_refused(shelf, said):
    with pytest.raises(NotPossible):
        chooses(shelf, **said)
