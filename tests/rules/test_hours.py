"""The hour on every clock that somebody may live by, through the nights of the year."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.zones import zone_named
from notifications.rules.hours import (
    ALWAYS,
    HORIZON,
    Week,
    between,
    either,
    is_allowed,
    merged,
    next_allowed,
    outside,
)

NIGHT = outside(time(21), time(8))
MINUTE = timedelta(minutes=1)
TUESDAY = 1


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def on_the_wall(moment, zone):
    return moment.astimezone(zone_named(zone)).strftime("%a %H:%M")


def after(text, *zones, week=NIGHT):
    return next_allowed(utc(text), [zone_named(zone) for zone in zones], [week])


@pytest.mark.parametrize(
    ("zone", "now", "expected"),
    [
        # The same moment, 02:00 UTC: yesterday evening here, deep night there.
        ("America/Manaus", "2026-11-28 02:00", "2026-11-28 12:00"),
        ("America/Sao_Paulo", "2026-11-28 02:00", "2026-11-28 11:00"),
        ("Australia/Perth", "2026-11-28 02:00", "2026-11-28 02:00"),
        ("Australia/Sydney", "2026-11-28 02:00", "2026-11-28 02:00"),
        ("Australia/Lord_Howe", "2026-11-28 11:00", "2026-11-28 21:00"),
        ("Australia/Lord_Howe", "2026-06-28 11:00", "2026-06-28 21:30"),
        ("Pacific/Kiritimati", "2026-11-28 07:00", "2026-11-28 18:00"),
        ("Pacific/Chatham", "2026-11-28 08:00", "2026-11-28 18:15"),
        ("Asia/Kathmandu", "2026-11-28 16:00", "2026-11-29 02:15"),
        ("Asia/Tehran", "2026-11-28 18:00", "2026-11-29 04:30"),
        ("Asia/Seoul", "2026-11-28 12:00", "2026-11-28 23:00"),
        ("Asia/Seoul", "2026-11-28 11:59", "2026-11-28 11:59"),
        ("Asia/Seoul", "2026-11-28 22:59", "2026-11-28 23:00"),
    ],
)
def test_an_offer_waits_for_eight_in_the_morning(zone, now, expected):
    assert after(now, zone) == utc(expected)


@pytest.mark.parametrize(
    ("zone", "evening", "expected", "hours"),
    [
        # Nights that lose an hour, or half of one.
        ("Europe/Berlin", "2027-03-27 20:00", "2027-03-28 06:00", 10),
        ("America/New_York", "2027-03-14 02:00", "2027-03-14 12:00", 10),
        ("America/Santiago", "2027-09-05 01:00", "2027-09-05 11:00", 10),
        ("Africa/Cairo", "2027-04-29 19:00", "2027-04-30 05:00", 10),
        ("Asia/Jerusalem", "2027-03-25 19:00", "2027-03-26 05:00", 10),
        ("Australia/Lord_Howe", "2027-10-02 10:30", "2027-10-02 21:00", 10.5),
        ("Africa/Casablanca", "2026-03-21 21:00", "2026-03-22 07:00", 10),
        # Nights that have an hour twice.
        ("Europe/Berlin", "2027-10-30 19:00", "2027-10-31 07:00", 12),
        ("America/New_York", "2027-11-07 01:00", "2027-11-07 13:00", 12),
        ("America/Santiago", "2027-04-04 00:00", "2027-04-04 12:00", 12),
        ("Africa/Cairo", "2027-10-28 18:00", "2027-10-29 06:00", 12),
        ("Asia/Jerusalem", "2027-10-30 18:00", "2027-10-31 06:00", 12),
        ("Australia/Lord_Howe", "2027-04-03 10:00", "2027-04-03 21:30", 11.5),
        # No longer, by what these countries decided lately: nights as any other.
        ("Africa/Casablanca", "2027-02-06 21:00", "2027-02-07 08:00", 11),
        ("America/Vancouver", "2026-11-01 04:00", "2026-11-01 15:00", 11),
        ("America/Asuncion", "2027-03-28 00:00", "2027-03-28 11:00", 11),
    ],
)
def test_a_night_of_changing_clocks_ends_at_eight_on_the_wall(
    zone, evening, expected, hours
):
    assert utc(expected) - utc(evening) == timedelta(hours=hours)
    assert after(evening, zone) == utc(expected)
    assert on_the_wall(utc(expected), zone)[4:] == "08:00"


def test_a_window_that_begins_in_the_lost_hour_begins_when_the_clock_is_on_again():
    lost = between(time(2, 30), time(4))

    found = after("2027-03-28 00:00", "Europe/Berlin", week=lost)

    assert found == utc("2027-03-28 01:00")
    assert on_the_wall(found, "Europe/Berlin") == "Sun 03:00"


def test_a_window_that_lies_in_the_lost_hour_is_of_the_next_day():
    lost = between(time(2), time(3))

    found = after("2027-03-28 00:00", "Europe/Berlin", week=lost)

    assert found == utc("2027-03-29 00:00")


def test_a_window_in_the_hour_that_comes_twice_opens_twice():
    twice = between(time(2), time(2, 30))

    first = after("2027-10-30 23:00", "Europe/Berlin", week=twice)
    second = after("2027-10-31 00:30", "Europe/Berlin", week=twice)

    assert first == utc("2027-10-31 00:00")
    assert second == utc("2027-10-31 01:00")


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("America/Manaus", "2026-12-01 14:00"),
        ("Australia/Perth", "2026-12-01 02:00"),
        ("Australia/Sydney", "2026-11-30 23:00"),
        ("Pacific/Kiritimati", "2026-11-30 20:00"),
        ("Asia/Kathmandu", "2026-12-01 04:15"),
    ],
)
def test_tuesday_from_ten_to_twelve_is_so_where_the_person_is(zone, expected):
    window = between(time(10), time(12), [TUESDAY])

    found = after("2026-11-28 02:00", zone, week=window)

    assert found == utc(expected)
    assert on_the_wall(found, zone) == "Tue 10:00"


def test_several_windows_are_all_of_them_open():
    windows = either([between(time(10), time(12)), between(time(18), time(20))])

    assert after("2026-11-28 13:00", "UTC", week=windows) == utc("2026-11-28 18:00")
    assert after("2026-11-28 19:59", "UTC", week=windows) == utc("2026-11-28 19:59")
    assert after("2026-11-28 20:00", "UTC", week=windows) == utc("2026-11-29 10:00")


def test_a_window_over_midnight_belongs_to_the_day_it_opens():
    window = between(time(22), time(2), [TUESDAY])

    assert after("2026-12-01 23:30", "UTC", week=window) == utc("2026-12-01 23:30")
    assert after("2026-12-02 01:59", "UTC", week=window) == utc("2026-12-02 01:59")
    assert after("2026-12-02 02:00", "UTC", week=window) == utc("2026-12-08 22:00")


def test_equal_ends_are_no_window_and_no_quiet():
    assert after("2026-11-28 02:00", "UTC", week=between(time(9), time(9))) is None
    assert outside(time(9), time(9)) == ALWAYS


def test_a_holiday_has_hours_of_its_own_where_the_person_is():
    closed = Week(NIGHT.days, on_holidays=(), holidays={date(2026, 12, 25)})
    shorter = Week(NIGHT.days, ((600, 720),), {date(2026, 12, 25)})

    # Still the 24th in UTC, and Christmas in Auckland.
    assert after("2026-12-24 20:00", "Pacific/Auckland", week=closed) == utc(
        "2026-12-25 19:00"
    )
    assert after("2026-12-25 00:00", "UTC", week=shorter) == utc("2026-12-25 10:00")


def test_the_hour_is_right_on_every_clock():
    found = after("2026-11-28 12:00", "America/New_York", "America/Los_Angeles")

    assert on_the_wall(found, "America/Los_Angeles") == "Sat 08:00"
    assert on_the_wall(found, "America/New_York") == "Sat 11:00"


def test_windows_of_far_zones_that_never_meet_have_no_hour():
    narrow = between(time(9), time(12))

    assert after("2026-11-28 12:00", "Asia/Seoul", "America/New_York", week=narrow) is (
        None
    )


def test_nothing_is_found_behind_the_horizon():
    monday = between(time(9), time(10), [0])
    now, clocks = utc("2026-11-24 09:00"), [zone_named("UTC")]

    assert next_allowed(now, clocks, [monday]) == utc("2026-11-30 09:00")
    assert next_allowed(now, clocks, [monday], horizon=timedelta(days=6)) is None


ZONES = st.sampled_from(
    [
        "America/Manaus",
        "America/Sao_Paulo",
        "Australia/Perth",
        "Australia/Sydney",
        "Australia/Lord_Howe",
        "Pacific/Kiritimati",
        "Pacific/Chatham",
        "Asia/Kathmandu",
        "Asia/Tehran",
        "Europe/Berlin",
        "Europe/Lisbon",
        "America/New_York",
        "America/Santiago",
        "America/Asuncion",
        "Africa/Cairo",
        "Asia/Jerusalem",
        "Africa/Casablanca",
        "America/Havana",
        "Asia/Beirut",
        "America/Nuuk",
        "America/St_Johns",
        "Antarctica/Troll",
    ]
)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=1100)).map(
    lambda since: datetime(2026, 1, 1, tzinfo=UTC) + since
)
TIMES = st.times().map(lambda each: each.replace(second=0, microsecond=0))
# Near the nights in which most clocks change, and not always in the middle of a year.
NIGHTS = st.builds(
    lambda day, offset: utc(day) + offset,
    st.sampled_from(
        [
            "2027-03-27",
            "2027-03-13",
            "2027-10-30",
            "2027-11-06",
            "2027-04-03",
            "2027-10-02",
            "2027-04-29",
            "2027-02-06",
            "2027-03-14",
        ]
    ),
    st.timedeltas(timedelta(hours=-12), timedelta(hours=36)),
)
WEEKS = st.one_of(
    st.builds(outside, TIMES, TIMES),
    st.builds(between, TIMES, TIMES, st.sets(st.integers(0, 6), min_size=4)),
)


@settings(deadline=None, max_examples=150)
@given(
    now=st.one_of(MOMENTS, NIGHTS),
    zones=st.lists(ZONES, min_size=1, max_size=2),
    week=WEEKS,
)
def test_it_is_allowed_and_the_earliest(now, zones, week):
    """Against a walk from minute to minute. Zones change at whole minutes today."""
    clocks = [zone_named(zone) for zone in zones]

    found = next_allowed(now, clocks, [week], horizon=timedelta(days=3))

    walk = now.replace(second=0, microsecond=0)
    end = now + timedelta(days=3)
    while walk < end and not (walk >= now and is_allowed(walk, clocks, [week])):
        if is_allowed(now, clocks, [week]):
            walk = now
            break
        walk += MINUTE
    assert found == (walk if walk < end else None)


@settings(deadline=None, max_examples=300)
@given(now=st.one_of(MOMENTS, NIGHTS), zone=ZONES, begins=TIMES, ends=TIMES)
def test_it_is_never_inside_quiet_hours(now, zone, begins, ends):
    found = next_allowed(now, [zone_named(zone)], [outside(begins, ends)])

    assert found is not None
    assert now <= found < now + HORIZON
    shown = found.astimezone(zone_named(zone)).time()
    is_quiet = (
        begins <= shown < ends
        if begins < ends
        else begins != ends and (shown >= begins or shown < ends)
    )
    assert not is_quiet


@given(st.lists(st.tuples(st.integers(0, 1440), st.integers(0, 1440)).map(sorted)))
def test_merged_spans_are_the_same_minutes(spans):
    kept = merged((first, last) for first, last in spans)

    def minutes(of):
        return {minute for first, last in of for minute in range(first, last)}

    assert minutes(kept) == minutes(spans)
    assert list(kept) == sorted(kept)
