"""Whatever fails or dies between a store and its catalog, both are equal in the end."""

import os
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest

from notifications.catalog import reading_stores
from notifications.catalog.choosing import Choice, choose
from notifications.catalog.turns import LEASE
from tests.flows.shelf import TOLD, Shelf

DAY = timedelta(days=1)
STEPS = int(os.environ.get("SOSIK_STEPS", "60"))
SEED = int(os.environ.get("SOSIK_SEED", "7"))


@pytest.fixture
def shelf(world, terminal, shopify, request):
    return Shelf(world, terminal, shopify, request.node.name)


class Died(BaseException):
    """What no handler of ours catches, as nothing catches a kill."""


class Dying:
    """Dies at the ``nth`` call of one name, before or after it is carried out."""

    def __init__(self, real, name, *, is_after, nth=1):
        self.real, self.name, self.is_after, self.left = real, name, is_after, nth

    def __getattr__(self, name):
        found = getattr(self.real, name)
        if name != self.name:
            return found

        def die(*args, **asked):
            self.left -= 1
            if self.left:
                return found(*args, **asked)
            if self.is_after:
                found(*args, **asked)
            raise Died

        return die


@pytest.mark.parametrize("is_after", [False, True])
@pytest.mark.parametrize(
    "name",
    ["begin_writing_products", "look_at_writing", "products_written", "products"],
)
def test_who_comes_after_a_crash_at_the_store_reads_the_rest(shelf, name, is_after):
    shelf.connect()

    with pytest.raises(Died):
        shelf.turns(3, store=Dying(shelf.store, name, is_after=is_after))
    assert shelf.read() == 0
    shelf.world.now += LEASE
    shelf.turns(5)

    assert shelf.shown == shelf.to_be_shown


@pytest.mark.parametrize("is_after", [False, True])
@pytest.mark.parametrize("name", ["send", "progress"])
def test_who_comes_after_a_crash_at_meta_tells_the_rest(shelf, name, is_after):
    shelf.connect()

    with pytest.raises(Died):
        shelf.turns(3, keeper=Dying(shelf.keeper, name, is_after=is_after))
    assert shelf.tell() == 0
    shelf.world.now += LEASE
    shelf.turns(5)

    assert shelf.shown == shelf.to_be_shown
    assert shelf.states == {"live": 6}


def test_a_file_is_read_on_from_where_a_crash_left_it(shelf, monkeypatch):
    monkeypatch.setattr(reading_stores, "_PORTION_PRODUCTS", 2)
    shelf.connect()
    real, places = shelf.store, []

    class Crashing:
        def __getattr__(self, name):
            if name != "products_written":
                return getattr(real, name)
            return self.written

        def written(self, url, start):
            places.append(start)
            for count, thing in enumerate(real.products_written(url, start)):
                if count == 5 and len(places) == 1:
                    raise Died
                yield thing

    crashing = Crashing()
    with pytest.raises(Died):
        shelf.turns(3, store=crashing)
    shelf.world.now += LEASE
    shelf.turns(4, store=crashing)

    assert places[0] == 0 < places[1]
    assert shelf.row.read_count == 6
    assert shelf.shown == shelf.to_be_shown


@pytest.mark.parametrize("trouble", [{"cut_next": 2}, {"fail_next": 2}])
def test_a_file_that_breaks_off_or_fails_is_had_again(shelf, shopify, trouble):
    shelf.owner("products/fill", count=30, variants=3)
    shelf.connect()
    shopify.post("settings", {"bulk": trouble})

    shelf.turns(20)

    assert shelf.row.run == "done"
    assert shelf.shown == shelf.to_be_shown
    assert len(shelf.shown) == 96


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "reset_after", "next": 1},
        {"kind": "reset_before", "next": 1},
        {"kind": "error_after", "next": 2},
        {"kind": "error_before", "next": 2},
        {"kind": "not_json", "next": 1},
        {"kind": "refusal", "code": 80014, "next": 1},
        {"kind": "refusal", "code": 2, "next": 2},
    ],
)
def test_a_portion_of_which_no_answer_came_is_sent_again(shelf, world, fault):
    world.meta.post("settings", {"catalog": {"faults": [fault]}})
    shelf.connect()

    shelf.turns(30)

    assert shelf.shown == shelf.to_be_shown
    assert shelf.states == {"live": 6}


def test_a_token_that_meta_takes_no_more_holds_back_the_telling_alone(shelf, world):
    refusal = {"kind": "refusal", "code": 190, "next": 1}
    world.meta.post("settings", {"catalog": {"faults": [refusal]}})
    shelf.connect()

    shelf.turns(2)
    assert shelf.row.tell_held_because == "meta_190"
    assert shelf.row.run == "done"
    shelf.turns(2)

    assert shelf.row.tell_held_because is None
    assert shelf.shown == shelf.to_be_shown


