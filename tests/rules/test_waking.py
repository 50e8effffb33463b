"""Nobody is woken by an offer; a parcel's news may come at any hour."""

from datetime import UTC, datetime, time

import pytest

from core.values import Scope
from core.zones import zone_named
from notifications.rules.hours import between, outside
from notifications.rules.objections import Because, Skip, Wait
from notifications.rules.waking import (
    HoursFacts,
    must_be_delivered_there,
    must_be_waking_hours,
)

MIDNIGHT = datetime(2026, 11, 28, 3, tzinfo=UTC)  # in São Paulo, where it is UTC-3
MORNING = datetime(2026, 11, 28, 11, tzinfo=UTC)
NIGHT = outside(time(21), time(8))


def facts(scope=Scope.MARKETING, **changes):
    given = {
        "scope": scope,
        "clocks": [zone_named("America/Sao_Paulo")],
        "offer_hours": [NIGHT],
    }
    return HoursFacts(**given | changes)


def test_an_offer_waits_until_the_morning():
    objection = must_be_waking_hours(facts(), MIDNIGHT)

    assert objection == Wait(MORNING, Because.QUIET_HOURS)
    assert must_be_waking_hours(facts(), MORNING) is None


def test_every_law_and_the_store_have_a_say():
    hours = [NIGHT, between(time(10), time(21)), between(time(7), time(12))]

    objection = must_be_waking_hours(facts(offer_hours=hours), MIDNIGHT)

    assert objection == Wait(MORNING.replace(hour=13), Because.QUIET_HOURS)


def test_news_comes_at_any_hour_unless_the_store_wants_quiet():
    news = facts(Scope.TRANSACTIONAL)
    quiet = facts(Scope.TRANSACTIONAL, news_hours=[outside(time(23), time(7))])

    assert must_be_waking_hours(news, MIDNIGHT) is None
    assert must_be_waking_hours(quiet, MIDNIGHT) == Wait(
        MORNING.replace(hour=10), Because.QUIET_HOURS
    )


def test_an_offer_that_no_hour_fits_is_not_sent_and_news_is():
    apart = {"clocks": [zone_named("Asia/Seoul"), zone_named("America/New_York")]}
    narrow = [between(time(9), time(12))]

    assert must_be_waking_hours(facts(offer_hours=narrow, **apart), MIDNIGHT) == Skip(
        Because.NO_COMMON_HOUR
    )
    news = facts(Scope.TRANSACTIONAL, news_hours=narrow, **apart)
    assert must_be_waking_hours(news, MIDNIGHT) is None


@pytest.mark.parametrize("scope", Scope)
def test_where_meta_delivers_no_offers_only_news_goes_out(scope):
    there = facts(scope, offers_are_delivered=False)

    objection = must_be_delivered_there(there, MORNING)

    is_offer = scope is Scope.MARKETING
    assert objection == (Skip(Because.NO_OFFERS_THERE) if is_offer else None)
    assert must_be_delivered_there(facts(scope), MORNING) is None
