"""Only 17TRACK comes in at a store's address, by the key of that store."""

import pytest

from tests.flows.tracked import DHL, PUSH
from tests.world import SHOP


def test_a_forged_push_is_refused_and_nothing_is_stored(track):
    track.open("parcel_in_transit")
    before = len(track.world.rows("webhooks"))
    wish = {"number": DHL, "sub_status": "InTransit_Other", "forged": True}
    track.simulator.post("scans", wish)

    assert track.deliver() == 401
    assert track.push(PUSH, {}) == 401
    assert track.push(PUSH, {"sign": "é"}) == 401
    assert len(track.world.rows("webhooks")) == before


def test_another_stores_key_opens_no_door_but_its_own(track):
    world = track.world
    world.open_shop()
    world.open_shop("bob.myshopify.com", number=None)
    track.account("b" * 32)
    track.switch_on()
    track.switch_on("b" * 32, "bob.myshopify.com")
    bobs = "/webhooks/tracking/17track/bob.myshopify.com"

    assert track.signed(PUSH, "b" * 32) == 401
    assert track.signed(PUSH, "b" * 32, bobs) == 200
    assert track.signed(PUSH) == 200
    domains = [row.shop_domain for row in world.rows("webhooks")]
    assert domains == ["bob.myshopify.com", SHOP]


def test_the_door_is_closed_while_it_is_off_and_opens_at_once(track):
    world = track.world
    world.open_shop()
    closed = track.signed(PUSH)
    track.switch_on()
    opened = track.signed(PUSH)
    track.switch_off()
    again = track.signed(PUSH + b" ")

    assert (closed, opened, again) == (401, 200, 401)
    assert len(world.rows("webhooks")) == 1


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/webhooks/tracking/aftership/ada.myshopify.com", 404),
        ("/webhooks/tracking/17track/", 401),
        ("/webhooks/tracking/17track/nobody.myshopify.com", 401),
        ("/webhooks/tracking/17track/ada.myshopify.com/more", 401),
        ("/webhooks/tracking/", 404),
    ],
)
def test_an_address_of_nobodys_stores_nothing(track, address, status):
    track.world.open_shop()
    track.switch_on()

    assert track.signed(PUSH, address=address) == status
    assert track.world.rows("webhooks") == []


def test_the_same_push_twice_is_one(track):
    track.open()
    before = len(track.world.rows("webhooks"))

    assert [track.signed(PUSH), track.signed(PUSH)] == [200, 200]
    assert len(track.world.rows("webhooks")) == before + 1


def test_a_push_shares_the_lane_of_its_order(track):
    track.open()
    track.scanned("InTransit_Other", city="Seoul")

    lanes = {row.lane for row in track.world.rows("webhooks") if row.order_id}
    assert len(lanes) == 1
    assert [row.source for row in track.world.rows("webhooks")][-1] == "17track"
    assert track.world.rows("webhooks")[-1].topic == "tracking/updated"


def test_numbers_lie_sealed(track):
    track.open()

    kept = [
        row
        for t in ("tracking_numbers", "tracking_parcels")
        for row in track.world.rows(t)
    ]
    assert DHL not in str(
        [[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in kept]
    )
