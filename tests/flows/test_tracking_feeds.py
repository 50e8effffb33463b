"""A store has 17TRACK follow its parcels, and hears when that cannot go on."""

from datetime import timedelta

from sqlalchemy import update

from notifications.registering import look_after_numbers
from storage.tables import tracking_feeds
from tests import samples
from tests.flows.tracked import ADDRESS, KEY, PUSH
from tests.world import SHOP

REAL = "https://api.17track.net"


def test_a_quota_that_has_run_out_parks_that_store_alone_and_says_so(track, shopify):
    world = track.world
    track.account("b" * 32, quota=10)
    track.account(quota=1)
    world.open_shop()
    world.open_shop("bob.myshopify.com", number=None, automations=False)
    track.only()
    track.switch_on()
    track.switch_on("b" * 32, "bob.myshopify.com")
    for place, domain in enumerate((SHOP, SHOP, "bob.myshopify.com"), start=1):
        parcel = samples.fulfillment(
            fulfillment_id=place, numbers=(f"JD01460000000{place}",)
        )
        hook = {"webhook_id": f"w{place}", "domain": domain}
        world.shopify_says("fulfillments/create", parcel, **hook)
    world.work()

    while track.look():
        pass  # one store after the other

    terminal = track.terminal(shopify)
    shown = terminal.json("shop", "show", SHOP)["tracking"]
    assert track.states == ["followed", "followed", "wanted"]
    assert shown["parked_because"] == "17track_18019908"
    assert "the account's quota has run out" in terminal.run("shop", "show", SHOP)
    other = terminal.json("shop", "show", "bob.myshopify.com")["tracking"]
    assert other["parked_because"] is None
    assert track.look() == 0

    track.account(quota=2)
    world.now += timedelta(minutes=61)
    track.look()

    assert track.states == ["followed"] * 3
    assert terminal.json("shop", "show", SHOP)["tracking"]["parked_because"] is None


def test_a_key_that_is_no_longer_good_parks_the_store_until_it_is_given_anew(track):
    world = track.world
    world.open_shop()
    track.only()
    track.switch_on()
    track.simulator.delete("accounts")
    world.shopify_says("fulfillments/create", samples.fulfillment())
    world.work()
    track.look()
    parked = world.rows("tracking_feeds")[0].parked_because

    track.account("c" * 32)
    track.switch_on("c" * 32)
    track.look()

    assert parked == "17track_18010002"
    assert track.states == ["followed"]


def test_a_wrong_key_is_refused_at_once(track, shopify):
    track.world.open_shop()

    said = track.terminal(shopify).refused(
        *("shop", "tracking", SHOP, "--service", "17track", "--key", "wrong")
    )

    assert "17TRACK: the key is not valid (17track_18010002)" in said
    assert track.world.rows("tracking_feeds") == []


def test_two_stores_cannot_share_a_key(track, shopify):
    track.world.open_shop()
    track.world.open_shop("bob.myshopify.com", number=None)
    track.switch_on()

    said = track.terminal(shopify).refused(
        *("shop", "tracking", "bob.myshopify.com", "--service", "17track"),
        *("--key", KEY),
    )

    assert f"{SHOP} has this key" in said


def test_the_command_switches_on_and_off_and_keeps_the_key_sealed(track, shopify):
    terminal = track.terminal(shopify)
    track.world.open_shop()
    words = ("shop", "tracking", SHOP)

    on = terminal.json(*words, "--service", "17track", "--key", "-", stdin=KEY)
    kept = str([bytes(row.key) for row in track.world.rows("tracking_feeds")])
    off = terminal.json(*words, "--off")

    assert on["quota_left"] == 200
    assert on["webhook_address"].endswith(ADDRESS)
    assert KEY not in kept
    assert off == {"service": None, "was_on": True}
    assert terminal.json("shop", "show", SHOP)["tracking"] is None
    assert "give --service and --key, or --off" in terminal.refused(*words)


def test_one_stores_trouble_keeps_no_other_store_waiting(track, shopify, caplog):
    world = track.world
    bob, bobs_key = "bob.myshopify.com", "b" * 32
    world.open_shop()
    world.open_shop(bob, number=None)
    track.only()
    track.account(bobs_key)
    track.switch_on()
    track.switch_on(bobs_key, bob)
    for domain in (SHOP, bob):
        hook = {"webhook_id": domain, "domain": domain}
        world.shopify_says("fulfillments/create", samples.fulfillment(), **hook)
    world.work()
    with world.services.transactions.for_shop(world.shop_ids[SHOP]) as tx:
        tx.connection.execute(update(tracking_feeds).values(key=b"rotten"))

    track.look()

    assert track.states == ["followed", "wanted"]
    shown = track.terminal(shopify).run("shop", "show", SHOP)
    assert "an error of our own" in shown
    assert KEY not in caplog.text
    track.let_the_door_forget()
    assert track.signed(PUSH, bobs_key, ADDRESS.replace(SHOP, bob)) == 200
    assert track.signed(PUSH) == 401


def test_in_the_sandbox_no_service_is_asked(track, shopify):
    world = track.world
    world.open_shop()
    track.switch_on()
    terminal = track.terminal(shopify, sandbox=True, seventeen_track_origin=REAL)
    on = "shop", "tracking", SHOP, "--service", "17track", "--key", KEY

    look_after_numbers({}, services=world.services, wait=track.waited.append)

    assert "while the sandbox is on" in terminal.refused(*on)
    assert "the sandbox is on" in terminal.run("shop", "show", SHOP)
