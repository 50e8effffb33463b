"""Whoever minds a store has a message sent to their own phone, to see it there."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from core.errors import NotPossible
from core.values import Act, Phone, Scope
from notifications import tallying, trying_out
from notifications.rules.lifecycle import State
from notifications.trying_out import MOST_AN_HOUR, Wish
from storage import numbers, tallies, trials
from tests import samples
from tests.repo.waiting import eventually
from tests.waiting import someone_waits
from tests.world import NOON, PHONE, SHOP

MINE = "+821012345678"
STAFF = "42"


def _wish(name="parcel_delivered", language="en", *, press="1", **changes):
    usual = {"phone": Phone(MINE), "staff": STAFF}
    return Wish(automation=name, language=language, press=press, **(usual | changes))


def _try(world, *given, domain=SHOP, **changes):
    shop_id = world.shop_ids[domain]
    name = trying_out.send_test(
        shop_id, _wish(*given, **changes), services=world.services
    )
    world.work()
    return name


def _came_of(world, name, *, domain=SHOP):
    return trying_out.came_of(world.shop_ids[domain], name, services=world.services)


def test_a_test_comes_to_the_number_that_was_typed_while_all_is_switched_off(world):
    world.open_shop(automations=False)

    name = _try(world, "parcel_delivered", "ko")

    [sent] = world.accepted
    assert (sent["to"], sent["template"], sent["language"]) == (
        *(MINE[1:], "sosik_parcel_delivered_1", "ko"),
    )
    came = _came_of(world, name)
    assert (came.state, came.reason, came.is_settled) == (State.SENT, None, False)


def test_every_message_can_be_tried_in_every_language(world):
    """Meta's simulator refuses what Meta would."""
    world.open_shop(automations=False, throughput=1000)
    wishes = [
        (name, language)
        for name, each in world.services.automations.items()
        for language in each.template.texts
    ]

    for number, (name, language) in enumerate(wishes):
        if number % MOST_AN_HOUR == 0:
            world.now += timedelta(hours=1)
        world.now += timedelta(seconds=6)
        _try(world, name, language, press=str(number))

    assert {row.state for row in world.messages} == {"sent"}
    assert len(world.accepted) == len(wishes)


def test_what_becomes_of_it_is_seen(world):
    world.open_shop(automations=False)
    name = _try(world)

    world.meta_reports({"id": world.message.provider_id, "status": "read"})
    world.work()

    came = _came_of(world, name)
    assert (came.state, came.is_settled) == (State.READ, True)
    assert (came.automation, came.language) == ("parcel_delivered", "en")


def test_one_press_is_one_message_and_another_press_another(world):
    world.open_shop(automations=False)

    _try(world, press="1")
    _try(world, press="1")
    assert len(world.accepted) == 1

    world.now += timedelta(minutes=1)
    _try(world, press="2")
    assert len(world.accepted) == 2


def test_a_test_needs_no_yes_and_comes_to_whoever_wants_no_offers(world):
    world.open_shop(automations=False)
    world.agree(MINE, scope=Scope.MARKETING, act=Act.REVOKED)

    _try(world, "cart_reminder")

    assert [sent["template"] for sent in world.accepted] == ["sosik_cart_reminder_1"]


def test_a_test_counts_for_no_cap_and_in_no_result(world):
    world.open_shop(automations=["cart_reminder"])
    _try(world, "cart_reminder")
    world.meta_reports({"id": world.message.provider_id, "status": "delivered"})
    world.work()

    shop_id = world.shop_ids[SHOP]
    with world.services.transactions.for_shop(shop_id) as tx:
        lately = tallying.lately(tx, shop_id, date(2026, 11, 20))
        days = tallies.by_day(tx, shop_id, date(2026, 11, 1))
    assert set(lately) == {"test"}
    assert days == {}
    assert {row.scope for row in world.messages} == {"transactional"}
    asked = ["flow", "results", SHOP, "cart_reminder", "--json"]
    results = json.loads(world.app.test_cli_runner().invoke(args=asked).output)
    assert all(step["sent"] == 0 for step in results["steps"])


def _text(world):
    asked = ["why", SHOP, "--message", world.messages[-1].id, "--json"]
    story = json.loads(world.app.test_cli_runner().invoke(args=asked).output)
    [message] = story["messages"]
    return message["text"]


def test_a_test_holds_nothing_of_a_customer(world):
    world.open_shop()
    world.shopify_says("orders/create", samples.order(first_name="Grace"))
    world.work()

    _try(world, "order_confirmation")

    assert "Hello Ada, thank you for your order at Ada's Things." in _text(world)
    assert "Grace" not in _text(world)


def test_its_links_lead_to_the_store(world):
    world.open_shop(automations=False)
    _try(world, "order_confirmation")

    [path] = re.findall(r"/l/\w+", _text(world))

    assert world.web.get(path).headers["Location"] == f"https://{SHOP}/"


def test_a_store_may_send_ten_an_hour(world):
    world.open_shop(automations=False)
    for number in range(MOST_AN_HOUR):
        _try(world, press=str(number))

    with pytest.raises(NotPossible, match="10 tests an hour"):
        _try(world, press="one more")

    world.now += timedelta(hours=1, seconds=1)
    _try(world, press="one more")


