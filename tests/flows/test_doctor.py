"""The doctor says what is missing, whatever is broken."""

from dataclasses import replace
from datetime import timedelta

import pytest

from storage import access, numbers
from tests.wire.shopify_bodies import example
from tests.world import SHOP
from wiring import doctor
from wiring.doctor import Finding
from wiring.redis_safety import judged


def _well(found: list[Finding]) -> dict[str, bool]:
    return {one.part: one.is_well for one in found}


def test_the_doctor_finds_everything_missing_where_nothing_is_set():
    found = doctor.findings({}, "test")

    assert not any(one.is_well for one in found)
    assert all(one.next_step for one in found)
    assert "DATABASE_URL is not set" in found[0].says


@pytest.mark.parametrize(
    "wrong",
    [
        {"database_url": "postgresql://127.0.0.1:9/nowhere"},
        {"database_url": "postgresql://[garbled"},
        {"redis_url": "redis://127.0.0.1:9/0"},
        {"redis_url": "redis://127.0.0.1:garbled/0"},
        {"secret_keys": ("x" * 40,)},
    ],
)
def test_the_doctor_survives_what_is_broken(terminal, wrong):
    found = doctor.findings_with(replace(terminal.settings, **wrong), "test")

    assert not all(one.is_well for one in found)


def test_the_doctor_tells_what_is_missing_for_going_live(world, terminal):
    before = _well(doctor.findings_with(terminal.settings, "test"))
    world.open_shop()
    after = _well(doctor.findings_with(terminal.settings, "test"))

    for part in ("settings", "PostgreSQL", "migrations", "SECRET_KEYS", "Redis"):
        assert before[part]
    assert before["database role"]
    live = ("shops", "Shopify", "WhatsApp", "templates", "automations")
    assert not any(before[part] for part in live)
    assert all(after[part] for part in live)
    assert not after["APP_URL"]
    assert not after["sandbox"]
    assert not after["workers"]


@pytest.mark.parametrize(
    ("server", "is_well"),
    [
        ({"redis_version": "7.2.4", "valkey_version": "9.1.2"}, True),
        ({"redis_version": "7.2.4", "valkey_version": "8.0.5"}, False),
        ({"redis_version": "8.2.2"}, True),
        ({"redis_version": "8.2.1"}, False),
        ({"redis_version": "7.4.6"}, True),
        ({"redis_version": "7.0.15"}, False),
        ({"redis_version": "6.0.16"}, False),
    ],
)
def test_the_doctor_knows_which_redis_is_mended(server, is_well):
    well, words, step = judged(server, "redis://elsewhere.example.com/0")

    assert well is is_well
    assert (step is None) is is_well
    assert words


def test_the_doctor_tells_of_a_store_that_lets_us_in_no_more(world, terminal):
    shop_id = world.open_shop()
    with world.services.transactions.for_shop(shop_id) as tx:
        access.note_lost(tx, shop_id, because="shopify_invalid_grant", now=world.now)

    found = doctor.findings_with(terminal.settings, "test")

    [shopify] = [one for one in found if one.part == "Shopify"]
    assert (shopify.is_well, shopify.says) == (False, "0 of 1 shops that let us in")
    assert "shop show" in (shopify.next_step or "")


def test_the_doctor_tells_of_a_request_by_law_that_waits_too_long(world, terminal):
    world.open_shop()
    world.shopify_says("customers/redact", example("customers/redact"))
    world.work()

    found = {}
    for late in (timedelta(minutes=59), timedelta(minutes=61)):
        told = doctor.findings_with(terminal.settings, "test", now=world.now + late)
        [found[late]] = [one for one in told if one.part == "privacy"]

    early, late = found.values()
    assert (early.is_well, early.says) == (True, "1 requests wait")
    assert not late.is_well
    assert "the oldest since 2026-11-20 12:00 UTC" in late.says


def test_the_doctor_says_that_nothing_was_handed_in_yet(world, terminal):
    found = {one.part: one for one in doctor.findings_with(terminal.settings, "test")}

    for who in ("Shopify", "Meta"):
        assert found[f"{who} review"].is_well
        assert "docs/privacy/review.md" in found[f"{who} review"].says


def test_a_number_that_meta_has_stopped_is_told_with_the_reason(terminal):
    world = terminal.world
    world.open_shop()
    shop_id = world.shop_ids[SHOP]
    line = _line(world, "numbers")
    assert line.is_well
    assert "in need of attention" in line.says

    with world.services.transactions.for_shop(shop_id) as tx:
        until = world.now + timedelta(hours=1)
        [row] = numbers.numbers_of(tx, shop_id)
        id_ = row["phone_number_id"]
        numbers.park(tx, shop_id, id_, until=until, because="meta_131031")

    line = _line(world, "numbers")
    assert not line.is_well
    assert "Meta has refused messages from this number (meta_131031)." in line.says
    assert "WhatsApp" in line.next_step


def _line(world, part):
    found = doctor.findings_with(world.settings, "test", now=world.now)
    [line] = [each for each in found if each.part == part]
    return line
