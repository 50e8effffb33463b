"""The page of carriers in the documentation says what the code does."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from integrations import carriers

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "carriers.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]*) \| ([^|]*) \|$", re.MULTILINE)
HEADINGS = {"carrier", "---"}


def row_of(carrier):
    """What the page must say of the carrier, in the order of its columns."""
    own = [form for form in carrier.forms if form.is_its_own]
    words = [f"`…{carrier.post_of}`"] if carrier.post_of else []
    words += ["its own form"] if own else []
    also = sorted(carrier.also_called, key=lambda word: (word.casefold(), word))
    page = urlsplit(carrier.page).hostname or ""
    return carrier.name, ", ".join(also), " and ".join(words), page


def test_it_has_a_row_for_each_carrier_and_no_other():
    rows = [found for found in ROW.findall(PAGE) if found[0] not in HEADINGS]

    assert rows == [row_of(carrier) for carrier in carriers.discover()]


def test_it_counts_them_right():
    [number] = re.findall(r"(\d+) carriers", PAGE)

    assert int(number) == len(carriers.discover())
