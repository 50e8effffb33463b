"""An edit that a webhook told and one that a store tells when asked may be one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.events import OrderEdited
from core.values import LineId, OrderEditId, OrderId
from notifications.rules.one_edit import are_one, first_told
from tests.world import NOON

TOLD = OrderEdited(
    happened_at=NOON,
    order_id=OrderId(1),
    edit_id=OrderEditId(31),
    added=((LineId(11), 2),),
    removed=((LineId(12), 1),),
    tells_buyer=False,
)
ASKED = replace(TOLD, edit_id=None, tells_buyer=None)
OTHER_CHANGE = ((LineId(11), 3),)


def later(event, **time):
    return replace(event, happened_at=event.happened_at + timedelta(**time))


@pytest.mark.parametrize(
    "asked",
    [
        ASKED,
        later(ASKED, minutes=9),
        later(ASKED, minutes=-9),
        replace(later(ASKED, seconds=2), added=OTHER_CHANGE),
        replace(ASKED, removed=((LineId(12), -1),)),
    ],
)
def test_what_is_of_one_moment_or_one_change_is_one_edit(asked):
    assert are_one(TOLD, asked)
    assert are_one(asked, TOLD)


@pytest.mark.parametrize(
    "asked",
    [
        later(ASKED, minutes=11),
        replace(later(ASKED, seconds=4), added=OTHER_CHANGE),
        replace(ASKED, order_id=OrderId(2)),
    ],
)
def test_what_is_of_neither_is_another(asked):
    assert not are_one(TOLD, asked)
    assert not are_one(asked, TOLD)


def test_two_that_are_told_alike_are_one_only_by_their_name():
    assert are_one(TOLD, later(TOLD, hours=1))
    assert not are_one(TOLD, replace(TOLD, edit_id=OrderEditId(32)))
    assert are_one(ASKED, replace(ASKED, added=OTHER_CHANGE))
    assert not are_one(ASKED, later(ASKED, seconds=1))


def test_it_is_the_one_that_was_told_first():
    other = replace(TOLD, edit_id=OrderEditId(30), added=OTHER_CHANGE)
    before = later(other, hours=-1)

    assert first_told(TOLD, [before, ASKED, TOLD]) == ASKED
    assert first_told(ASKED, [before, TOLD, ASKED]) == TOLD
    assert first_told(TOLD, []) == TOLD
