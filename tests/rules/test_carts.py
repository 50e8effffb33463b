"""When somebody may be reminded of what they have left."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from core.values import Scope
from notifications.rules.decision import Send, decide
from notifications.rules.objections import Because, Skip, Wait
from tests.rules.facts import LEFT, NOON, but, nearly_welcome

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
OFFER = {"scope": Scope.MARKETING, "order_is_known": False, "is_about_parcel": False}


def decided(now=NOON, **changes):
    facts = but(cart=replace(LEFT, **changes), **OFFER)
    return decide(facts, now=now)


def test_what_was_left_for_so_long_may_be_told_without_any_order():
    assert decided() == Send()


def test_it_has_all_of_its_lifetime_from_its_own_time_on():
    lifetime = timedelta(hours=24)

    assert decided(NOON + lifetime) == Send()
    assert decided(NOON + lifetime + SECOND) == Skip(Because.TOO_LATE)


@given(after=st.integers(1, 72 * 60).map(lambda n: MINUTE * n))
def test_each_change_is_waited_for_as_long_as_the_store_has_set(after):
    last = NOON - after + SECOND

    waits = decided(changed_at=last, after=after)

    assert waits == Wait(NOON + SECOND, Because.CART_STILL_CHANGING)
    assert decided(NOON + SECOND, changed_at=last, after=after) == Send()


@given(late=st.timedeltas(timedelta(), 20 * HOUR))
def test_what_came_in_is_read_first_however_long_that_takes(late):
    now = NOON + late

    waits = decided(now, unread_since=now - 3 * SECOND)

    assert waits == Wait(now + SECOND, Because.NOT_READ_YET)


def test_a_busy_store_is_waited_for_two_minutes():
    waits = Wait(NOON + 2 * MINUTE, Because.NOT_READ_YET)
    just_now = NOON + 2 * MINUTE - SECOND

    assert decided(just_now, unread_since=just_now) == waits
    assert decided(just_now + SECOND, unread_since=just_now) == Send()


@given(facts=nearly_welcome("cart", "scope"))
def test_nothing_goes_out_about_what_was_bought_or_is_gone(facts):
    cart = facts.cart
    assume(cart is not None and (cart.bought_at is not None or not cart.is_there))
    assume(not facts.is_trial)  # which tells of a cart that nobody has

    assert decide(facts, now=NOON) != Send()
