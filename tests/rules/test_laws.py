"""Which law holds for an offer, by the place and the day."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from core.values import Phone, Scope
from notifications import laws
from notifications.laws import NIGHT_CONSENT, Kind, Place, law_for
from notifications.laws.holidays import Holiday
from notifications.offer_settings import OfferSettings
from notifications.rules.hours import between, outside
from notifications.rules.objections import Because, Skip, Wait
from notifications.rules.waking import must_be_waking_hours
from notifications.waking import places_of, waking
from notifications.zones import Whereabouts
from tests.rules.facts import but

TODAY = date(2026, 11, 28)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def leaves_at(now, *, store=None, yeses=(), scope=Scope.MARKETING, **where):
    """When a message to this person leaves that is due now; None for never."""
    at = utc(now)
    asked = waking(
        Whereabouts(**where),
        scope=scope,
        settings=store or OfferSettings(),
        now=at,
        yeses=yeses,
    )
    match must_be_waking_hours(but(scope=scope, hour=asked.hour), at):
        case None:
            return at
        case Wait(until, Because.QUIET_HOURS):
            return until
        case Skip():
            return None


@pytest.mark.parametrize(
    ("country", "province", "now", "expected"),
    [
        # Seoul, 20:59 and 21:00.
        ("KR", None, "2026-11-28 11:59", "2026-11-28 11:59"),
        ("KR", None, "2026-11-28 12:00", "2026-11-28 23:00"),
        # Bogotá: Saturday 15:00, then Monday 7:00; Monday 7 December is a working day,
        # the 8th a holiday.
        ("CO", None, "2026-11-28 20:00", "2026-11-30 12:00"),
        ("CO", None, "2026-12-08 00:00", "2026-12-09 12:00"),
        # Paris: Friday 20:00 before Christmas on a Friday.
        ("FR", None, "2026-12-24 19:00", "2026-12-26 07:00"),
        # Johannesburg: Saturday after 13, and a Sunday's holiday kept on Monday.
        ("ZA", None, "2026-11-28 11:00", "2026-11-30 06:00"),
        ("ZA", None, "2027-03-20 11:00", "2027-03-23 06:00"),
        # Dubai ends at 18, Delhi begins at 10, Hanoi at 7.
        ("AE", None, "2026-11-28 14:00", "2026-11-29 05:00"),
        ("IN", None, "2026-11-28 02:00", "2026-11-28 04:30"),
        ("VN", None, "2026-11-27 23:00", "2026-11-28 00:00"),
        # The states: Miami after 20, Houston on a Sunday morning, Los Angeles at 20:30.
        ("US", "FL", "2026-11-28 01:00", "2026-11-28 13:00"),
        ("US", "TX", "2026-11-29 15:00", "2026-11-29 18:00"),
        ("US", "CA", "2026-11-28 04:30", "2026-11-28 04:30"),
        # No law of hours: from 8 to 21.
        ("DE", None, "2026-11-28 20:00", "2026-11-29 07:00"),
        ("LU", None, "2026-11-28 20:00", "2026-11-29 07:00"),
    ],
)
def test_an_offer_leaves_in_the_hours_of_the_law_there(
    country, province, now, expected
):
    postcode = "33101" if province == "FL" else "77001" if province == "TX" else None
    where = {"country": country, "province": province, "postcode": postcode}

    assert leaves_at(now, **where) == utc(expected)


def test_a_rule_holds_from_its_day():
    before = law_for([Place("US", "TX")], on=date(2025, 8, 31))
    since = law_for([Place("US", "TX")], on=date(2025, 9, 1))

    assert len(since.weeks()) == len(before.weeks()) + 1


def test_a_rule_that_has_ended_holds_no_more():
    [rule] = [each for each in laws.rules_of("AE") if each.kind is Kind.HOURS]
    ended = replace(rule, until=date(2027, 1, 1))

    assert ended.holds(date(2026, 12, 31), None)
    assert not ended.holds(date(2027, 1, 1), None)


def test_where_the_state_is_unknown_the_strictest_holds():
    anywhere = law_for([Place("US")], on=TODAY)

    assert set(law_for([Place("US", "CT")], on=TODAY).rules) < set(anywhere.rules)
    assert set(law_for([Place("US", "TX")], on=TODAY).rules) < set(anywhere.rules)


def test_a_phone_of_another_country_brings_its_law_along():
    london = Phone("+447911123456")
    korean = Phone("+821012345678")

    assert places_of(Whereabouts(country="KR", phone=korean)) == [Place("KR")]
    assert places_of(Whereabouts(country="JE", phone=london)) == [Place("JE")]
    assert places_of(Whereabouts(country="DE", phone=korean)) == [
        Place("DE"),
        Place("KR"),
    ]
    both = law_for([Place("DE"), Place("KR")], on=TODAY)
    assert both.asks_twice
    assert [rule.label for rule in both.of(Kind.LABEL)] == ["(광고)"]
    assert both.reconfirmed_after_years == 2


def test_korea_at_night_takes_a_yes_of_its_own():
    night = "2026-11-28 15:00"  # midnight in Seoul

    assert leaves_at(night, country="KR") == utc("2026-11-28 23:00")
    assert leaves_at(night, country="KR", yeses={NIGHT_CONSENT}) == utc(night)
    # It lifts no other country's hours, and not what the store wants.
    assert leaves_at("2026-11-28 20:00", country="DE", yeses={NIGHT_CONSENT}) == utc(
        "2026-11-29 07:00"
    )
    quiet = OfferSettings(quiet_hours=outside(time(22), time(7)))
    assert leaves_at(night, country="KR", yeses={NIGHT_CONSENT}, store=quiet) == utc(
        "2026-11-28 22:00"
    )


def test_tuesday_from_ten_to_twelve_is_within_the_law_and_where_the_person_is():
    tuesday = OfferSettings(send_window=between(time(10), time(12), [1]))
    now = "2026-11-28 02:00"

    manaus = leaves_at(now, store=tuesday, country="BR", province="AM", town="Manaus")
    paulista = leaves_at(now, store=tuesday, country="BR", province="SP")
    emirati = leaves_at(now, store=tuesday, country="AE")

    assert manaus == utc("2026-12-01 14:00")
    assert paulista == utc("2026-12-01 13:00")
    assert emirati == utc("2026-12-01 06:00")


def test_news_keeps_to_no_law_of_offers_and_to_the_stores_quiet():
    night = "2026-11-28 03:00"
    quiet = OfferSettings(news_quiet_hours=outside(time(23), time(7)))

    news = leaves_at(night, scope=Scope.TRANSACTIONAL, country="BR", province="SP")
    held = leaves_at(
        night, scope=Scope.TRANSACTIONAL, store=quiet, country="BR", province="SP"
    )

    assert news == utc(night)
    assert held == utc("2026-11-28 10:00")


@pytest.mark.parametrize(
    ("where", "is_sent"),
    [
        ({"country": "US", "phone": Phone("+12125550123")}, False),
        # On a trip to Canada: the number is what Meta looks at.
        ({"country": "CA", "phone": Phone("+12125550123")}, False),
        ({"country": "US", "phone": Phone("+14165550123")}, True),
        ({"country": "US", "phone": Phone("+4915112345678")}, True),
    ],
)
def test_offers_to_numbers_of_the_states_are_not_sent(where, is_sent):
    now = utc("2026-11-28 18:00")
    asked = waking(
        Whereabouts(**where), scope=Scope.MARKETING, settings=OfferSettings(), now=now
    )

    assert asked.offers_are_delivered is is_sent


def test_offers_to_numbers_of_the_states_were_delivered_before_april_2025():
    law = law_for([Place("US")], on=date(2025, 3, 31))

    assert not law.of(Kind.UNDELIVERED)


HOLIDAYS = {
    "FR": """
        2027-01-01 2027-03-29 2027-05-01 2027-05-06 2027-05-08 2027-05-17 2027-07-14
        2027-08-15 2027-11-01 2027-11-11 2027-12-25
    """,
    "CO": """
        2027-01-01 2027-01-11 2027-03-22 2027-03-25 2027-03-26 2027-05-01 2027-05-10
        2027-05-31 2027-06-07 2027-07-05 2027-07-20 2027-08-07 2027-08-16 2027-10-18
        2027-11-01 2027-11-15 2027-12-08 2027-12-25
    """,
    "ZA": """
        2027-01-01 2027-03-21 2027-03-22 2027-03-26 2027-03-29 2027-04-27 2027-05-01
        2027-06-16 2027-08-09 2027-09-24 2027-12-16 2027-12-25 2027-12-26 2027-12-27
    """,
}


@pytest.mark.parametrize(("country", "expected"), HOLIDAYS.items())
def test_the_holidays_of_2027_are_those_of_the_calendar(country, expected):
    [week] = [rule.week for rule in laws.rules_of(country) if rule.week]
    year = [date.fromordinal(date(2027, 1, 1).toordinal() + day) for day in range(365)]

    found = [day.isoformat() for day in year if day in week.holidays]

    assert found == expected.split()


def test_a_holiday_that_moves_from_a_sunday_leaves_both_days_free():
    heritage = Holiday(on="03-21", moves="off_sunday")

    assert heritage.days(2027) == [date(2027, 3, 21), date(2027, 3, 22)]
    assert heritage.days(2026) == [date(2026, 3, 21)]


def test_a_country_without_a_file_has_no_rules_of_its_own():
    with pytest.raises(LookupError):
        laws.rules_of("LU")