def test_a_portion_that_never_ends_is_sent_again(shelf, world):
    world.meta.post("settings", {"catalog": {"endless_share": 1}})
    shelf.connect()
    shelf.turns(3)
    assert shelf.states == {"sent": 6}

    world.meta.post("settings", {"catalog": {"endless_share": 0}})
    for _ in range(14):
        world.now += 5 * timedelta(minutes=1)
        shelf.turns(1)

    assert shelf.states == {"live": 6}
    assert shelf.shown == shelf.to_be_shown


def test_a_portion_that_meta_has_forgotten_is_sent_again(shelf, world):
    world.meta.post("settings", {"catalog": {"batch_ms": 60_000}})
    shelf.connect()
    shelf.read()
    shelf.turns(1)
    world.meta.delete("catalog_batches")
    world.meta.post("settings", {"catalog": {"batch_ms": 0}})

    shelf.turns(4)

    assert shelf.states == {"live": 6}
    assert shelf.shown == shelf.to_be_shown


def test_what_differs_at_meta_is_found_in_the_night_and_mended(shelf, world):
    shelf.connect()
    shelf.turns()
    gone, other, *_ = shelf.at_meta
    at = {"catalog_id": shelf.catalog_id}
    world.meta.post("catalog_items", {**at, "retailer_id": gone, "deleted": True})
    changed = {"price": "1.00 EUR"}
    world.meta.post("catalog_items", {**at, "retailer_id": other, "data": changed})
    strange = {"title": "Left over", "price": "1.00 EUR", "availability": "in stock"}
    world.meta.post("catalog_items", {**at, "retailer_id": "77", "data": strange})

    world.now += DAY
    shelf.turns(12)

    assert shelf.shown == shelf.to_be_shown
    found = shelf.row.found
    assert (found["missing"], found["differs"], found["unknown"]) == (1, 1, 1)
    assert shelf.states == {"live": 6}


def test_what_others_have_put_into_a_catalog_of_theirs_stays(shelf, world):
    shelf.connect(is_own=False)
    shelf.turns()
    at = {"catalog_id": shelf.catalog_id, "retailer_id": "77"}
    world.meta.post("catalog_items", {**at, "data": {"title": "Of somebody else"}})

    world.now += DAY
    shelf.turns(12)

    assert "77" in shelf.at_meta
    assert shelf.row.found["others"] == 1


def test_what_meta_refuses_later_is_known_with_what_to_do(shelf, world):
    shelf.connect()
    shelf.turns()
    refused = next(iter(shelf.at_meta))
    said = {"review": "rejected", "reasons": ["policy"]}
    at = {"catalog_id": shelf.catalog_id, "retailer_id": refused}
    world.meta.post("catalog_items", {**at, **said})

    world.now += DAY
    shelf.turns(12)

    row = shelf.items[int(refused)]
    assert row.state == "refused"
    assert row.refusal["words"]
    assert row.refusal["advice"]


def test_a_store_that_tells_of_nothing_does_not_empty_its_catalog(shelf, world):
    """A file without products is written by mistake; the store itself has them."""
    shelf.connect()
    shelf.turns()
    real = shelf.store

    class Forgetful:
        def __getattr__(self, name):
            if name == "products_written":
                return lambda _url, _start: iter(())
            return getattr(real, name)

    world.now += DAY
    shelf.turns(20, store=Forgetful())

    assert shelf.shown == shelf.to_be_shown


def test_any_changes_and_crashes_end_in_the_same_on_both_sides(shelf, world):
    """``SOSIK_STEPS`` and ``SOSIK_SEED`` choose how many, and which."""
    chance = Random(SEED)
    factor = "2"
    shelf.owner("markets", country="US", currency="USD", factor=factor)
    shelf.connect()
    chosen = Choice(sets="all", languages="fr", countries="US")
    choose(shelf.shop_id, chosen, world.services)
    shelf.turns(4)

    for _ in range(STEPS):
        any_change(shelf, chance)
        any_turn(shelf, chance)
        world.now += timedelta(seconds=chance.choice([1, 5, 20, 60]))
    world.now += DAY
    shelf.turns(20)
    world.now += DAY
    shelf.turns(20)

    assert shelf.shown == shelf.to_be_shown
    assert set(shelf.states) <= {"live", "withheld"}
    assert sets_at_meta(shelf) == sets_to_be_shown(shelf)
    assert local_at_meta(shelf) == local_to_be_shown(shelf, Decimal(factor))


