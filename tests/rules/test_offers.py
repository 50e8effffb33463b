"""What an offer needs beside a yes; and no cap is ever exceeded."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.values import ContactId, Scope
from notifications.rules.control import is_in_control_group
from notifications.rules.decision import Send, decide
from notifications.rules.objections import Because, Skip, Wait
from notifications.rules.offers import free_again_at
from notifications.rules.standing import Cap, Standing
from tests.rules.facts import LEFT, NOON, but

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)

ANYBODY = Standing(
    must_confirm=False,
    confirmed_at=None,
    yes_ends_at=None,
    unreachable_at=None,
    is_delivered_there=True,
    is_in_control_group=False,
    lacks_label=False,
    caps=(Cap(2, 7),),
    sent=(),
)


def offer(**changes):
    return but(
        scope=Scope.MARKETING,
        template_category="MARKETING",
        standing=replace(ANYBODY, **changes),
    )


def test_an_offer_that_nothing_stands_against_is_sent():
    assert decide(offer(), now=NOON) == Send()


@pytest.mark.parametrize(
    ("because", "changes"),
    [
        (Because.NOT_CONFIRMED, {"must_confirm": True}),
        (Because.CONSENT_EXPIRED, {"yes_ends_at": NOON}),
        (Because.NO_OFFERS_THERE, {"is_delivered_there": False}),
        (Because.NOT_ON_WHATSAPP, {"unreachable_at": NOON - 29 * DAY}),
        (Because.CONTROL_GROUP, {"is_in_control_group": True}),
        (Because.LABEL_MISSING, {"lacks_label": True}),
        (Because.CAP_REACHED, {"sent": (NOON - 2 * DAY, NOON - DAY)}),
        (Because.CAP_REACHED, {"caps": (Cap(0, 7),)}),
    ],
)
def test_an_offer_is_skipped_for_its_reason(because, changes):
    assert decide(offer(**changes), now=NOON) == Skip(because)


@pytest.mark.parametrize(
    "changes",
    [
        {"must_confirm": True, "confirmed_at": NOON - DAY},
        {"yes_ends_at": NOON + HOUR},
        {"unreachable_at": NOON - 30 * DAY},
        {"sent": (NOON - 7 * DAY, NOON - DAY)},
        {"caps": (Cap(2, 7), Cap(3, 7)), "sent": (NOON - DAY,)},
    ],
)
def test_what_is_over_stands_against_nothing(changes):
    assert decide(offer(**changes), now=NOON) == Send()


def test_an_offer_waits_for_its_cap_as_long_as_it_is_worth_it():
    sent = (NOON - 7 * DAY + 3 * HOUR, NOON - DAY)

    assert decide(offer(sent=sent), now=NOON) == Wait(
        NOON + 3 * HOUR, Because.CAP_REACHED
    )


def test_what_was_left_again_is_worth_waiting_for_from_then_on():
    """Its message may be days old: the cart was changed all the time."""
    left = replace(offer(sent=(NOON - 7 * DAY + 3 * HOUR, NOON - DAY)), cart=LEFT)
    old = replace(left, wanted_at=NOON - 3 * DAY)

    assert decide(old, now=NOON) == Wait(NOON + 3 * HOUR, Because.CAP_REACHED)


CAPS = st.lists(st.builds(Cap, st.integers(0, 4), st.integers(1, 31)), max_size=3)


@given(CAPS, st.lists(st.integers(0, 20 * 24), max_size=40))
def test_no_span_ever_holds_more_than_its_cap(caps, waits):
    """Somebody is offered something again and again, at any times."""
    now, sent = NOON, []
    for hours in waits:
        now += timedelta(hours=hours)
        if free_again_at(caps, sent, now=now) <= now:
            sent.append(now)

    for cap in caps:
        for first in sent:
            within = [at for at in sent if first <= at < first + cap.span]
            assert len(within) <= cap.most


@given(CAPS.filter(lambda caps: all(cap.most > 0 for cap in caps)), st.data())
def test_a_cap_holds_up_no_longer_than_it_must(caps, data):
    """One moment earlier would have been one too many."""
    ages = data.draw(st.lists(st.integers(1, 40 * 24), max_size=20))
    sent = [NOON - timedelta(hours=age) for age in sorted(ages, reverse=True)]

    free = free_again_at(caps, sent, now=NOON)

    if free > NOON:
        just_before = free - timedelta(microseconds=1)
        counts = [sum(at > just_before - cap.span for at in sent) for cap in caps]
        assert any(count >= cap.most for count, cap in zip(counts, caps, strict=True))


def test_the_control_group_is_its_share_and_stays_the_same():
    people = [ContactId(number) for number in range(10_000)]

    def group(percent, automation="a"):
        return {
            each
            for each in people
            if is_in_control_group(each, automation, percent=percent)
        }

    assert 900 < len(group(10)) < 1_100
    assert group(10) == group(10)
    assert group(10) < group(20)
    assert group(10) != group(10, "b")
    assert group(0) == set()
