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

TEN = ("en", "ko", "pt_BR", "es", "hi", "id", "ar", "de", "fr", "zh_TW")
OFFERED = {name: Text(header="", body="", footer="") for name in TEN}
JOINERS = "\u200c\u200d"


@given(raw=st.none() | st.text(max_size=500))
def test_a_value_is_one_line_and_never_empty_nor_too_long(raw):
    """Meta refuses line ends, tabs, and more than four spaces in a row."""
    value = wording.value(raw, "there")

    assert value
    assert len(value) <= 200
    assert value == value.strip()
    assert not re.search(r"[\n\t\r]| {2,}", value)
    assert value.strip(JOINERS) == value
    assert not any(
        unicodedata.category(each)[0] == "C" for each in value if each not in JOINERS
    )


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
        ("محمد علي", "محمد علي"),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("ශ්\u200dරී", "ශ්\u200dරී"),
        ("นางสาวสมหญิง", "นางสาวสมหญิง"),
        ("Nguyễn Thị", "Nguyễn Thị"),
        ("𠮷野家", "𠮷野家"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("\u2067Ada\u2069", "Ada"),
        ("\u200d \u200c", "there"),
        ("{{first_name}}", "{{first_name}}"),
    ],
)
def test_a_name_is_taken_as_it_is_meant(raw, value):
    assert wording.value(raw, "there") == value


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        *((each, each) for each in TEN),
        ("ko-KR", "ko"),
        ("KO_kr", "ko"),
        ("ko-KR-x-private", "ko"),
        ("pt-BR", "pt_BR"),
        ("pt", "pt_BR"),
        ("pt-PT", "pt_BR"),
        ("es-MX", "es"),
        ("es-419", "es"),
        ("en-GB", "en"),
        ("fr-CA", "fr"),
        ("de-CH", "de"),
        ("in", "id"),
        ("in-ID", "id"),
        ("ar-EG", "ar"),
        ("zh-TW", "zh_TW"),
        ("zh-HK", "zh_TW"),
        ("zh-MO", "zh_TW"),
        ("zh-Hant", "zh_TW"),
        ("zh-Hant-HK", "zh_TW"),
        ("zh-hant-cn", "zh_TW"),
        ("zh", None),
        ("zh-CN", None),
        ("zh-Hans", None),
        ("zh-Hans-HK", None),
        ("iw", None),
        ("he-IL", None),
        ("pl-PL", None),
        ("xx", None),
        ("", None),
        (None, None),
        ("-", None),
    ],
)
def test_the_nearest_language_is_spoken(locale, language):
    assert wording.nearest(locale, OFFERED) == language
    assert wording.language_for(locale, OFFERED) == (language or "en")


def test_who_reads_none_of_them_gets_the_shops_and_then_english():
    assert wording.languages_for("pl", OFFERED, "de") == ("de", "en")
    assert wording.languages_for("ko", OFFERED, "de") == ("ko", "de", "en")
    assert wording.languages_for("de-AT", OFFERED, "de") == ("de", "en")
    assert wording.languages_for("en", OFFERED, "en") == ("en",)


def test_a_language_that_is_not_offered_is_not_spoken():
    assert wording.languages_for("ko", ["de", "fr"], "de") == ("de", "en")
    assert wording.language_for("pt-PT", ["pt_PT", "pt_BR"]) == "pt_PT"


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
        ("1234.5", "EUR", "de", "1.234,50€"),
        ("1234.5", "EUR", "fr", "1234,50€"),
        ("1234.5", "EUR", "es", "1.234,50€"),
        ("1234.5", "BRL", "pt_BR", "R$1.234,50"),
        ("1234567.89", "INR", "hi", "₹12,34,567.89"),
        ("39900", "IDR", "id", "Rp39.900,00"),
        ("1234.5", "EUR", "ar", "1,234.50€"),
        ("1234.5", "TWD", "zh_TW", "$1,234.50"),
        ("5", "XXX", "en", "¤5.00"),
        ("5", "ZZZ", "en", "ZZZ5.00"),
    ],
)
def test_money_is_written_as_its_readers_write_it(amount, currency, language, shown):
    text = wording.money(Money(Decimal(amount), currency), language)

    assert text.replace(" ", "") == shown


def test_the_values_of_a_text_are_named_in_their_order_once_each():
    template = Template(name="a_1", category=Category.UTILITY, examples={}, texts={})

    assert template.values_in("{{b}} {{a}} {{b}} {x} {{ c }}") == ["b", "a"]
