"""What the scheduler does beside its looks goes on, whatever becomes of one time."""

import logging
from threading import Event

import pytest

from core.errors import DatabaseAway
from workers.scheduler import CHORES, Chore


@pytest.mark.parametrize("trouble", [DatabaseAway("away"), ValueError("a bug")])
def test_one_bad_time_does_not_end_a_chore(trouble, caplog):
    stopping, times = Event(), []

    def do():
        times.append(1)
        if len(times) == 1:
            raise trouble
        stopping.set()

    with caplog.at_level(logging.WARNING):
        Chore(lambda: do, 0.0, "beds_not_made").keep_at(stopping)

    assert len(times) == 2
    assert "beds_not_made because=" in caplog.text


def test_the_log_tells_the_chores_apart():
    names = [chore.undone for chore in CHORES]

    assert len(set(names)) == len(names)
