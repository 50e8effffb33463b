"""A store's parcels are followed at 17TRACK: the buyer hears of every step once."""

import hashlib
import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from notifications import automations
from notifications.keeping import forget_what_is_old
from notifications.registering import look_after_numbers
from storage.tables import tracking_feeds, tracking_numbers
from tests import samples
from tests.flows.tracked import ADDRESS, DHL, KEY, Tracked, tracked
from tests.world import NOON, SHOP

REAL = "https://api.17track.net"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
EVENT = {"time_utc": NOON.isoformat(), "sub_status": "InTransit_Other"}
INFO = {"tracking": {"providers": [{"events": [EVENT]}]}}
PUSH = json.dumps(
    {"event": "TRACKING_UPDATED", "data": {"number": DHL, "track_info": INFO}}
).encode()


@pytest.fixture
def track(world):
    with tracked(world) as made:
        yield made


def _only(world, *names):
    for each in automations.discover():
        world.switch(each, enabled=each in names)


def _open(track: Tracked, *names, locale="en-DE", **parcel):
    """A store with 17TRACK, and the order and parcel that it follows there."""
    world = track.world
    world.open_shop()
    _only(world, *names)
    track.switch_on()
    world.shopify_says("orders/create", samples.order(locale=locale))
    world.shopify_says("fulfillments/create", samples.fulfillment(**parcel))
    world.work()
    track.look()
    world.now += HOUR


def _names(world):
    return [sent["template"] for sent in world.accepted]


def _texts(world):
    said = world.app.test_cli_runner().invoke(
        args=["why", SHOP, "--order", "1001", "--json"]
    )
    messages = json.loads(said.output)["messages"]
    return [message["text"] for message in messages if message["text"]]


# Registering


def test_a_parcels_number_is_registered_once_however_often_the_store_tells_of_it(track):
    _open(track)

    for hour in range(3):
        at = NOON + hour * HOUR
        body = samples.fulfillment(updated_at=at)
        track.world.shopify_says("fulfillments/update", body, webhook_id=f"w{hour}")
        track.world.work()
        track.look()

    assert track.calls["register"] == 1
    assert track.numbers[DHL]["tag"] == str(samples.ORDER_ID)
    assert track.states == ["followed"]


def test_a_store_without_a_key_has_nothing_registered(track):
    track.world.open_shop()
    track.world.shopify_says("fulfillments/create", samples.fulfillment())
    track.world.work()

    assert track.look() == 0
    assert track.world.rows("tracking_numbers") == []


def test_parcels_under_way_are_registered_when_it_is_switched_on(track):
    world = track.world
    world.open_shop()
    for place, status in enumerate(("in_transit", "delivered", None), start=1):
        parcel = samples.fulfillment(
            fulfillment_id=place, numbers=(f"JD01460000000{place}",)
        )
        world.shopify_says("fulfillments/create", parcel, webhook_id=f"w{place}")
        if status:
            scan = samples.scan(status, fulfillment_id=place, id=place)
            world.shopify_says("fulfillment_events/create", scan)
    gone = samples.fulfillment(
        fulfillment_id=9, status="cancelled", numbers=("GONE99",)
    )
    world.shopify_says("fulfillments/create", gone, webhook_id="w9")
    world.work()

    track.switch_on()
    track.look()

    assert sorted(track.numbers) == ["JD014600000001", "JD014600000003"]
    assert track.look() == 0


def test_numbers_go_in_batches_of_forty_at_three_a_second_at_most(track):
    world = track.world
    world.open_shop()
    _only(world)
    track.switch_on()
    for place in range(1, 101):
        parcel = samples.fulfillment(
            fulfillment_id=place, numbers=(f"JD0146{place:08}",)
        )
        world.shopify_says("fulfillments/create", parcel, webhook_id=f"w{place}")
    world.work()

    track.look()

    assert len(track.numbers) == 100
    assert track.calls["register"] == 3
    assert "throttled" not in track.calls
    assert all(pause >= 1 / 3 for pause in track.waited)


def test_two_who_look_at_once_ask_once(track):
    world = track.world
    world.open_shop()
    _only(world)
    track.switch_on()
    world.shopify_says("fulfillments/create", samples.fulfillment())
    world.work()
    beside: list[int] = []

    track.look(meanwhile=lambda: beside.append(track.look()))

    assert beside == [0]
    assert track.calls["register"] == 1


@pytest.mark.parametrize(
    ("company", "number", "carrier"),
    [
        ("UPS", "1Z999AA10123456784", 100002),
        ("CJ대한통운", "123456789012", 190271),  # which of its two is not sure
        (None, "RB123456785GB", 11031),
    ],
)
def test_a_carrier_is_named_where_it_is_sure(track, company, number, carrier):
    _open(track, numbers=(number,), tracking_company=company)

    assert track.numbers[number]["carrier"] == carrier


