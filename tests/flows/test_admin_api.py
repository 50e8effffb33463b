"""All who ask a store share its points: none of them is ever throttled."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from core.clock import system_clock
from core.errors import TryLater, WillNotWork
from core.values import ShopDomain
from sandbox.serving import running
from sandbox.shopify.settings import ShopifySettings
from sandbox.shopify.simulator import ShopifySimulator
from storage import admin_api
from tests.flows.terminal import TOKEN
from tests.world import SANDBOX_SECRET, SHOP
from wiring import doctor
from wiring.outside import SharedLedger, patient_store_at, store_at

ADA = ShopDomain(SHOP)


@pytest.fixture
def bucket(shopify):
    """A store's bucket as it is set."""
    return lambda **knobs: shopify.post("settings", knobs)


def throttled(shopify):
    return shopify.get("state")["counts"].get("throttled", 0)


def left(world):
    [row] = world.rows("admin_api")
    return round(row.available)


def test_a_store_that_is_asked_tells_what_is_left(world, terminal, bucket):
    world.open_shop()
    bucket(bucket=2000)
    store = store_at(terminal.settings, world.services)

    store.profile(ADA, TOKEN)
    [row] = world.rows("admin_api")

    assert (row.maximum, row.restore_rate, row.version) == (2000, 100, "2026-10")
    assert left(world) == 1998  # a shop and its address


def test_what_comes_back_with_time_is_counted(world, terminal, bucket):
    world.open_shop()
    ledger = SharedLedger(world.services)
    bucket(bucket=2000)
    store_at(terminal.settings, world.services).profile(ADA, TOKEN)

    assert ledger.take(ADA, 1900, is_patient=False) == 0
    assert ledger.take(ADA, 198, is_patient=False) == 1  # 98 are there, at 100 a second
    world.now += timedelta(seconds=5)
    assert ledger.take(ADA, 100, is_patient=False) == 0
    assert left(world) == 300
    world.now += timedelta(hours=1)
    ledger.take(ADA, 0, is_patient=False)
    assert left(world) == 2000


def test_the_patient_leave_half_a_bucket_to_those_who_are_waited_for(
    world, terminal, bucket
):
    world.open_shop()
    ledger = SharedLedger(world.services)
    bucket(bucket=2000)
    store_at(terminal.settings, world.services).profile(ADA, TOKEN)

    assert ledger.take(ADA, 998, is_patient=True) == 0
    assert ledger.take(ADA, 100, is_patient=True) == 1
    assert ledger.take(ADA, 900, is_patient=False) == 0


def test_who_would_wait_too_long_asks_nothing_and_takes_nothing(
    world, terminal, shopify, bucket
):
    world.open_shop()
    bucket(bucket=2000)
    store = store_at(terminal.settings, world.services)
    store.profile(ADA, TOKEN)
    SharedLedger(world.services).take(ADA, 2000, is_patient=False)
    SharedLedger(world.services).take(ADA, 2000, is_patient=False)
    before = shopify.get("state")["counts"]["queries"], left(world)

    with pytest.raises(TryLater) as raised:
        patient_store_at(terminal.settings, world.services).profile(ADA, TOKEN)

    assert raised.value.code == "shopify_budget_spent"
    assert (shopify.get("state")["counts"]["queries"], left(world)) == before


def test_a_figure_that_is_lower_than_ours_counts(world):
    shop_id = world.open_shop()
    told = {"maximum": 2000, "restore_rate": 100, "version": "2026-10"}
    with world.services.transactions.for_shop(shop_id) as tx:
        admin_api.take(tx, SHOP, 10, leaving=0, now=world.now)
        for available in (1990, 500, 1900):
            admin_api.note(
                tx, SHOP, available=available, unspent=0, now=world.now, **told
            )

    assert left(world) == 500


@pytest.fixture
def live(world, terminal, tmp_path):
    """A simulated Shopify in real time, and stores as several processes ask it."""
    settings = ShopifySettings(data_dir=tmp_path, secret=SANDBOX_SECRET)
    services = replace(world.services, clock=system_clock)
    with running(ShopifySimulator(settings)) as control:
        control.post("shops", {"domain": SHOP, "name": "Ada", "token": TOKEN})
        origin = f"{control.url}/{{shop}}"
        asked = replace(terminal.settings, shopify_admin_origin=origin)
        yield control, [store_at(asked, services) for _ in range(4)]


def test_many_who_ask_at_once_never_ask_for_more_than_there_is(world, live):
    """The bucket holds five questions, and twenty are asked."""
    world.open_shop()
    control, stores = live
    control.post("settings", {"bucket": 1000, "restore_rate": 2000})
    asked = {"first": 190, "after": None}
    for store in stores:
        store.client.run(ADA, TOKEN, "webhook_subscriptions", asked)

    def ask(number):
        client = stores[number % 4].client
        return client.run(ADA, TOKEN, "webhook_subscriptions", asked)

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(ask, range(20)))

    assert len(answers) == 20
    assert throttled(control) == 0


def doctor_on(terminal):
    found = doctor.findings_with(terminal.settings, "test")
    [one] = [one for one in found if one.part == "Admin API"]
    return one


def test_the_doctor_says_which_version_answers(world, terminal):
    world.open_shop()
    store_at(terminal.settings, world.services).profile(ADA, TOKEN)
    old = replace(terminal.settings, shopify_api_version="2025-01")

    assert doctor_on(terminal).says == "version 2026-10, answered by 1 shops"
    store_at(old, world.services).profile(ADA, TOKEN)
    found = doctor_on(terminal)

    assert (found.is_well, found.says) == (
        False,
        "1 of 1 shops answer as 2026-01, not as 2026-10",
    )


def test_a_server_that_is_not_on_the_allowlist_is_an_alarm_until_it_is(
    world, terminal, bucket, caplog
):
    world.open_shop()
    store = store_at(terminal.settings, world.services)
    store.profile(ADA, TOKEN)
    bucket(is_address_allowed=False)

    with pytest.raises(WillNotWork):
        store.profile(ADA, TOKEN)
    found = doctor_on(terminal)
    shown = terminal.run("shop", "show", SHOP)
    bucket(is_address_allowed=True)
    store.profile(ADA, TOKEN)

    assert "shopify_refuses shop=ada.myshopify.com" in caplog.text
    assert found.says == "1 of 1 shops refuse our questions (shopify_403_address)"
    assert "IP allowlist" in (found.next_step or "")
    assert "shopify_403_address" in shown
    assert doctor_on(terminal).is_well
