"""All of a store is read again while its people sleep, and not all stores at once."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from notifications.rules.catalog_pace import next_night, pause_before_look

_ZONES = st.sampled_from(
    ["Asia/Seoul", "Europe/Berlin", "America/Los_Angeles", "Pacific/Apia", "UTC"]
)
_BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
_MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minutes: _BEGINS + timedelta(minutes=minutes)
)


@given(_MOMENTS, _ZONES, st.integers(1, 10**6))
def test_the_next_night_is_a_night_of_the_store_and_soon(now, name, shop_id):
    zone = ZoneInfo(name)

    night = next_night(now, zone, shop_id)

    assert timedelta(hours=12) <= night - now <= timedelta(hours=37)
    # Where clocks are turned at two, the hour of the night has another name.
    assert 1 <= night.astimezone(zone).hour <= 6


def test_stores_have_their_night_at_different_moments():
    now = datetime(2026, 11, 28, 12, tzinfo=UTC)

    nights = {next_night(now, ZoneInfo("UTC"), shop_id) for shop_id in range(100)}

    assert len(nights) == 100


def test_a_portion_is_looked_at_soon_first_and_seldom_in_the_end():
    pauses = [pause_before_look(looks) for looks in range(20)]

    assert pauses[0] == timedelta(seconds=3)
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(minutes=5)
