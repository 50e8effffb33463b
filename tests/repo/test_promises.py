"""The page of promises names what there is."""

import re

import pytest

from tests.repo.test_docs import ROOT

PAGE = (ROOT / "docs" / "reference" / "promises.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`((?:tests|bench)/[^`]+\.py)`", PAGE)))


@pytest.mark.parametrize("name", NAMED)
def test_what_holds_a_promise_is_there(name):
    assert (ROOT / name).is_file()


def test_the_page_names_what_holds_each_promise():
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")]
    promises = [row for row in rows if not row.startswith(("| promise", "|---"))]

    assert len(promises) > 15
    for row in promises:
        assert re.search(r"`(tests|bench)/", row), row
