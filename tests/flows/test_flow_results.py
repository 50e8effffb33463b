"""What a flow has brought, to the cent: as anybody would add it up by hand."""

import json
import os
import random
from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import insert

from core.values import ShopDomain, ShopId
from notifications import flow_results
from notifications.operating import Operator
from notifications.rules.lift import Group
from storage import tables
from storage.flow_results import WINDOWS
from tests.world import NOON, SHOP

_ORDERS = int(os.environ.get("SOSIK_REVENUE_ORDERS", "600"))
"""More with ``./sosik bench revenue``."""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LONGEST = max(WINDOWS.values())
TOOK = ("sent", "delivered", "read")
STATES = (*TOOK, "failed", "unsure", "skipped")
AFTER = {"1": HOUR, "2": DAY, "3": 2 * DAY}
"""When the steps come, counted from when something was left."""


@dataclass(frozen=True)
class Told:
    id: str
    contact_id: int | None
    checkout: bytes
    step: str
    state: str
    reason: str | None
    at: object
    clicked: tuple[object, object] | None = None
    code: str | None = None


@dataclass(frozen=True)
class Bought:
    id: int
    contact_id: int | None
    checkout: bytes | None
    at: object
    worth: Decimal
    total: Decimal
    is_cancelled: bool
    is_test: bool
    refunds: tuple[tuple[Decimal, str], ...]
    reference: str | None = None
    codes: tuple[str, ...] = ()


@pytest.fixture
def world(world):
    world.open_shop(automations=["cart_reminder"])
    return world


def _contacts(tx, shop_id, count):
    rows = [
        {"shop_id": shop_id, "phone_key": bytes([n, 1]), "created_at": NOON - 60 * DAY}
        for n in range(count)
    ]
    made = insert(tables.contacts).returning(tables.contacts.c.id)
    return list(tx.connection.execute(made, rows).scalars())


