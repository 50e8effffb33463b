"""How values are made fit for a message, whatever somebody calls themselves."""

import re
import unicodedata
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.values import Category, Money
from notifications import wording
from notifications.wording import Template, Text

OFFERED = {name: Text(header="", body="", footer="") for name in ("en", "ko", "pt_BR")}


@given(raw=st.none() | st.text(max_size=500))
def test_a_value_is_one_line_and_never_empty_nor_too_long(raw):
    """Meta refuses line ends, tabs, and more than four spaces in a row."""
    value = wording.value(raw, "there")

    assert value
    assert len(value) <= 200
    assert value == value.strip()
    assert not re.search(r"[\n\t\r]| {2,}", value)
    assert not any(unicodedata.category(each)[0] == "C" for each in value)


@given(raw=st.text(max_size=300))
def test_making_a_value_fit_twice_changes_nothing(raw):
    once = wording.value(raw, "there")

    assert wording.value(once, "there") == once


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("Ada", "Ada"),
        ("  Ada \n Lovelace\t", "Ada Lovelace"),
        ("\u202eadA", "adA"),
        ("A\x00d\x1ba", "Ada"),
        ("", "there"),
        (None, "there"),
        (" \u2028 ", "there"),
        ("\u200b", "there"),
        ("김아다", "김아다"),
        ("{{first_name}}", "{{first_name}}"),
    ],
)
def test_a_name_is_taken_as_it_is_meant(raw, value):
    assert wording.value(raw, "there") == value


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        ("ko", "ko"),
        ("ko-KR", "ko"),
        ("KO_kr", "ko"),
        ("pt-BR", "pt_BR"),
        ("pt", "en"),
        ("pt-PT", "en"),
        ("en-GB", "en"),
        ("xx", "en"),
        ("", "en"),
        (None, "en"),
        ("-", "en"),
        ("ko-KR-x-private", "ko"),
    ],
)
def test_the_nearest_language_is_spoken(locale, language):
    assert wording.language_for(locale, OFFERED) == language


@given(locale=st.none() | st.text(max_size=40))
def test_whatever_the_locale_one_of_the_offered_is_spoken(locale):
    assert wording.language_for(locale, OFFERED) in OFFERED


@pytest.mark.parametrize(
    ("amount", "currency", "language", "shown"),
    [
        ("39.90", "EUR", "en", "€39.90"),
        ("39900", "KRW", "ko", "₩39,900"),
        ("1234567.5", "USD", "en", "$1,234,567.50"),
        ("-3", "EUR", "en", "-€3.00"),
        ("5", "XXX", "en", "¤5.00"),
        ("5", "ZZZ", "en", "ZZZ5.00"),
    ],
)
def test_money_is_written_as_its_readers_write_it(amount, currency, language, shown):
    text = wording.money(Money(Decimal(amount), currency), language)

    assert text.replace("\xa0", "") == shown


def test_the_values_of_a_text_are_named_in_their_order_once_each():
    template = Template(name="a_1", category=Category.UTILITY, examples={}, texts={})

    assert template.values_in("{{b}} {{a}} {{b}} {x} {{ c }}") == ["b", "a"]
