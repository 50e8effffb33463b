"""A store's catalog by the command line: connected, read at once, and looked at."""

from datetime import timedelta

import pytest

from notifications.catalog import syncing
from sandbox.meta.accounts import DEFAULT_NUMBER_ID, DEFAULT_WABA_ID
from tests.flows.shelf import TOLD, Shelf
from wiring import doctor


@pytest.fixture
def shelf(world, terminal, shopify, request):
    return Shelf(world, terminal, shopify, request.node.name)


def watched(shelf, seen=None):
    """``catalog sync`` with time that passes while it waits."""

    def wait(seconds):
        shelf.world.now += timedelta(seconds=seconds)

    syncing.begin(shelf.shop_id, shelf.domain, shelf.world.services)
    return syncing.watch(
        shelf.shop_id,
        shelf.domain,
        store=shelf.store,
        keeper=shelf.keeper,
        services=shelf.world.services,
        wait=wait,
        shown=lambda status: None if seen is None else seen.append(status),
    )


def connected(shelf, *words):
    said = shelf.terminal.json("catalog", "connect", shelf.domain, *words)
    shelf.catalog_id = said["catalog_id"]
    return said


def test_a_catalog_is_made_attached_and_shown_with_a_cart(shelf, world):
    before = {each["id"] for each in world.meta.get("catalogs")["data"]}

    said = connected(shelf)

    [number] = world.rows("numbers")
    assert number.catalog_id == said["catalog_id"]
    [made] = [
        each
        for each in world.meta.get("catalogs")["data"]
        if each["id"] == said["catalog_id"]
    ]
    assert made["shown_by"] == [DEFAULT_WABA_ID]
    assert said["is_new"] is (made["id"] not in before)
    settings = shelf.keeper.settings(
        shelf.access.token, phone_number_id=DEFAULT_NUMBER_ID
    )
    assert (settings.is_cart_enabled, settings.is_catalog_visible) == (True, True)


def test_connecting_twice_makes_no_second_catalog(shelf, world):
    first = connected(shelf)
    count = len(world.meta.get("catalogs")["data"])

    again = connected(shelf, "--no-cart", "--hidden")

    assert again == {"catalog_id": first["catalog_id"], "is_new": False}
    assert len(world.meta.get("catalogs")["data"]) == count
    settings = shelf.keeper.settings(
        shelf.access.token, phone_number_id=DEFAULT_NUMBER_ID
    )
    assert (settings.is_cart_enabled, settings.is_catalog_visible) == (False, False)


def test_another_catalog_is_filled_with_all_there_is(shelf, world):
    connected(shelf)
    watched(shelf)
    other = world.meta.post("catalogs", {"waba_id": DEFAULT_WABA_ID, "name": "Other"})

    connected(shelf, "--catalog-id", str(other["id"]))
    watched(shelf)

    assert shelf.catalog_id == str(other["id"])
    assert shelf.shown == shelf.to_be_shown


def test_whoever_syncs_sees_how_far_it_is_until_it_is_done(shelf):
    connected(shelf)
    seen = []

    status = watched(shelf, seen)

    assert status.is_done
    assert status.items == {"live": 6}
    assert seen[-1].read == seen[-1].told == 6
    assert shelf.shown == shelf.to_be_shown


def test_a_tag_that_hides_takes_things_out(shelf, world):
    connected(shelf)
    shelf.puts(id=shelf.products()[0]["id"], tags=["Secret"])
    watched(shelf)
    assert len(shelf.at_meta) == 6

    connected(shelf, "--hide-tag", "secret")
    watched(shelf)

    assert len(shelf.at_meta) == 5