def _draw(chance, contacts, orders):
    """A month of messages and orders, some of the same people and checkouts."""
    told = [
        Told(
            id=f"msg_{number:06}",
            contact_id=chance.choice([None, *contacts, *contacts]),
            checkout=bytes([number % 251, number // 251]),
            step=chance.choice("123"),
            state=(state := chance.choice(STATES)),
            reason=chance.choice(["control_group", "cart_bought"])
            if state == "skipped"
            else None,
            at=(at := NOON - timedelta(minutes=chance.randrange(28 * 24 * 60))),
            clicked=_clicked(chance, at),
            code=f"CODE{number}" if chance.random() < 0.3 else None,
        )
        for number in range(orders // 3)
    ]
    bought = []
    for number in range(orders):
        near = chance.choice(told)
        total = Decimal(chance.randrange(1, 500_000)) / 100
        worth = total if chance.random() < 0.7 else (total * 13 / 10).quantize(_CENT)
        refunds = [
            (Decimal(chance.randrange(1, 9_000)) / 100, chance.choice(["EUR", "CHF"]))
            for _ in range(chance.choice([0, 0, 0, 1, 2]))
        ]
        bought.append(
            Bought(
                id=number + 1,
                contact_id=chance.choice([None, near.contact_id]),
                checkout=chance.choice([None, near.checkout]),
                at=near.at + timedelta(minutes=chance.randrange(-24 * 60, 7 * 24 * 60)),
                worth=worth,
                total=total,
                is_cancelled=chance.random() < 0.1,
                is_test=chance.random() < 0.05,
                refunds=tuple(refunds),
                reference=chance.choice([None, None, None, near.id]),
                codes=_codes(chance, chance.choice([near, chance.choice(told)])),
            )
        )
    return told, bought


_CENT = Decimal("0.01")


def _clicked(chance, at):
    if chance.random() < 0.6:
        return None
    first = at + timedelta(minutes=chance.randrange(3 * 24 * 60))
    return first, first + timedelta(minutes=chance.randrange(24 * 60))


def _codes(chance, of):
    """As people give them, and some of the store's own."""
    given = [of.code.lower() if chance.random() < 0.5 else of.code] if of.code else []
    return tuple(chance.choice([[], given, ["WELCOME"], ["WELCOME", *given]]))


def _write(tx, shop_id, told, bought):
    tx.connection.execute(
        insert(tables.messages),
        [
            {
                "id": each.id,
                "shop_id": shop_id,
                "occasion": each.id,
                "automation": "cart_reminder",
                "scope": "marketing",
                "priority": 1,
                "checkout_key": each.checkout,
                "told": {
                    "step": each.step,
                    "after_minutes": AFTER[each.step] // timedelta(minutes=1),
                },
                "contact_id": each.contact_id,
                "state": each.state,
                "reason": each.reason,
                "wanted_at": each.at,
                "due_at": each.at,
                "asked_at": None if each.state == "skipped" else each.at,
                "story": [],
                "created_at": each.at,
            }
            for each in told
        ],
    )
    tx.connection.execute(
        insert(tables.orders),
        [
            {
                "shop_id": shop_id,
                "order_id": each.id,
                "placed_at": each.at,
                "contact_id": each.contact_id,
                "checkout_key": each.checkout,
                "total": each.total,
                "currency": "CHF",
                "worth": each.worth,
                "worth_currency": "EUR",
                "cancelled_at": NOON if each.is_cancelled else None,
                "is_test": each.is_test,
                "reference_message": each.reference,
                "discount_codes": list(each.codes),
            }
            for each in bought
        ],
    )
    _write_ways(tx, shop_id, told)
    refunds = [
        (each.id, amount, currency)
        for each in bought
        for amount, currency in each.refunds
    ]
    if not refunds:
        return
    tx.connection.execute(
        insert(tables.refunds),
        [
            {
                "shop_id": shop_id,
                "refund_id": number + 1,
                "order_id": order_id,
                "issued_at": NOON,
                "amount": amount,
                "amount_currency": currency,
            }
            for number, (order_id, amount, currency) in enumerate(refunds)
        ],
    )


def _write_ways(tx, shop_id, told):
    clicks = [
        {
            "shop_id": shop_id,
            "message_id": each.id,
            "first_at": each.clicked[0],
            "last_at": each.clicked[1],
            "count": 2,
        }
        for each in told
        if each.clicked
    ]
    codes = [
        {
            "shop_id": shop_id,
            "message_id": each.id,
            "flow": "cart_reminder",
            "step": each.step,
            "percent": 10,
            "valid_hours": 24,
            "combines": False,
            "one_customer": False,
            "code": each.code,
            "state": "told",
            "wanted_at": each.at,
            "looked_at": each.at,
        }
        for each in told
        if each.code
    ]
    for table, rows in ((tables.clicks, clicks), (tables.offer_codes, codes)):
        if rows:
            tx.connection.execute(insert(table), rows)


def _left(order):
    """What an order is worth once refunds are taken off, each rounded to a cent."""
    given_back = Decimal(0)
    for amount, currency in order.refunds:
        rate = Decimal(1) if currency == "EUR" else order.worth / order.total
        given_back += amount if currency == "EUR" else round_half_up(amount * rate)
    return order.worth - given_back


def round_half_up(amount):
    return amount.quantize(_CENT, rounding="ROUND_HALF_UP")


def _added_up(told, bought):
    """Order by order, and message by message."""
    brought = defaultdict(lambda: (0, Decimal(0)))

    def add(step, by, order):
        orders, revenue = brought[step, by]
        brought[step, by] = (orders + 1, revenue + _left(order))

    for order in bought:
        if order.is_cancelled or order.is_test:
            continue
        if (clicked := _of_a_click(told, order)) is not None:
            add(clicked.step, "click", order)
        given = {code.upper() for code in order.codes}
        if coded := [each for each in told if each.code and each.code in given]:
            add(coded[0].step, "code", order)
        before = [
            each
            for each in told
            if each.state in TOOK
            and each.at < order.at <= each.at + LONGEST
            and _is_theirs(each, order)
        ]
        if not before:
            continue
        last = min(before, key=lambda each: (-each.at.timestamp(), each.id))
        for window, length in WINDOWS.items():
            if order.at - last.at <= length:
                add(last.step, window, order)
    return dict(brought)


def _of_a_click(told, order):
    """The message that the order names, else the last that was followed before it."""
    named = [each for each in told if each.id == order.reference]
    followed = [
        each
        for each in told
        if each.clicked
        and each.clicked[0] < order.at <= each.clicked[1] + LONGEST
        and _is_theirs(each, order)
    ]
    last = sorted(followed, key=lambda each: (-each.clicked[1].timestamp(), each.id))
    return next(iter([*named, *last]), None)


def _is_theirs(each, order):
    is_same = each.contact_id is not None and each.contact_id == order.contact_id
    return is_same or (order.checkout is not None and each.checkout == order.checkout)


def _results(world):
    return flow_results.results(
        ShopDomain(SHOP),
        "cart_reminder",
        since=NOON - 30 * DAY,
        until=NOON + DAY,
        operator=Operator("a test"),
        services=world.services,
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_revenue_is_what_the_raw_facts_add_up_to(world, record_property, seed):
    chance, shop_id = random.Random(seed), world.shop_ids[SHOP]
    with world.services.transactions.for_shop(ShopId(shop_id)) as tx:
        told, bought = _draw(chance, _contacts(tx, shop_id, 40), _ORDERS)
        _write(tx, shop_id, told, bought)

    found = _results(world)

    brought = {
        (each.step, each.by): (each.orders, each.revenue) for each in found.takings
    }
    assert brought == _added_up(told, bought)
    counted = sum(orders for (_, by), (orders, _) in brought.items() if by == "5d")
    record_property("figures", {"counted": counted})
    assert len(brought) == 15
    counted = {each.step: asdict(each) for each in found.steps}
    for step in "123":
        states = [each.state for each in told if each.step == step]
        assert counted[step]["proposed"] == len(states)
        assert counted[step]["sent"] == sum(state in TOOK for state in states)
        assert counted[step]["skipped"] == states.count("skipped")
        assert counted[step]["clicked"] == sum(
            each.clicked is not None for each in told if each.step == step
        )
    lifts = {each.step: (each.told, each.held_out) for each in found.by_step}
    assert lifts == {step: _groups(step, told, bought) for step in "123"}


def _groups(step, told, bought):
    """Whoever had not bought when its time came, person by person."""
    groups = {True: Group(0, 0), False: Group(0, 0)}
    times = [each.at for each in told if each.step == step]
    lasts = {"1": DAY - HOUR, "2": DAY, "3": LONGEST}[step]
    for is_told, entry in _entries(told):
        at = entry.at + AFTER[step] - AFTER[entry.step]
        first = min(_bought_after(entry, bought), default=None)
        is_its = entry.step == step or (
            entry.step < step and min(times) - DAY <= at <= max(times) + DAY
        )
        if not is_its or at + lasts > NOON + DAY or (first and first <= at):
            continue
        people, buyers = groups[is_told].people, groups[is_told].buyers
        has_bought = first is not None and first <= at + lasts
        groups[is_told] = Group(people + 1, buyers + has_bought)
    return groups[True], groups[False]


def _entries(told):
    """The first that anybody was sent, or would have been but for being held out."""
    entries = {}
    for each in sorted(told, key=lambda each: (each.at, each.id)):
        is_told = each.state != "skipped"
        if each.contact_id and (is_told or each.reason == "control_group"):
            entries.setdefault(each.contact_id, (is_told, each))
    return entries.values()


def _bought_after(entry, bought):
    return [
        each.at
        for each in bought
        if each.contact_id == entry.contact_id and each.at > entry.at
        if not each.is_cancelled and not each.is_test
    ]


@pytest.mark.parametrize(
    ("currency", "worth", "given_back", "left"),
    [
        # 30.00 of 130.00 dollars each: as much of it as the currency has units for.
        ("EUR", "100.00", "23.08", "76.92"),
        ("KRW", "170000", "39231", "130769"),
        ("JPY", "19999", "4615", "15384"),
        ("KWD", "39.999", "9.231", "30.768"),
    ],
)
def test_a_refund_in_another_currency_is_taken_off_in_whole_units(
    world, currency, worth, given_back, left
):
    shop_id = world.shop_ids[SHOP]
    with world.services.transactions.for_shop(ShopId(shop_id)) as tx:
        [person] = _contacts(tx, shop_id, 1)
        told = [Told("m", person, b"k", "1", "sent", None, NOON - DAY)]
        refunds = ((Decimal("30.00"), "USD"),)
        bought = Bought(
            *(1, person, None, NOON - HOUR, Decimal(worth), Decimal("130.00")),
            *(False, False, refunds),
        )
        _write(tx, shop_id, told, [bought])
        changed = tables.orders.update().values(currency="USD", worth_currency=currency)
        tx.connection.execute(changed)

    revenue = {each.revenue for each in _results(world).takings}

    assert {str(each) for each in revenue} == {left}
    assert Decimal(worth) - Decimal(given_back) == Decimal(left)


def test_who_was_held_out_is_compared_with_who_was_written_to(world):
    shop_id = world.shop_ids[SHOP]
    with world.services.transactions.for_shop(ShopId(shop_id)) as tx:
        people = _contacts(tx, shop_id, 100)
        told = [
            Told(f"m{n}", person, bytes([n, 9]), "1", *fate, NOON - DAY)
            for n, person in enumerate(people)
            for fate in [("skipped", "control_group") if n < 20 else ("sent", None)]
        ]
        # Three of twenty who were held out, and twenty of eighty who were not.
        buyers = [*people[:3], *people[20:40]]
        bought = [
            Bought(n, person, None, NOON - HOUR, _CENT, _CENT, False, False, ())
            for n, person in enumerate(buyers)
        ]
        _write(tx, shop_id, told, [*bought, *_of_no_account(people)])

    found = _results(world)

    assert (found.told.people, found.told.buyers) == (80, 20)
    assert (found.held_out.people, found.held_out.buyers) == (20, 3)
    assert found.lift.difference == pytest.approx(0.25 - 0.15)


def test_who_was_written_to_and_later_held_out_is_counted_once(world):
    shop_id = world.shop_ids[SHOP]
    with world.services.transactions.for_shop(ShopId(shop_id)) as tx:
        one, other = _contacts(tx, shop_id, 2)
        held, sent = ("skipped", "control_group"), ("sent", None)
        told = [
            Told("a", one, b"a", "1", *sent, NOON - 3 * DAY),
            Told("b", one, b"b", "1", *held, NOON - 2 * DAY),
            Told("c", other, b"c", "1", *held, NOON - 3 * DAY),
            Told("d", other, b"d", "1", *sent, NOON - 2 * DAY),
        ]
        bought = [Bought(1, one, None, NOON - DAY, _CENT, _CENT, False, False, ())]
        _write(tx, shop_id, told, bought)

    found = _results(world)

    assert (found.told.people, found.told.buyers) == (1, 1)
    assert (found.held_out.people, found.held_out.buyers) == (1, 0)


def test_a_step_is_judged_by_those_who_had_bought_nothing_when_its_time_came(world):
    """Of 40 and 40, half buy at once, and then some of those who are left."""
    shop_id, at = world.shop_ids[SHOP], NOON - 10 * DAY
    with world.services.transactions.for_shop(ShopId(shop_id)) as tx:
        people = _contacts(tx, shop_id, 160)
        sent, held = people[:80], people[80:]
        told = [
            *(_step(person, "1", at) for person in sent),
            *(_step(person, "2", at + AFTER["2"] - HOUR) for person in sent[40:]),
            *(_step(person, "1", at, is_held=True) for person in held),
        ]
        at_once, later = at + HOUR, at + DAY + HOUR
        bought = [
            *((person, at_once) for person in [*sent[:40], *held[:40]]),
            *((person, later) for person in [*sent[40:52], *held[40:44]]),
        ]
        _write(tx, shop_id, told, [_order(n, *each) for n, each in enumerate(bought)])

    first, second = _results(world).by_step

    assert (first.told, first.held_out) == (Group(80, 40), Group(80, 40))
    assert first.lift.difference == 0
    assert (second.told, second.held_out) == (Group(40, 12), Group(40, 4))
    assert second.lift.difference == pytest.approx(0.2)


def _step(person, step, at, *, is_held=False):
    fate = ("skipped", "control_group") if is_held else ("sent", None)
    return Told(f"{step} {person}", person, str(person).encode(), step, *fate, at)


def _order(number, person, at):
    return Bought(number, person, None, at, _CENT, _CENT, False, False, ())


def test_a_step_that_was_put_in_later_is_nobodys_who_came_by_before(world):
    shop_id = world.shop_ids[SHOP]
    with world.services.transactions.for_shop(ShopId(shop_id)) as tx:
        before, since = _contacts(tx, shop_id, 2)
        told = [
            _step(before, "1", NOON - 20 * DAY),
            _step(since, "1", NOON - 10 * DAY, is_held=True),
            _step(before, "2", NOON - 10 * DAY),
        ]
        _write(tx, shop_id, told, [_order(1, before, NOON)])

    first, second = _results(world).by_step

    assert (first.told, first.held_out) == (Group(1, 0), Group(1, 0))
    assert (second.told, second.held_out) == (Group(0, 0), Group(1, 0))


def test_whose_time_is_not_over_or_who_came_in_before_counts_for_no_step(world):
    shop_id = world.shop_ids[SHOP]
    with world.services.transactions.for_shop(ShopId(shop_id)) as tx:
        new, old, due = _contacts(tx, shop_id, 3)
        told = [
            _step(new, "1", NOON + 2 * HOUR),
            _step(old, "1", NOON - 31 * DAY),
            _step(old, "2", NOON - 29 * DAY),
            _step(due, "2", NOON - 9 * DAY),
        ]
        _write(tx, shop_id, told, [_order(1, new, NOON + 3 * HOUR)])

    found = _results(world)

    assert found.told == Group(2, 1)
    by_step = {each.step: each.told for each in found.by_step}
    assert by_step == {"1": Group(0, 0), "2": Group(1, 0)}


def _of_no_account(people):
    """Before they were judged, after five days, and taken back."""
    times = [NOON - DAY - HOUR, NOON + 5 * DAY, NOON - HOUR]
    return [
        Bought(1000 + n, people[50 + n], None, at, _CENT, _CENT, n == 2, False, ())
        for n, at in enumerate(times)
    ]


def test_it_is_told_on_a_terminal_and_as_json(world):
    run = world.app.test_cli_runner().invoke
    asked = ["flow", "results", SHOP, "cart_reminder"]
    assert "Nothing was proposed" in run(args=asked).output
    shop_id = world.shop_ids[SHOP]
    with world.services.transactions.for_shop(ShopId(shop_id)) as tx:
        [person] = _contacts(tx, shop_id, 1)
        told = [Told("m", person, b"k", "1", "read", None, NOON - DAY)]
        ten = Decimal("10.00")
        bought = [Bought(1, person, None, NOON - HOUR, ten, ten, False, False, ())]
        _write(tx, shop_id, told, bought)

    shown = " ".join(run(args=asked).output.split())
    found = json.loads(run(args=[*asked, "--json"]).output)

    assert "1: €10.00" in shown
    assert "too few" in shown
    assert "Nobody was held out" in shown
    in_korean = run(args=[*asked, "--language", "ko"]).output
    assert "우연과 구별할 수 없습니다" in in_korean
    assert "5일 안의 주문" in " ".join(in_korean.split())
    assert found["takings"][0]["revenue"] == "10.00"
    assert found["told"] == {"people": 1, "buyers": 1}
    assert found["lift"] is None
