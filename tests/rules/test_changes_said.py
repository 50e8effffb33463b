"""What was changed has a name for people."""

import re
from pathlib import Path

from notifications.changes_said import NAMES

_CHANGE = re.compile(r'Change\(\s*what="(\w+)"')


def test_whatever_is_written_down_is_called_something():
    rooms = Path(__file__).parents[2] / "notifications"
    written = {
        what
        for each in rooms.rglob("*.py")
        for what in _CHANGE.findall(each.read_text(encoding="utf-8"))
    }

    assert len(written) > 15
    assert written <= NAMES.keys()
