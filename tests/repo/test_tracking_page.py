"""The page of tracking services says what the code does."""

import re
from pathlib import Path

from integrations.tracking.seventeen_track.calls import ADVICE
from integrations.tracking.seventeen_track.scans import MEANINGS
from notifications.registering import NOT_ASKED
from notifications.rules.patience import BUG

PAGE = (Path(__file__).parents[2] / "docs" / "automations" / "tracking.md").read_text(
    encoding="utf-8"
)
ROWS = dict(re.findall(r"^\| `([\w.]+)` \| (.+) \|$", PAGE, re.MULTILINE))


def test_it_has_a_row_for_each_status_with_what_it_means():
    said = {
        status: milestone.replace("_", " ") if milestone else "nothing"
        for status, milestone in MEANINGS.items()
    }

    assert {name: ROWS[name] for name in ROWS if name[0].isupper()} == said


def test_it_has_a_row_for_each_code_in_the_same_words():
    codes = {name: words for name, words in ROWS.items() if not name[0].isupper()}

    assert set(codes) == {*ADVICE, "http_...", f"{BUG}...", NOT_ASKED}
    for code, words in ADVICE.items():
        assert codes[code].casefold().startswith(words.casefold())