def test_what_is_not_shown_is_told_with_the_reason_and_what_to_do(shelf, world):
    shelf.puts(title="Old draft", status="DRAFT")
    shelf.puts(title="Whisky", description="Ten years old")
    connected(shelf)
    watched(shelf)

    said = shelf.terminal.json("catalog", "status", shelf.domain, "--items")
    told = shelf.terminal.run("catalog", "status", shelf.domain, "--items")
    korean = shelf.terminal.run("catalog", "status", shelf.domain, "--language", "ko")

    assert said["items"]["live"] == 6
    assert {each["because"]: each["count"] for each in said["reasons"]} == {
        "draft": 1,
        "forbidden": 1,
    }
    means = {each["title"]: each["means"] for each in said["not_shown"]}
    assert means["Old draft"] == "The product is a draft."
    assert "whisky" in means["Whisky"].lower()
    assert "Set it active at Shopify." in told
    assert "Set it active at Shopify." not in korean


def test_what_the_owner_allows_is_shown_within_a_minute(shelf, world):
    product = shelf.puts(title="Whisky", description="Of chocolate")
    connected(shelf)
    watched(shelf)
    assert len(shelf.at_meta) == 6

    shelf.terminal.run(
        *("catalog", "allow", shelf.domain, str(product["id"])),
        *("--reason", "It is chocolate"),
    )
    shelf.turns(3)
    assert len(shelf.at_meta) == 7

    shelf.terminal.run(
        *("catalog", "withhold", shelf.domain, str(product["id"])),
        *("--reason", "We would rather not"),
    )
    shelf.turns(3)
    assert len(shelf.at_meta) == 6
    assert shelf.states == {"live": 6, "withheld": 1}


def test_a_store_without_a_number_or_a_catalog_is_told_what_to_do(
    world, terminal, shelf
):
    world.open_shop("bare.myshopify.com", number=None)

    no_number = terminal.refused("catalog", "connect", "bare.myshopify.com")
    no_catalog = terminal.refused("catalog", "status", "bare.myshopify.com")
    odd = terminal.refused("catalog", "connect", shelf.domain, "--catalog-id", "x")

    assert "shop whatsapp" in no_number
    assert "catalog connect" in no_catalog
    assert "--catalog-id" in odd


def test_the_doctor_says_how_catalogs_stand(shelf, world):
    def told():
        found = doctor.findings_with(shelf.terminal.settings, "test")
        return next(one for one in found if one.part == "catalogs")

    assert told().is_well
    connected(shelf)
    watched(shelf)
    assert "6 items shown" in told().says

    refusal = {"kind": "refusal", "code": 190, "next": 1}
    world.meta.post("settings", {"catalog": {"faults": [refusal]}})
    shelf.changes(title="New")
    world.now += TOLD
    shelf.read()
    shelf.tell()

    assert not told().is_well
    assert "meta_190" in told().says


def test_the_token_of_a_number_that_is_renewed_keeps_the_catalog(shelf, world):
    said = connected(shelf)

    shelf.terminal.run(
        *("shop", "whatsapp", shelf.domain, "--waba-id", DEFAULT_WABA_ID),
        *("--phone-number-id", DEFAULT_NUMBER_ID, "--token", shelf.access.token),
    )

    [number] = world.rows("numbers")
    assert number.catalog_id == said["catalog_id"]


def test_collections_are_chosen_and_their_sets_are_counted(shelf, world):
    connected(shelf)
    shelf.owner("collections", title="Summer", products=[shelf.products()[0]["id"]])

    said = shelf.terminal.run("catalog", "set", shelf.domain, "sets=summer,sale")
    watched(shelf)
    shelf.turns(3)
    status = shelf.terminal.json("catalog", "status", shelf.domain)
    told = shelf.terminal.run("catalog", "status", shelf.domain)

    assert "sets=summer,sale" in said
    assert status["sets"] == {
        "wanted": "sale,summer",
        "shown": 1,
        "waiting": 0,
        "refused": 0,
        "because": None,
    }
    assert "sets of collections: 1 shown, 0 waiting" in told


@pytest.mark.parametrize("said", ["sets", "sets=", "colour=red", "sets=all,x"])
def test_what_is_no_choice_is_refused_by_name(shelf, said):
    connected(shelf)

    assert shelf.terminal.refused("catalog", "set", shelf.domain, said)
