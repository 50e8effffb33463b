"""Several reminders of what was left: each once, for whom it suits, none after a
purchase, whatever becomes of the flow meanwhile."""

import itertools
import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from core.values import Act, Scope
from notifications.keeping import forget_what_is_old
from storage import shoppers
from storage.shoppers import Change
from tests import samples
from tests.wire.shopify_bodies import example
from tests.world import PHONE, SHOP

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
TOKEN, FLOW = "c0ffee", "cart_reminder"
FIRST = {"key": "first", "message": "cart_reminder", "after_minutes": 60}
SECOND = {"key": "second", "message": "cart_reminder", "after_minutes": 240}
THIRD = {"key": "third", "message": "cart_reminder", "after_minutes": 420}
DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def world(world):
    world.open_shop(automations=["cart_reminder"], timezone="Etc/UTC")
    world.agree(scope=Scope.MARKETING, act=Act.CONFIRMED)
    return world


@pytest.fixture
def set_flow(world, tmp_path):
    def set_flow(*steps, **more):
        file = tmp_path / "flow.json"
        file.write_text(json.dumps({"holdout": 0, "steps": steps, **more}))
        return _run(world, "flow", "set", SHOP, "cart_reminder", str(file))

    return set_flow


def _run(world, *words):
    done = world.app.test_cli_runner().invoke(args=words)
    assert done.exit_code == 0, done.output
    return done.output


def _flow(world):
    lines = _run(world, "flow", "list", SHOP, "--json").splitlines()
    return next(row for row in map(json.loads, lines) if row["name"] == FLOW)


def _leave(world, topic="checkouts/create", **changes):
    body = example(topic, phone=PHONE, updated_at=world.now.isoformat())
    assert world.shopify_says(topic, {**body, **changes}) == 200
    world.work()


def _buy(world):
    order = samples.order(placed_at=world.now, checkout_token=TOKEN)
    assert world.shopify_says("orders/create", order) == 200
    world.work()


def _hours(world, hours):
    for _ in range(hours):
        world.pass_time(HOUR)


def _steps(world):
    return {row.told["step"]: (row.state, row.reason) for row in world.messages}


def _told(world):
    return [step for step, (state, _) in _steps(world).items() if state == "sent"]


def test_each_step_comes_once_at_its_time(world, set_flow):
    set_flow(FIRST, SECOND, THIRD)
    _leave(world)

    times = []
    for hour in range(30):
        before = len(world.accepted)
        world.pass_time(HOUR)
        times += [hour + 1] * (len(world.accepted) - before)

    # Two in seven days are the most, unless the store says otherwise.
    assert times == [1, 4]
    assert _steps(world)["third"] == ("skipped", "cap_reached")


def test_a_purchase_between_two_steps_ends_the_flow(world, set_flow):
    set_flow(FIRST, SECOND, THIRD)
    _leave(world)
    _hours(world, 2)
    _buy(world)

    _hours(world, 30)

    assert len(world.accepted) == 1
    assert _steps(world) == {
        "first": ("sent", None),
        "second": ("skipped", "cart_bought"),
    }


def test_a_change_between_two_steps_begins_the_wait_of_the_next_anew(world, set_flow):
    set_flow(FIRST, SECOND)
    _leave(world)
    _hours(world, 3)
    _leave(world, "checkouts/update")

    _hours(world, 3)
    assert len(world.accepted) == 1
    _hours(world, 1)
    assert len(world.accepted) == 2


