"""A store's collections are sets of its catalog, where its owner wants that."""

import json
from datetime import timedelta

import pytest

from core.errors import NotPossible
from notifications.catalog import reading_collections
from notifications.catalog.choosing import Choice, choose
from notifications.catalog.turns import LEASE
from notifications.rules.catalog_sets import word_of
from tests.flows.shelf import TOLD, Shelf
from tests.flows.test_catalog_crashes import Died, Dying

DAY = timedelta(days=1)


@pytest.fixture
def shelf(world, terminal, shopify, request):
    shelf = Shelf(world, terminal, shopify, request.node.name)
    shelf.connect()
    shelf.turns()
    return shelf


def chooses(shelf, sets):
    choose(shelf.shop_id, Choice(sets=sets), shelf.world.services)


def collects(shelf, *, is_told=True, **said):
    """The owner puts products together; Shopify tells of it."""
    made = shelf.owner("collections", **said)["collection"]
    if is_told:
        topic = "collections/update" if "id" in said else "collections/create"
        shelf.tells(topic, {"id": made["id"]})
        shelf.world.now += TOLD
    return made["id"]


def sets(shelf):
    found = shelf.world.meta.get(f"catalog_sets?catalog_id={shelf.catalog_id}")["data"]
    return {each["name"]: sorted(each["items"]) for each in found}


def variants(shelf, *products):
    there = {each["id"]: each for each in shelf.products()}
    return sorted(str(v["id"]) for p in products for v in there[p]["variants"])


def ids(shelf):
    return [each["id"] for each in shelf.products()]


def test_nothing_is_put_together_where_nobody_has_chosen_it(shelf):
    collects(shelf, title="Summer", products=ids(shelf))

    shelf.turns()

    assert sets(shelf) == {}


def test_a_collection_is_a_set_with_all_variants_of_its_products(shelf):
    one, two, *_ = ids(shelf)
    collects(shelf, title="Summer", products=[one, two])
    collects(shelf, title="Winter", products=[two])
    collects(shelf, title="Empty", products=[])

    chooses(shelf, "all")
    shelf.turns()

    assert sets(shelf) == {
        "Summer": variants(shelf, one, two),
        "Winter": variants(shelf, two),
    }
    assert shelf.states == {"live": 6}


def test_only_those_that_were_named_are_sets(shelf):
    for title in ("Summer", "Winter", "Sale"):
        collects(shelf, title=title, products=ids(shelf)[:1])

    chooses(shelf, "winter, SALE")
    shelf.turns()
    assert sorted(sets(shelf)) == ["Sale", "Winter"]

    chooses(shelf, "summer")
    shelf.turns()
    assert sorted(sets(shelf)) == ["Summer"]

    chooses(shelf, "none")
    shelf.turns()
    assert sets(shelf) == {}
    assert not any(each.get("custom_label_0") for each in shelf.at_meta.values())


def test_what_changes_of_a_collection_is_at_meta_soon(shelf):
    chooses(shelf, "all")
    one, two, three, *_ = ids(shelf)
    made = collects(shelf, title="Summer", products=[one, two])
    shelf.turns(3)
    assert sets(shelf) == {"Summer": variants(shelf, one, two)}
    before = shelf.requests

    collects(shelf, id=made, title="Sommer", products=[two, three])
    shelf.turns(3)
    assert sets(shelf) == {"Sommer": variants(shelf, two, three)}
    assert shelf.requests - before == len(variants(shelf, one, three))

    shelf.owner("collections/delete", id=made)
    shelf.tells("collections/delete", {"id": made})
    shelf.world.now += TOLD
    shelf.turns(4)
    assert sets(shelf) == {}


def test_a_product_comes_into_a_collection_by_its_rule_and_leaves_it(shelf):
    chooses(shelf, "all")
    collects(shelf, title="Tagged", tag="summer")
    first, *_ = ids(shelf)

    shelf.changes(id=first, tags=["summer"])
    shelf.world.now += TOLD
    shelf.turns(3)
    assert sets(shelf) == {"Tagged": variants(shelf, first)}

    shelf.changes(id=first, tags=[])
    shelf.world.now += TOLD
    shelf.turns(3)
    assert sets(shelf) == {"Tagged": []}