def sets_at_meta(shelf):
    """Without those that are empty, which may be there or not."""
    found = shelf.world.meta.get(f"catalog_sets?catalog_id={shelf.catalog_id}")["data"]
    return {each["name"]: sorted(each["items"]) for each in found if each["items"]}


def sets_to_be_shown(shelf):
    shown = shelf.to_be_shown
    products = {each["id"]: each for each in shelf.products()}
    found = {}
    for each in shelf.collections():
        items = [
            str(variant["id"])
            for product in each["products"]
            if product in products
            for variant in products[product]["variants"]
        ]
        if there := sorted(item for item in items if item in shown):
            found[each["title"]] = there
    return found


def local_at_meta(shelf):
    return {
        (id_, key): said.get("title", "").partition(" - ")[0] or said["price"]
        for id_, local in shelf.local.items()
        for key, said in local.items()
    }


def local_to_be_shown(shelf, factor):
    shown = shelf.to_be_shown
    found = {}
    for product in shelf.products():
        title = product["translations"].get("fr", {}).get("title")
        for each in product["variants"]:
            id_ = str(each["id"])
            if id_ in shown:
                found[id_, "US"] = f"{Decimal(each['price']) * factor:.2f} USD"
                if title:
                    found[id_, "fr_XX"] = title
    return found


def any_change(shelf, chance):
    """Of which, one time in five, no webhook comes."""
    products = shelf.products()
    product = chance.choice(products)
    said = {"id": product["id"]}
    match chance.randrange(12):
        case 0 if len(products) > 3:
            shelf.owner("products/delete", id=product["id"])
            _tell(shelf, chance, "products/delete", product["id"])
            return
        case 1:
            said = {"title": f"New {chance.random()}", "variants": [{}, {}, {}]}
        case 2:
            said["status"] = chance.choice(["ACTIVE", "DRAFT", "ARCHIVED"])
        case 3:
            said["tags"] = chance.choice([[], ["not-on-whatsapp"]])
        case 4:
            said["published"] = chance.random() < 0.5
        case 5:
            variants = [{"id": each["id"]} for each in product["variants"]]
            said["variants"] = [*variants[: chance.randint(1, 4)], {}]
        case 6:
            stocked = {"variant_id": chance.choice(product["variants"])["id"]}
            shelf.owner("products/stock", **stocked, stock=chance.randrange(-1, 3))
            _tell(shelf, chance, "products/update", product["id"])
            return
        case 7:
            said["images"] = chance.choice(
                [[], [f"https://cdn.shopify.com/{chance.randrange(9)}.jpg"]]
            )
        case 8:
            title = {"title": f"Nouveau {chance.random()}"}
            said["translations"] = chance.choice([{}, {"fr": title}])
        case 9 | 10:
            any_collection(shelf, chance, products)
            return
        case _:
            said["variants"] = [
                {"id": each["id"], "price": f"{chance.randrange(90)}.00"}
                for each in product["variants"]
            ]
    made = shelf.puts(**said)
    _tell(shelf, chance, "products/update", made["id"])


def any_collection(shelf, chance, products):
    ids = [each["id"] for each in products]
    there = [each["id"] for each in shelf.collections()]
    said = {"products": chance.sample(ids, chance.randint(0, len(ids)))}
    if len(there) > 4 and chance.random() < 0.3:
        gone = chance.choice(there)
        shelf.owner("collections/delete", id=gone)
        _tell(shelf, chance, "collections/delete", gone)
        return
    if there and chance.random() < 0.7:
        said["id"] = chance.choice(there)
    if "id" not in said or chance.random() < 0.2:
        said["title"] = f"Together {chance.random()}"
    made = shelf.owner("collections", **said)["collection"]
    _tell(shelf, chance, "collections/update", made["id"])


def _tell(shelf, chance, topic, product_id):
    if chance.random() < 0.8:
        shelf.tells(topic, {"id": product_id})


_AT_STORE = (
    "begin_writing_products",
    "look_at_writing",
    "products_written",
    "products",
    "collections",
    "collections_of",
    "members",
)
_AT_META = ("send", "send", "progress", "create_set", "replace_set", "delete_set")


def any_turn(shelf, chance):
    """Of which, one time in four, one ends in a crash."""
    shelf.world.now += TOLD
    store = keeper = None
    if chance.random() < 0.25:
        name, is_after = chance.choice(_AT_STORE), chance.random() < 0.5
        store = Dying(shelf.store, name, is_after=is_after)
    if chance.random() < 0.25:
        name, is_after = chance.choice(_AT_META), chance.random() < 0.5
        keeper = Dying(shelf.keeper, name, is_after=is_after)
    for take, outside in ((shelf.read, store), (shelf.tell, keeper)):
        try:
            take(outside)
        except Died:
            shelf.world.now += LEASE