@pytest.mark.parametrize(
    ("when", "left", "suits"),
    [
        ({"value_at_least": "1"}, {}, True),
        ({"value_at_least": "1000000"}, {}, False),
        ({"countries": ["DE"]}, {"shipping_address": {"country_code": "DE"}}, True),
        ({"countries": ["AT"]}, {"shipping_address": {"country_code": "DE"}}, False),
        ({"countries": ["DE"]}, {"shipping_address": None}, True),
        ({"languages": ["ko"]}, {"customer_locale": "ko-KR"}, True),
        ({"languages": ["ko"]}, {"customer_locale": "en"}, False),
        ({"items_at_least": 50}, {}, False),
        ({"first_time_buyer": True}, {}, True),
        ({"first_time_buyer": False}, {}, False),
        ({"tags": ["frequent"]}, {}, False),
    ],
)
def test_a_step_is_for_whom_its_conditions_name(world, set_flow, when, left, suits):
    set_flow({**FIRST, "when": when})
    _leave(world, **left)

    _hours(world, 1)

    assert len(world.accepted) == suits
    if not suits:
        assert world.message.reason == "step_not_suited"
        said = _run(world, "why", SHOP, "--message", world.message.id)
        assert next(iter(when)) in said


def test_who_has_bought_before_is_no_first_time_buyer(world, set_flow):
    set_flow({**FIRST, "when": {"first_time_buyer": True}})
    _buy(world)
    world.now += HOUR
    _leave(world, token="another", cart_token="other", created_at=world.now.isoformat())

    _hours(world, 1)

    assert world.accepted == []
    assert world.message.reason == "step_not_suited"


def test_what_does_not_suit_goes_another_way(world, set_flow):
    dear = {**FIRST, "when": {"value_at_least": "1000000"}, "otherwise": "third"}
    set_flow(dear, SECOND, THIRD)
    _leave(world)

    _hours(world, 25)

    assert _steps(world) == {
        "first": ("skipped", "step_not_suited"),
        "third": ("sent", None),
    }


def test_who_has_read_the_first_is_not_asked_a_second_time(world, set_flow):
    set_flow(FIRST, {**SECOND, "when": {"unread": True}})
    _leave(world)
    _hours(world, 1)
    [first] = [row for row in world.messages if row.told["step"] == "first"]
    world.meta_reports({"id": first.provider_id, "status": "read"})
    world.work()

    _hours(world, 4)

    assert len(world.accepted) == 1
    assert _steps(world)["second"] == ("skipped", "step_not_suited")


def test_who_has_read_one_is_asked_no_more_however_many_follow(world, set_flow):
    set_flow(
        FIRST, {**SECOND, "when": {"unread": True}}, {**THIRD, "when": {"unread": True}}
    )
    _leave(world)
    _hours(world, 1)
    [first] = [row for row in world.messages if row.told["step"] == "first"]
    world.meta_reports({"id": first.provider_id, "status": "read"})
    world.work()

    _hours(world, 8)

    assert len(world.accepted) == 1
    assert _steps(world)["third"] == ("skipped", "step_not_suited")


def test_two_that_waited_for_the_morning_do_not_come_at_once(world, set_flow):
    """In Germany it is one in the afternoon."""
    morning = {"window": "10:00-20:00"}
    _hours(world, 8)
    set_flow({**FIRST, **morning}, {**SECOND, **morning})
    _leave(world)

    moments = []
    for _ in range(24 * 6):
        before = len(world.accepted)
        world.pass_time(10 * MINUTE)
        moments += [world.now] * (len(world.accepted) - before)

    assert len(moments) == 2
    assert moments[1] - moments[0] >= HOUR


def test_a_step_keeps_to_its_own_hours(world, set_flow):
    """It is noon, and winter in Berlin."""
    set_flow({**FIRST, "window": "18:00-20:00"})
    _leave(world)

    _hours(world, 4)
    assert world.accepted == []
    assert world.message.reason == "quiet_hours"
    _hours(world, 1)

    assert len(world.accepted) == 1


def test_hours_that_come_too_late_leave_the_next_step_its_chance(world, set_flow):
    """It is Friday."""
    set_flow(FIRST, {**SECOND, "window": "wed 10:00-12:00"}, THIRD)
    _leave(world)

    _hours(world, 8)

    assert _told(world) == ["first", "third"]
    assert _steps(world)["second"] == ("skipped", "too_late")


