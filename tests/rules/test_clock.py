"""The sandbox's time goes where a file says, and never for anybody real."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.clock import FURTHEST, MovedClock, offset_in, system_clock

DAY = timedelta(days=1)


def clock(file: Path, *, may_move: bool = True) -> MovedClock:
    return MovedClock(file, may_move=lambda: may_move)


def is_now(moment: datetime) -> bool:
    return abs(moment - system_clock()) < timedelta(seconds=5)


def test_without_a_file_it_is_now(tmp_path):
    assert is_now(clock(tmp_path / "clock")())
    assert clock(tmp_path / "clock")().tzinfo is UTC


def test_it_is_as_much_later_as_the_file_says(tmp_path):
    (tmp_path / "clock").write_text("86400\n")

    assert is_now(clock(tmp_path / "clock")() - DAY)


def test_it_follows_the_file_as_it_changes_and_goes(tmp_path):
    file = tmp_path / "clock"
    moved = clock(file)

    seen = [moved.offset]
    for seconds in (3600, 7200):
        file.write_text(str(seconds))
        os.utime(file, ns=(seconds, seconds))
        seen.append(moved.offset)
    file.unlink()
    seen.append(moved.offset)

    hour = timedelta(hours=1)
    assert seen == [timedelta(0), hour, 2 * hour, timedelta(0)]


def test_it_is_now_while_time_may_not_be_moved(tmp_path):
    (tmp_path / "clock").write_text("86400")

    assert is_now(clock(tmp_path / "clock", may_move=False)())


def test_nobody_is_asked_while_there_is_nothing_to_move(tmp_path):
    asked: list[int] = []
    moved = MovedClock(tmp_path / "clock", may_move=lambda: asked.append(1) is None)

    moved()
    (tmp_path / "clock").write_text("0")
    moved()

    assert asked == []


@pytest.mark.parametrize(
    "said", ["", "-3600", "tomorrow", "1e9", "٣", "9" * 40, "3600 1", "\0", "0x10"]
)
def test_a_file_that_says_nothing_sensible_moves_nothing(tmp_path, said):
    (tmp_path / "clock").write_text(said, encoding="utf-8")

    assert offset_in(tmp_path / "clock") == timedelta(0)


def test_it_goes_no_further_than_the_end(tmp_path):
    (tmp_path / "clock").write_text("99999999")

    assert offset_in(tmp_path / "clock") == FURTHEST