def test_a_number_that_is_none_is_not_asked_for(track):
    _open(track, numbers=("see you!", "A1"))

    assert track.look() == 0
    assert "register" not in track.calls


def test_what_cannot_be_registered_is_noted_and_tried_with_another_carrier(track):
    _open(track, numbers=("XX1234567890",), tracking_company="Other")
    before = track.states

    named = samples.fulfillment(
        numbers=("XX1234567890",),
        tracking_company="UPS",
        updated_at=track.world.now,
    )
    track.world.shopify_says("fulfillments/update", named)
    track.world.work()
    track.look()

    assert before == ["refused"]
    assert track.numbers["XX1234567890"]["carrier"] == 100002
    assert track.states == ["followed"]


def test_what_fails_for_a_moment_is_registered_later(track):
    world = track.world
    world.open_shop()
    _only(world)
    track.switch_on()
    world.shopify_says("fulfillments/create", samples.fulfillment())
    world.work()
    track.simulator.post("settings", {"fail_next": 2, "fail_http": 503})

    looked = [track.look(), track.look()]
    parked = world.rows("tracking_feeds")[0].parked_because
    for _ in range(2):
        world.now += timedelta(seconds=10)
        track.look()

    assert looked == [1, 0]
    assert parked == "http_503"
    assert track.states == ["followed"]
    assert world.rows("tracking_feeds")[0].parked_because is None


@pytest.mark.parametrize("how", [0, 503])
def test_a_call_of_which_nobody_knows_the_end_registers_nothing_twice(track, how):
    world = track.world
    world.open_shop()
    _only(world)
    track.switch_on()
    world.shopify_says("fulfillments/create", samples.fulfillment())
    world.work()
    track.look()
    with world.services.transactions.for_shop(world.shop_ids[SHOP]) as tx:
        asked_for_again = {"task": "follow", "due_at": world.now}
        tx.connection.execute(update(tracking_numbers).values(asked_for_again))
    track.simulator.post("settings", {"fail_next": 1, "fail_http": how})

    track.look()
    world.now += timedelta(minutes=1)
    track.look()

    state = track.simulator.get("state")["accounts"][0]
    assert state["quota_left"] == 199
    assert track.states == ["followed"]


# Quota and key


def test_a_quota_that_has_run_out_parks_that_store_alone_and_says_so(track, shopify):
    world = track.world
    track.account("b" * 32, quota=10)
    track.account(quota=1)
    world.open_shop()
    world.open_shop("bob.myshopify.com", number=None, automations=False)
    _only(world)
    track.switch_on()
    track.switch_on("b" * 32, "bob.myshopify.com")
    for place, domain in enumerate((SHOP, SHOP, "bob.myshopify.com"), start=1):
        parcel = samples.fulfillment(
            fulfillment_id=place, numbers=(f"JD01460000000{place}",)
        )
        hook = {"webhook_id": f"w{place}", "domain": domain}
        world.shopify_says("fulfillments/create", parcel, **hook)
    world.work()

    track.look()

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
    _only(world)
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
    _only(world)
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


def test_in_the_sandbox_no_service_is_asked(track, shopify):
    world = track.world
    world.open_shop()
    track.switch_on()
    terminal = track.terminal(shopify, sandbox=True, seventeen_track_origin=REAL)
    on = "shop", "tracking", SHOP, "--service", "17track", "--key", KEY

    look_after_numbers({}, services=world.services, wait=track.waited.append)

    assert "while the sandbox is on" in terminal.refused(*on)
    assert "the sandbox is on" in terminal.run("shop", "show", SHOP)


# What comes in


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en", "has reached Hong Kong on its way to you."),
        ("ko", "배송 중 홍콩에 도착했습니다."),
        ("zh-TW", "地點：香港"),
    ],
)
def test_a_scan_tells_the_buyer_the_town_in_their_script_once(track, locale, words):
    _open(track, "parcel_reached_hub", locale=locale)
    track.scanned("InTransit_PickedUp", city="SEOUL", country="KR")
    track.world.now += HOUR

    statuses = [
        track.scanned("InTransit_Arrival", city="HONG KONG", country="HK"),
        track.scanned("InTransit_CustomsReleased", city="Hong Kong SAR", country="CN"),
    ]

    assert statuses == [200, 200]
    [text] = _texts(track.world)
    assert words in " ".join(text.split())