def test_the_flows_own_share_is_never_told_and_nothing_follows(world, set_flow):
    set_flow(FIRST, SECOND, holdout=50)
    for number in range(40):
        phone = f"+49151123450{number:02}"
        world.agree(phone, scope=Scope.MARKETING, act=Act.CONFIRMED)
        _leave(world, token=f"t{number}", cart_token=f"k{number}", phone=phone,
               email=None, customer=None)  # fmt: skip

    _hours(world, 24)

    told, held = set(), set()
    for row in world.messages:
        (held if row.reason == "control_group" else told).add(row.contact_id)
    assert 5 < len(held) < 35
    assert not told & held


def test_what_each_step_does_is_told_by_who_had_not_bought_when_its_time_came(
    world, set_flow
):
    """Some buy after an hour and a half, some after five hours, some not at all."""
    set_flow(FIRST, SECOND, holdout=50)
    left_at, numbers = world.now, range(16)
    for number in numbers:
        phone = f"+49151123450{number:02}"
        world.agree(phone, scope=Scope.MARKETING, act=Act.CONFIRMED)
        body = example("checkouts/create", phone=phone, updated_at=left_at.isoformat())
        person = {"token": f"t{number}", "cart_token": f"k{number}", "email": None}
        world.shopify_says("checkouts/create", {**body, **person, "customer": None})
    world.work()
    _hours(world, 1)
    world.pass_time(HOUR / 2)
    early = [number for number in numbers if number % 4 == 0]
    _each_buys(world, early)
    _hours(world, 4)
    late = [number for number in numbers if number % 4 == 1]
    _each_buys(world, late)
    world.pass_time(6 * 24 * HOUR)

    found = json.loads(_run(world, "flow", "results", SHOP, FLOW, "--json"))

    first, second = found["by_step"]
    everybody = _each_group(world, numbers)
    assert min(everybody) > 0
    assert _people(first) == everybody
    assert _buyers(first) == _each_group(world, early)
    assert _people(second) == _each_group(world, set(numbers) - set(early))
    assert _buyers(second) == _each_group(world, late)
    assert first["lift"] is None


def _each_buys(world, numbers):
    for number in numbers:
        phone = f"+49151123450{number:02}"
        left = {"order_id": number + 1, "checkout_token": f"t{number}"}
        order = samples.order(placed_at=world.now, phone=phone, **left)
        assert world.shopify_says("orders/create", order) == 200
    world.work()


def _each_group(world, numbers):
    """How many of them were written to, and how many were held out."""
    groups = {}
    for row in world.messages:
        groups.setdefault(row.contact_id, row.reason == "control_group")
    in_order = [groups[contact] for contact in sorted(groups)]
    held = sum(in_order[number] for number in numbers)
    return len(numbers) - held, held


def _people(step):
    return step["told"]["people"], step["held_out"]["people"]


def _buyers(step):
    return step["told"]["buyers"], step["held_out"]["buyers"]


def test_who_is_held_out_of_all_offers_is_so_of_each_step(world, set_flow):
    _run(world, "caps", "set", SHOP, "holdout=50")
    offer = {"message": "cart_offer", "offer": {"percent": 10}}
    set_flow(FIRST, {**SECOND, **offer})
    for number in range(20):
        phone = f"+49151123450{number:02}"
        world.agree(phone, scope=Scope.MARKETING, act=Act.CONFIRMED)
        _leave(world, token=f"t{number}", cart_token=f"k{number}", phone=phone,
               email=None, customer=None)  # fmt: skip

    _hours(world, 5)

    held = {r.contact_id for r in world.messages if r.reason == "control_group"}
    told = {row.contact_id for row in world.messages if row.state == "sent"}
    assert 2 < len(held) < 18
    assert not told & held


def test_the_first_step_too_is_worded_by_what_it_names(world, set_flow, monkeypatch):
    usual = world.services.automations["cart_reminder"]
    another = replace(
        usual,
        name="another",
        flow=None,
        step_of="cart_reminder",
        concerns=lambda event: False,
    )
    monkeypatch.setitem(world.services.automations, "another", another)
    set_flow({**FIRST, "message": "another"}, SECOND)

    _leave(world)
    _hours(world, 5)

    assert [row.automation for row in world.messages] == ["another", "cart_reminder"]
    assert len(world.accepted) == 2