def test_a_collection_of_many_pages_is_read_to_its_end_by_whoever_comes_after(shelf):
    shelf.owner("products/fill", count=300, variants=1)
    shelf.world.now += DAY
    shelf.turns(12)
    chooses(shelf, "all")
    all_of_them = ids(shelf)
    collects(shelf, title="Everything", products=all_of_them)

    dying = Dying(shelf.store, "members", is_after=False, nth=2)
    with pytest.raises(Died):
        shelf.read(dying)
    shelf.world.now += LEASE
    shelf.turns(6)

    assert sets(shelf) == {"Everything": variants(shelf, *all_of_them)}
    rule = shelf.world.meta.get(f"catalog_sets?catalog_id={shelf.catalog_id}")["data"]
    assert len(rule) == 1


@pytest.mark.parametrize("is_after", [False, True])
@pytest.mark.parametrize("name", ["create_set", "replace_set", "delete_set"])
def test_a_crash_on_the_way_to_meta_makes_no_set_twice_and_leaves_none(
    shelf, name, is_after
):
    chooses(shelf, "all")
    dying = Dying(shelf.keeper, name, is_after=is_after)

    def turns():
        try:
            shelf.turns(3, keeper=dying)
        except Died:
            shelf.world.now += LEASE
            shelf.turns(3)

    made = collects(shelf, title="Summer", products=ids(shelf)[:1])
    turns()
    collects(shelf, id=made, title="Sommer")
    turns()
    assert sets(shelf) == {"Sommer": variants(shelf, ids(shelf)[0])}
    chooses(shelf, "none")
    turns()

    assert sets(shelf) == {}
    assert dying.left <= 0


def test_what_differs_is_found_in_the_night(shelf, world):
    chooses(shelf, "all")
    one, two, *_ = ids(shelf)
    for title in ("Gone", "Renamed", "Stays"):
        collects(shelf, title=title, products=[one])
    shelf.turns()
    before = sets(shelf)
    path = f"catalog_sets?catalog_id={shelf.catalog_id}"
    at_meta = {e["name"]: e["id"] for e in world.meta.get(path)["data"]}
    access = shelf.access
    shelf.keeper.delete_set(access, at_meta["Gone"])
    shelf.keeper.graph.post(at_meta["Renamed"], access.token, {"name": "Otherwise"})
    theirs = {"name": "Theirs", "filter": '{"brand": {"eq": "Ada"}}'}
    path = f"{shelf.catalog_id}/product_sets"
    shelf.keeper.graph.post(path, access.token, theirs | {"retailer_id": "theirs"})
    collects(shelf, title="Untold", products=[two], is_told=False)

    world.now += DAY
    shelf.turns(15)

    assert sets(shelf) == before | {"Theirs": [], "Untold": variants(shelf, two)}


def test_no_more_are_made_than_a_catalog_may_have(shelf, monkeypatch):
    monkeypatch.setattr(reading_collections, "MOST_SETS", 3)
    for number in range(5):
        collects(shelf, title=f"Number {number}", products=ids(shelf)[:1])

    chooses(shelf, "all")
    shelf.turns()
    assert sorted(sets(shelf)) == ["Number 0", "Number 1", "Number 2"]

    collects(shelf, title="One more", products=ids(shelf)[:1])
    shelf.turns()
    assert len(sets(shelf)) == 3


def test_a_set_that_meta_does_not_take_holds_up_no_other(shelf):
    chooses(shelf, "all")
    wrong = collects(shelf, title="Wrong", products=ids(shelf)[:1])
    collects(shelf, title="Right", products=ids(shelf)[:1])
    word = word_of(wrong)
    rule = {"or": [{f"custom_label_{n}": {"i_contains": word}} for n in range(5)]}
    path = f"{shelf.catalog_id}/product_sets"
    shelf.keeper.graph.post(
        path, shelf.access.token, {"name": "Mine", "filter": json.dumps(rule)}
    )

    shelf.turns(4)

    assert "Right" in sets(shelf)
    assert "Wrong" not in sets(shelf)


@pytest.mark.parametrize("said", ["", ",", "all,summer", "two words", "x" * 256])
def test_what_is_no_choice_is_refused(shelf, said):
    with pytest.raises(NotPossible):
        chooses(shelf, said)