def test_every_step_of_a_journey_is_told_once(track):
    _open(track, *automations.discover())
    world = track.world
    steps = (
        ("InfoReceived", None),
        ("InTransit_PickedUp", "Shenzhen"),
        ("InTransit_Arrival", "Leipzig"),
        ("OutForDelivery_Other", "Berlin"),
        ("DeliveryFailure_NoBody", "Berlin"),
        ("AvailableForPickup_Other", "Berlin"),
        ("Delivered_Other", "Berlin"),
    )

    for sub_status, city in steps:
        track.scanned(sub_status, city=city)
        world.now += HOUR
        world.look()

    told = [
        name for name in _names(world) if "order_" not in name and "its_way" not in name
    ]
    assert told == [
        *("sosik_parcel_in_transit_1", "sosik_parcel_reached_hub_1"),
        *("sosik_parcel_out_for_delivery_1", "sosik_delivery_attempted_1"),
        *("sosik_parcel_ready_for_pickup_1", "sosik_parcel_delivered_1"),
    ]


@pytest.mark.parametrize("first", ["17track", "shopify"])
@pytest.mark.parametrize(
    ("status", "sub_status", "name"),
    [
        ("in_transit", "InTransit_Arrival", "parcel_reached_hub"),
        ("in_transit", "InTransit_Other", "parcel_in_transit"),
        ("out_for_delivery", "OutForDelivery_Other", "parcel_out_for_delivery"),
        ("attempted_delivery", "DeliveryFailure_NoBody", "delivery_attempted"),
        ("delivered", "Delivered_Other", "parcel_delivered"),
    ],
)
def test_what_shopify_tells_as_well_is_told_once(
    track, first, status, sub_status, name
):
    """Their clocks differ by minutes, also over midnight, and so do their words."""
    _open(track, name)
    world = track.world
    world.now = NOON.replace(hour=23, minute=58)
    track.scanned("InTransit_PickedUp", city="Seoul", at=world.now - 9 * HOUR)

    def shopify():
        body = samples.scan(status, at=world.now, city="hong kong (hub)", country=None)
        world.shopify_says("fulfillment_events/create", body)
        world.work()

    def seventeen():
        track.scanned(sub_status, city="HONG KONG, HK", country="HK")

    for tell in (shopify, seventeen) if first == "shopify" else (seventeen, shopify):
        tell()
        world.now += timedelta(minutes=4)
        world.look()

    assert _names(world) == [f"sosik_{name}_1"]


def test_a_second_attempt_on_the_next_day_is_told(track):
    _open(track, "delivery_attempted")
    for _ in range(2):
        track.scanned("DeliveryFailure_NoBody", city="Berlin")
        track.world.now += DAY

    assert _names(track.world) == ["sosik_delivery_attempted_1"] * 2


def test_the_journey_that_is_told_anew_each_time_makes_each_scan_once(track):
    _open(track)
    for hours, city in enumerate(("Leipzig", "Halle", "Seoul")):
        at = track.world.now - hours * HOUR
        track.scanned("InTransit_Other", city=city, at=at)

    [number] = track.world.rows("tracking_numbers")
    [parcel] = track.world.rows("parcels")
    assert len(number.scans) == 3
    assert parcel.milestone == "in_transit"
    last = [row.outcome["events"] for row in track.world.rows("webhooks")][-1]
    assert last == ["ParcelMoved"]


def test_what_happened_before_it_was_switched_on_is_no_news(track):
    _open(track, "parcel_reached_hub", "parcel_in_transit")
    long_ago = track.world.now - 3 * DAY
    for hours, city in enumerate(("Seoul", "Incheon", "Hong Kong")):
        track.scanned("InTransit_Other", city=city, at=long_ago + hours * HOUR)

    assert _names(track.world) == []


def test_a_box_with_two_parcels_tells_of_both(track):
    _open(track, "parcel_in_transit")
    world = track.world
    other = samples.fulfillment(fulfillment_id=2, order_id=2, phone="+4915112345679")
    world.shopify_says(
        "orders/create",
        samples.order(order_id=2, name="#1002", phone="+4915112345679"),
        webhook_id="o2",
    )
    world.shopify_says("fulfillments/create", other, webhook_id="f2")
    world.work()
    track.look()

    track.scanned("InTransit_PickedUp", city="Seoul")

    assert len(_names(world)) == 2
    assert track.calls["register"] == 1


def test_a_number_of_nobodys_is_ignored_and_says_why(track):
    _open(track, "parcel_in_transit")
    strange = PUSH.replace(DHL.encode(), b"ZZ999999999")

    status = _signed(track, strange)
    track.world.work()

    newest = track.world.rows("webhooks")[-1]
    assert status == 200
    assert (newest.state, newest.reason) == ("ignored", "unknown_number")
    assert track.world.messages == []


def test_a_number_that_the_parcel_no_longer_has_is_ignored(track):
    _open(track, "parcel_in_transit")
    world = track.world
    corrected = samples.fulfillment(numbers=("JD014600004444",), updated_at=world.now)
    world.shopify_says("fulfillments/update", corrected)
    world.work()
    track.look()

    assert track.numbers[DHL]["is_stopped"]
    assert not track.numbers["JD014600004444"]["is_stopped"]
    assert _names(world) == []


