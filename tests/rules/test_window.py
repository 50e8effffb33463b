"""For a day after they wrote a shop may answer somebody in words of its own."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.rules.window import WINDOW, is_open, is_writing

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@given(st.timedeltas(timedelta(), timedelta(days=3)))
def test_the_window_is_open_for_a_day_less_the_way_to_whatsapp(age):
    is_in_time = age < WINDOW - timedelta(seconds=10)

    assert is_open(NOON - age, now=NOON) == is_in_time


def test_whoever_never_wrote_is_not_answered():
    assert not is_open(None, now=NOON)


@pytest.mark.parametrize(
    ("kind", "opens"),
    [
        *((kind, True) for kind in ("text", "button", "interactive", "image", "order")),
        *((kind, False) for kind in ("reaction", "revoke", "edit", "unsupported", "x")),
    ],
)
def test_only_what_somebody_wrote_opens_it(kind, opens):
    assert is_writing(kind) is opens