def test_two_who_press_at_once_do_not_pass_the_limit_together(world):
    shop_id, services = world.open_shop(automations=False), world.services
    for number in range(MOST_AN_HOUR - 1):
        trying_out.send_test(shop_id, _wish(press=str(number)), services=services)
    second = []

    with ThreadPoolExecutor(max_workers=1) as other:

        def meanwhile(kind):
            """The first has been counted, and stands nowhere yet."""
            wish = _wish(press="second")
            second.append(
                other.submit(trying_out.send_test, shop_id, wish, services=services)
            )
            assert eventually(lambda: someone_waits(world) or second[0].done())
            return services.new_id(kind)

        first = replace(services, new_id=meanwhile)
        trying_out.send_test(shop_id, _wish(press="first"), services=first)
        with pytest.raises(NotPossible, match="10 tests an hour"):
            second[0].result()

    assert len(world.messages) == MOST_AN_HOUR


def test_the_number_is_kept_for_whoever_typed_it_alone(world):
    world.open_shop(automations=False)
    other = world.open_shop("bob.myshopify.com", number=None)
    _try(world)

    def kept(shop_id, staff):
        with world.services.transactions.for_shop(shop_id) as tx:
            book = world.services.book
            return trials.number_of(tx, shop_id, staff, book=book)

    assert kept(world.shop_ids[SHOP], STAFF).phone == Phone(MINE)
    assert kept(world.shop_ids[SHOP], "43") is None
    assert kept(other, STAFF) is None
    [row] = world.rows("test_numbers")
    assert MINE.encode() not in bytes(row.phone)


def test_the_number_goes_with_the_person_who_is_erased(world):
    world.open_shop(automations=False)
    _try(world)

    erased = world.app.test_cli_runner().invoke(args=["contact", "erase", SHOP, MINE])

    assert erased.exit_code == 0, erased.output
    assert world.rows("test_numbers") == []


def test_another_store_sees_nothing_of_it(world):
    world.open_shop(automations=False)
    world.open_shop("bob.myshopify.com", number=None)
    name = _try(world)

    assert _came_of(world, name, domain="bob.myshopify.com") is None


@pytest.mark.parametrize(
    ("wish", "because"),
    [
        ({"name": "nothing_like_it"}, "no such automation"),
        ({"language": "xx"}, "no text in this language"),
    ],
)
def test_what_there_is_not_cannot_be_tried(world, wish, because):
    world.open_shop(automations=False)

    with pytest.raises(NotPossible, match=because):
        _try(world, **wish)

    assert world.messages == []


def test_whoever_has_no_number_is_told_at_once(world):
    world.open_shop(automations=False, number=None)

    with pytest.raises(NotPossible, match="Connect a WhatsApp number first"):
        _try(world)


def test_a_language_that_waits_for_meta_is_told_at_once(world):
    world.open_shop(automations=False)
    world.review("sosik_parcel_delivered_1", "PAUSED")

    with pytest.raises(NotPossible, match="Meta has not approved"):
        _try(world)

    assert world.messages == []


def test_what_meta_approved_for_another_account_does_not_count(world):
    """Of a number that the store had before: from the new one nothing could leave."""
    world.open_shop(automations=False)
    with world.services.transactions.for_shop(world.shop_ids[SHOP]) as tx:
        tx.connection.execute(text("UPDATE templates SET account_id = '1'"))

    with pytest.raises(NotPossible, match="Meta has not approved"):
        _try(world)

    assert world.messages == []


def test_a_test_that_finds_its_number_stopped_waits_an_hour_and_no_longer(world):
    world.open_shop(automations=False)
    shop_id = world.shop_ids[SHOP]
    [number] = [row.phone_number_id for row in world.rows("numbers")]
    with world.services.transactions.for_shop(shop_id) as tx:
        until = NOON + timedelta(days=1)
        numbers.park(tx, shop_id, number, until=until, because="meta_131031")

    name = _try(world)
    assert (_came_of(world, name).state, _came_of(world, name).reason) == (
        *(State.WAITING, "parked"),
    )

    world.pass_time(timedelta(hours=25))
    assert _came_of(world, name).reason == "too_late"
    assert world.accepted == []


def test_why_tells_that_it_was_a_test(world):
    world.open_shop(automations=False)
    _try(world)

    told = world.app.test_cli_runner().invoke(args=["why", SHOP, "--phone", MINE])

    assert "wanted to see the message on their own phone" in told.output
    assert PHONE not in told.output


@pytest.mark.parametrize("button", ["cod_confirm", "cod_cancel"])
def test_a_tap_on_a_tests_button_answers_for_no_order(world, button):
    world.open_shop(automations=["cod_confirmation"])
    _try(world, "cod_confirmation")

    pressed = {"payload": f"{button}:{world.message.id}", "text": "Yes, send it"}
    world.person_says({"type": "button", "button": pressed}, phone=MINE)
    world.work()

    assert world.rows("order_answers") == []
    assert [row.automation for row in world.messages] == ["test"]
    assert {row.state for row in world.rows("webhooks")} <= {"done", "ignored"}


def test_a_stop_below_a_test_counts_like_any_other(world):
    world.open_shop(automations=False)
    _try(world, "cart_reminder")

    world.person_says("STOP", phone=MINE)
    world.work()

    [word] = world.rows("consents")
    assert word.act == "revoked"