# Leaving


def test_what_has_come_is_left_a_day_later(track):
    _open(track)
    track.scanned("Delivered_Other", city="Berlin")
    track.look()
    before = track.numbers[DHL]["is_stopped"]

    track.world.now += DAY + HOUR
    track.look()

    assert not before
    assert track.numbers[DHL]["is_stopped"]
    assert track.states == ["left"]


def test_what_was_scanned_as_delivered_by_mistake_is_followed_on(track):
    _open(track)
    track.scanned("Delivered_Other", city="Berlin")
    track.world.now += HOUR
    track.scanned("OutForDelivery_Other", city="Berlin")

    track.world.now += DAY
    track.look()

    assert not track.numbers[DHL]["is_stopped"]
    assert track.states == ["followed"]


def test_what_is_cancelled_is_left_at_once_and_never_asked_for_where_it_was_not(track):
    _open(track)
    world = track.world
    second = samples.fulfillment(fulfillment_id=2, numbers=("JD014600005555",))
    world.shopify_says("fulfillments/create", second, webhook_id="second")
    world.work()
    for parcel, number in ((samples.FULFILLMENT_ID, DHL), (2, "JD014600005555")):
        gone = samples.fulfillment(
            fulfillment_id=parcel,
            numbers=(number,),
            status="cancelled",
            updated_at=world.now,
        )
        world.shopify_says("fulfillments/update", gone, webhook_id=f"gone{parcel}")
    world.work()

    track.look()

    assert track.numbers[DHL]["is_stopped"]
    assert "JD014600005555" not in track.numbers
    assert track.states == ["left", "left"]


def test_what_is_deleted_with_its_order_is_left_at_once(track):
    _open(track, "parcel_in_transit")
    gone = {"id": samples.ORDER_ID}
    track.world.shopify_says("orders/delete", gone)
    track.world.work()

    track.look()

    assert track.numbers[DHL]["is_stopped"]
    assert track.states == ["left"]


def test_what_17track_leaves_while_it_is_under_way_is_followed_again_once(track):
    _open(track)
    track.stopped()

    track.look()

    assert track.calls["retrack"] == 1
    assert not track.numbers[DHL]["is_stopped"]
    assert track.states == ["followed"]


def test_numbers_of_long_ago_are_forgotten(track):
    _open(track)
    track.scanned("Delivered_Other", city="Berlin")
    track.world.now += 2 * DAY
    track.look()
    track.world.now += 91 * DAY
    forget_what_is_old(services=track.world.services)

    assert track.world.rows("tracking_numbers") == []
    assert track.world.rows("tracking_parcels") == []


# The door


def _signed(track, raw, key=KEY, address=ADDRESS):
    sign = hashlib.sha256(raw + b"/" + key.encode()).hexdigest()
    return track.push(raw, {"sign": sign}, address)


def test_a_forged_push_is_refused_and_nothing_is_stored(track):
    _open(track, "parcel_in_transit")
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

    assert _signed(track, PUSH, "b" * 32) == 401
    assert _signed(track, PUSH, "b" * 32, bobs) == 200
    assert _signed(track, PUSH) == 200
    domains = [row.shop_domain for row in world.rows("webhooks")]
    assert domains == ["bob.myshopify.com", SHOP]


def test_the_door_is_closed_while_it_is_off_and_opens_at_once(track):
    world = track.world
    world.open_shop()
    closed = _signed(track, PUSH)
    track.switch_on()
    opened = _signed(track, PUSH)
    track.switch_off()
    again = _signed(track, PUSH + b" ")

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

    assert _signed(track, PUSH, address=address) == status
    assert track.world.rows("webhooks") == []


def test_the_same_push_twice_is_one(track):
    _open(track)
    before = len(track.world.rows("webhooks"))

    assert [_signed(track, PUSH), _signed(track, PUSH)] == [200, 200]
    assert len(track.world.rows("webhooks")) == before + 1


def test_a_push_shares_the_lane_of_its_order(track):
    _open(track)
    track.scanned("InTransit_Other", city="Seoul")

    lanes = {row.lane for row in track.world.rows("webhooks") if row.order_id}
    assert len(lanes) == 1
    assert [row.source for row in track.world.rows("webhooks")][-1] == "17track"
    assert track.world.rows("webhooks")[-1].topic == "tracking/updated"


def test_numbers_lie_sealed(track):
    _open(track)

    kept = [
        row
        for t in ("tracking_numbers", "tracking_parcels")
        for row in track.world.rows(t)
    ]
    assert DHL not in str(
        [[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in kept]
    )
