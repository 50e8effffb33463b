"""A turn that comes to nothing says why, and when it is worth another."""

from datetime import timedelta

import pytest

from core.errors import DatabaseAway, NotPossible, TryLater, Unsure, WillNotWork
from core.values import ShopId
from notifications.holding_back import Held, turn

SECONDS, HOUR = timedelta(seconds=4), timedelta(hours=1)


def taken(outcome, attempts=1):
    def take():
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return turn(take, shop_id=ShopId(1), attempts=attempts, doing="test")


def test_one_that_is_taken_begins_to_count_anew():
    assert taken(SECONDS, attempts=7) == Held(SECONDS, 0, None)


@pytest.mark.parametrize(
    ("error", "held"),
    [
        (TryLater("x", code="shopify_503"), Held(SECONDS, 2, "shopify_503")),
        (Unsure("x", code="shopify_503"), Held(SECONDS, 2, "shopify_503")),
        (WillNotWork("x", code="shopify_402"), Held(HOUR, 0, "shopify_402")),
        (NotPossible("x"), Held(HOUR, 0, "no_access")),
        (KeyError("x"), Held(HOUR, 0, "bug_KeyError")),
    ],
)
def test_one_that_comes_to_nothing_says_why_and_when_to_try_again(error, held):
    assert taken(error) == held


def test_a_disturbance_that_lasts_is_looked_at_every_five_minutes():
    held = taken(TryLater("x", code="shopify_503"), attempts=50)

    assert held == Held(timedelta(minutes=5), 51, "shopify_503")


def test_a_database_that_is_away_is_everybody_s_trouble():
    with pytest.raises(DatabaseAway):
        taken(DatabaseAway("gone"))
