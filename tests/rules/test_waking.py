"""Nobody is woken by an offer; a parcel's news may come at any hour."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.values import Scope
from core.words import words_for
from core.zones import zone_named
from notifications import send_windows
from notifications.offer_settings import WEEKDAYS, OfferSettings
from notifications.rules.hours import is_allowed, outside
from notifications.rules.objections import Because, Skip, Wait
from notifications.rules.standing import Hour
from notifications.rules.waking import must_be_waking_hours
from notifications.waking import waking
from notifications.zones import Whereabouts
from tests.rules.facts import LEFT, but
from tests.rules.test_hours import MOMENTS, NIGHTS, TIMES, ZONES

NIGHT = datetime(2026, 11, 28, 3, tzinfo=UTC)
MORNING = datetime(2026, 11, 28, 11, tzinfo=UTC)


def facts(next_at, scope=Scope.MARKETING, **more):
    hour = Hour(("America/Sao_Paulo",), "address", next_at, **more)
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


OWN = {"window": "10:00-20:00", "waits_for_window": True}


@pytest.mark.parametrize("scope", Scope)
def test_what_waits_for_hours_of_its_own_says_so(scope):
    objection = must_be_waking_hours(facts(MORNING, scope, **OWN), NIGHT)

    assert objection == Wait(MORNING, Because.OUTSIDE_ITS_HOURS)
    assert must_be_waking_hours(facts(MORNING, scope, **OWN), MORNING) is None


@pytest.mark.parametrize("scope", Scope)
def test_what_has_hours_of_its_own_is_never_sent_at_others(scope):
    """Even news, which quiet hours alone would not silence for good."""
    objection = must_be_waking_hours(facts(None, scope, window="10:00-20:00"), NIGHT)

    assert objection == Skip(Because.NO_COMMON_HOUR)


def test_a_step_that_would_be_too_old_by_its_flows_hours_leaves_the_next_its_time():
    late = NIGHT + timedelta(days=9)
    news, step = facts(late, **OWN), but(cart=LEFT, hour=facts(late, **OWN).hour)

    assert must_be_waking_hours(news, NIGHT) == Wait(late, Because.OUTSIDE_ITS_HOURS)
    assert must_be_waking_hours(step, NIGHT) == Skip(Because.TOO_LATE)


ROWS = st.tuples(TIMES, TIMES, st.frozensets(st.integers(0, 6), min_size=1)).filter(
    lambda row: row[0] != row[1] or row[0] == time.min
)
QUIET = st.none() | st.builds(outside, TIMES, TIMES)


def _written(rows):
    return ", ".join(
        f"{WEEKDAYS[day]} {opens:%H:%M}-{closes:%H:%M}"
        for opens, closes, days in rows
        for day in sorted(days)
    )


def _is_open(rows, at):
    """As somebody would read it off the wall, and a calendar beside it."""
    today, yesterday = at.weekday(), (at.weekday() - 1) % 7
    midnight = time()
    shown = at.time().replace(second=0, microsecond=0)
    for opens, closes, days in rows:
        goes_on = midnight != closes <= opens
        if today in days and opens <= shown and (closes <= opens or shown < closes):
            return True
        if goes_on and yesterday in days and shown < closes:
            return True
    return False


@settings(deadline=None, max_examples=200)
@given(
    now=st.one_of(MOMENTS, NIGHTS),
    zone=ZONES,
    rows=st.lists(ROWS, min_size=1, max_size=2),
    quiet=QUIET,
    scope=st.sampled_from(Scope),
)
def test_nothing_leaves_outside_its_window_whatever_the_zone(
    now, zone, rows, quiet, scope
):
    """Over the nights in which clocks are put on or back, too, and never in the store's
    own quiet hours for it: the stricter counts."""
    own = OfferSettings(quiet_hours=quiet, news_quiet_hours=quiet)
    where = Whereabouts(shop_zone=zone)
    asked = {"scope": scope, "settings": own, "now": now}

    narrowed = waking(where, **asked, send_window=_written(rows)).hour
    every = waking(where, **asked).hour

    [clock] = [zone_named(each) for each in narrowed.clocks]
    decision = must_be_waking_hours(but(scope=scope, hour=narrowed), now)
    match decision:
        case None:
            sent_at = now
        case Wait(until, because):
            sent_at = until
            is_longer = every.next_at is None or until > every.next_at
            assert (because is Because.OUTSIDE_ITS_HOURS) is is_longer
        case skip:
            assert skip == Skip(Because.NO_COMMON_HOUR)
            return
    assert _is_open(rows, sent_at.astimezone(clock))
    assert quiet is None or is_allowed(sent_at, [clock], [quiet])
    again = waking(where, **{**asked, "now": sent_at}, send_window=_written(rows)).hour
    assert must_be_waking_hours(but(scope=scope, hour=again), sent_at) is None


@pytest.mark.parametrize(
    ("typed", "kept", "said"),
    [
        (" 10:00-20:00 ", "10:00-20:00", "10:00-20:00"),
        (
            "MON 9:00-18:00,  FRI 9:00-18:00",
            "mon 09:00-18:00, fri 09:00-18:00",
            "월, 금 09:00-18:00",
        ),
        (
            "sat 22:00-02:00, 12:00-13:00",
            "sat 22:00-02:00, 12:00-13:00",
            "토 22:00-02:00; 12:00-13:00",
        ),
        ("sun 00:00-00:00", "sun 00:00-00:00", "일 00:00-00:00"),
    ],
)
def test_a_window_is_kept_in_one_form_and_said_in_the_readers(typed, kept, said):
    assert send_windows.as_kept(typed) == kept
    assert send_windows.said(kept, words_for("ko")) == said


@pytest.mark.parametrize("typed", ["none", "", "None", "0:00-0:00", "00:00-00:00"])
def test_what_is_always_open_is_no_window(typed):
    assert send_windows.as_kept(typed) is None


def test_what_this_version_cannot_read_is_as_if_it_were_not_set():
    assert send_windows.week_of("at full moon") is None
    asked = {"scope": Scope.TRANSACTIONAL, "settings": OfferSettings(), "now": NIGHT}
    found = waking(Whereabouts(shop_zone="UTC"), **asked, send_window="at full moon")
    assert (found.hour.next_at, found.hour.window) == (NIGHT, None)