# Edits


@pytest.mark.parametrize("keys", ["ab", "12", "21", "01"])
def test_each_step_comes_whatever_it_is_called(world, set_flow, keys):
    steps = zip(keys, (FIRST, SECOND), strict=True)
    set_flow(*({**step, "key": key} for key, step in steps))
    _leave(world)

    _hours(world, 6)

    assert _told(world) == [*keys]


def test_what_a_flow_began_with_is_not_told_again_where_it_is_put_behind(
    world, set_flow
):
    set_flow(FIRST, SECOND)
    _leave(world)
    _hours(world, 1)

    set_flow(
        {**SECOND, "after_minutes": 120}, {**FIRST, "after_minutes": 300}, holdout=0
    )
    _hours(world, 8)

    assert _told(world) == ["first", "second"]
    assert len(world.accepted) == 2


def test_editing_a_running_flow_sends_nothing_again(world, set_flow):
    set_flow(FIRST, SECOND)
    _leave(world)
    _hours(world, 1)
    assert len(world.accepted) == 1

    set_flow({**FIRST, "key": "new"}, {**SECOND, "key": "newer"})
    _leave(world, "checkouts/update")
    _hours(world, 30)

    assert len(world.accepted) == 2
    assert _steps(world) == {
        "first": ("sent", None),
        "second": ("skipped", "step_gone"),
        "newer": ("sent", None),
    }


def test_a_step_put_in_before_is_for_others(world, set_flow):
    set_flow(FIRST)
    _leave(world)
    _hours(world, 1)
    early = {**FIRST, "key": "early", "after_minutes": 30}
    set_flow(early, {**FIRST, "after_minutes": 120})
    _leave(world, "checkouts/update")

    _hours(world, 30)

    assert _told(world) == ["first"]


def test_another_time_counts_for_what_waits(world, set_flow):
    set_flow(FIRST)
    _leave(world)
    set_flow({**FIRST, "after_minutes": 180})

    _hours(world, 2)
    assert world.accepted == []
    _hours(world, 1)

    assert len(world.accepted) == 1


def test_what_waits_is_worded_by_what_its_step_names_by_then(
    world, set_flow, monkeypatch
):
    usual = world.services.automations["cart_reminder"]
    another = replace(
        usual,
        name="another",
        flow=None,
        step_of="cart_reminder",
        concerns=lambda event: False,
    )
    monkeypatch.setitem(world.services.automations, "another", another)
    set_flow(FIRST, SECOND)
    _leave(world)
    _hours(world, 2)

    set_flow(*({**step, "message": "another"} for step in (FIRST, SECOND)))
    _leave(world, "checkouts/update")
    _hours(world, 30)

    told = {row.told["step"]: (row.automation, row.state) for row in world.messages}
    assert told == {"first": ("cart_reminder", "sent"), "second": ("another", "sent")}
    assert len(world.accepted) == 2


