"""How long something is left alone before it is tried again."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from notifications.rules.patience import pause_after


def test_it_doubles():
    assert [pause_after(n).total_seconds() for n in range(1, 6)] == [2, 4, 8, 16, 32]


@given(attempts=st.integers(0, 10_000))
def test_it_grows_and_has_an_end(attempts):
    pause, longer = pause_after(attempts), pause_after(attempts + 1)

    assert timedelta(seconds=2) <= pause <= longer <= timedelta(minutes=5)
