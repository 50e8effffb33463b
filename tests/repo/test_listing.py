"""The words for Shopify's App Store fit into its form."""

import re
from pathlib import Path

import pytest

LISTING = Path(__file__).parents[2] / "docs" / "owner" / "listing.md"
LONGEST = {"App name": 30, "Subtitle": 62, "Introduction": 100, "Details": 500}
LONGEST_FEATURE = 80


def _blocks(title: str) -> list[str]:
    text = LISTING.read_text(encoding="utf-8")
    section = text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return re.findall(r"^```text\n(.*?)\n```$", section, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("title", LONGEST)
def test_a_field_is_no_longer_than_the_form_takes(title):
    [said] = _blocks(title)
    assert 0 < len(said) <= LONGEST[title]


def test_each_feature_is_a_line_that_the_form_takes():
    [said] = _blocks("Features")
    features = said.splitlines()
    assert 3 <= len(features) <= 5
    assert max(map(len, features)) <= LONGEST_FEATURE


def test_the_korean_fields_are_as_short():
    *fields, features = _blocks("한국어")
    lengths = list(map(len, fields))
    assert len(lengths) == len(LONGEST)
    assert all(a <= b for a, b in zip(lengths, LONGEST.values(), strict=True))
    assert max(map(len, features.splitlines())) <= LONGEST_FEATURE