def test_the_last_step_has_its_checkout_however_soon_webhooks_are_forgotten(
    world, set_flow
):
    services = replace(world.services, webhook_retention=timedelta(days=1))
    days = timedelta(days=14)
    set_flow(FIRST, {**SECOND, "after_minutes": days // MINUTE})
    _leave(world)
    _hours(world, 1)
    for _ in range(14):
        world.now += timedelta(days=1)
        forget_what_is_old(services=services)

    world.look()

    assert _told(world) == ["first", "second"]


def test_a_checkout_that_is_changed_without_end_keeps_what_a_replay_looks_at(
    world, set_flow
):
    """A till that updates it every twenty seconds, for six hours."""
    set_flow(FIRST, SECOND)
    _leave(world)
    key = world.rows("checkouts")[0].token_key
    began = world.now
    changes = [
        Change(
            shop_id=world.shop_ids[SHOP],
            token_key=key,
            at=began + number * timedelta(seconds=20),
            is_tellable=True,
        )
        for number in range(1, 6 * 180 + 1)
    ]
    for first in range(0, len(changes), 100):
        with world.services.transactions.for_shop(world.shop_ids[SHOP]) as tx:
            shoppers.note_changes(tx, changes[first : first + 100])

    kept = sorted(row.at for row in world.rows("checkout_changes"))

    assert len(kept) <= 2 * (6 * 4 + 1)
    assert (kept[0], kept[-1]) == (began, changes[-1].at)
    gaps = {later - at for at, later in itertools.pairwise(kept)}
    assert max(gaps) < timedelta(minutes=15)


def test_a_flow_that_was_switched_off_goes_no_further(world, set_flow):
    set_flow(FIRST, SECOND)
    _leave(world)
    _hours(world, 1)
    world.switch("cart_reminder", enabled=False)

    _hours(world, 30)

    assert _steps(world)["second"] == ("skipped", "automation_off")


# By command


def test_a_wrong_flow_is_refused_and_changes_nothing(world, set_flow, tmp_path):
    set_flow(FIRST, SECOND)
    before = _run(world, "flow", "list", SHOP, "--json")
    file = tmp_path / "wrong.json"
    for text, said in (
        ("{", "is not JSON"),
        ("[" * 60_000, "nested too deeply"),
        (" " * 70_000, "too large"),
        ('{"steps": [], "steps": []}', "stands twice"),
        ('{"steps": []}', "steps: Length must be between 1 and 5"),
    ):
        file.write_text(text)
        asked = ["flow", "set", SHOP, "cart_reminder", str(file)]
        done = world.app.test_cli_runner().invoke(args=asked)
        assert done.exit_code != 0
        assert said in done.output

    assert _run(world, "flow", "list", SHOP, "--json") == before


def test_a_flow_is_shown_as_it_can_be_given_again(world, set_flow, tmp_path):
    set_flow(FIRST, {**SECOND, "window": "10:00-20:00"})
    row = _flow(world)
    assert row["is_own"]
    file = tmp_path / "again.json"
    file.write_text(json.dumps(row["flow"]))

    _run(world, "flow", "set", SHOP, "cart_reminder", str(file))

    again = _flow(world)
    assert again["flow"] == row["flow"]
    shown = " ".join(_run(world, "flow", "list", SHOP).split())
    assert "4 h 00 min" in shown
    assert "10:00-20:00" in shown


def test_a_store_may_go_back_to_the_flow_as_it_comes(world, set_flow):
    set_flow(FIRST, SECOND)

    _run(world, "flow", "set", SHOP, "cart_reminder", "--default")

    row = _flow(world)
    assert not row["is_own"]


def test_a_flow_is_told_in_the_owners_language(world, set_flow):
    said = set_flow(FIRST, SECOND)
    asked = ("flow", "list", SHOP, "--language", "ko")

    shown = _run(world, *asked)

    assert "has 2 steps now" in said
    assert "cart_reminder: 켜짐, 스토어가 정한 것" in shown
    assert "4시간 00분" in shown
    assert "after" not in shown


def test_the_flow_in_the_docs_is_taken(world, tmp_path):
    page = (DOCS / "concepts" / "flows.md").read_text()
    [written] = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    file = tmp_path / "carts.json"
    file.write_text(written)

    said = _run(world, "flow", "set", SHOP, "cart_reminder", str(file))

    assert "has 2 steps now" in said


# As it comes


@pytest.mark.parametrize(
    ("worth", "currency", "is_offered"),
    [("50.00", "EUR", True), ("49.99", "EUR", False), ("900.00", "XAF", False)],
)
def test_as_it_comes_a_large_cart_is_offered_a_code_a_day_later(
    world, worth, currency, is_offered
):
    world.set_up("cart_reminder", holdout=0)
    amount = {"shop_money": {"amount": worth, "currency_code": currency}}
    _leave(world, total_price_set=amount, total_price=worth, currency=currency)

    _hours(world, 24)

    [offer] = [row for row in world.messages if row.automation == "cart_offer"]
    assert len(world.accepted) == 1
    assert (offer.reason == "code_not_ready") is is_offered
    assert (offer.reason == "step_not_suited") is not is_offered
