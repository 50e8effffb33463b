"""Nobody is woken by an offer; a parcel's news may come at any hour."""

from datetime import UTC, datetime

import pytest

from core.values import Scope
from notifications.rules.objections import Because, Skip, Wait
from notifications.rules.standing import Hour
from notifications.rules.waking import must_be_waking_hours
from tests.rules.facts import but

NIGHT = datetime(2026, 11, 28, 3, tzinfo=UTC)
MORNING = datetime(2026, 11, 28, 11, tzinfo=UTC)


def facts(next_at, scope=Scope.MARKETING):
    hour = Hour(("America/Sao_Paulo",), "address", next_at)
    return but(scope=scope, hour=hour)


@pytest.mark.parametrize("scope", Scope)
def test_what_comes_at_night_waits_until_the_morning(scope):
    objection = must_be_waking_hours(facts(MORNING, scope), NIGHT)

    assert objection == Wait(MORNING, Because.QUIET_HOURS)
    assert must_be_waking_hours(facts(MORNING, scope), MORNING) is None


def test_an_offer_that_no_hour_fits_is_not_sent_and_news_is():
    offer, news = facts(None), facts(None, Scope.TRANSACTIONAL)

    assert must_be_waking_hours(offer, NIGHT) == Skip(Because.NO_COMMON_HOUR)
    assert must_be_waking_hours(news, NIGHT) is None


def test_where_the_hour_does_not_count_nothing_waits_for_it():
    assert must_be_waking_hours(but(hour=None), NIGHT) is None
