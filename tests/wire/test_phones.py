"""One phone has one form, and what is no phone is nobody's."""

import csv
from pathlib import Path

import phonenumbers
import pytest

from core.values import Phone
from integrations.phones import phone_from
from tests.each import for_each

TYPED = Path(__file__).with_name("phones.tsv")


def typed():
    """What customers type, the country of their address, and their number or none."""
    with TYPED.open(encoding="utf-8", newline="") as table:
        reader = csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
        for row in reader:
            # Marks that nobody sees stand as \\u200e, so that one sees them here.
            text = row["typed"].encode("latin-1", "backslashreplace")
            number = None if row["e164"] == "none" else Phone(row["e164"])
            yield text.decode("unicode_escape"), row["country"] or None, number


@for_each(("text", "country", "number"), typed())
def test_what_customers_type_is_their_number_or_none(text, country, number):
    assert phone_from(text, country=country) == number


def test_the_corpus_of_numbers_is_of_the_whole_world():
    rows = list(typed())

    assert len(rows) > 500
    assert len({country for _, country, _ in rows}) > 80
    assert sum(number is None for _, _, number in rows) > 100


MOBILES = {
    country: example
    for country in sorted(phonenumbers.SUPPORTED_REGIONS)
    if (
        example := phonenumbers.example_number_for_type(
            country, phonenumbers.PhoneNumberType.MOBILE
        )
    )
}


@for_each("country", MOBILES)
def test_a_countrys_mobile_is_read_however_it_is_written(country):
    example = MOBILES[country]
    forms = phonenumbers.PhoneNumberFormat
    e164 = phonenumbers.format_number(example, forms.E164)

    assert phone_from(e164, country=None) == Phone(e164)
    for text in (
        e164[1:],
        f"00{e164[1:]}",
        phonenumbers.format_number(example, forms.NATIONAL),
        phonenumbers.format_number(example, forms.INTERNATIONAL),
    ):
        assert phone_from(text, country=country) == Phone(e164)


def test_a_novel_in_the_field_is_no_number():
    assert phone_from("0151 12345678" + " " * 65_536, country="DE") is None
    assert phone_from("\u200e" * 65_536, country="DE") is None
    assert phone_from("1 " * 100, country="DE") is None


def test_a_number_that_can_be_read_in_two_ways_is_the_mobile():
    """By Germany's plan 4915112345678 could be a number of a town without its zero."""
    assert phone_from("4915112345678", country="DE") == Phone("+4915112345678")


@pytest.mark.parametrize(
    ("raw", "country", "e164"),
    [
        ("+4915112345678", None, "+4915112345678"),
        (" +49 (151) 123-45678\n", None, "+4915112345678"),
        ("0151 12345678", "DE", "+4915112345678"),
        ("0049 151 12345678", "DE", "+4915112345678"),
        ("0151 12345678", "de", "+4915112345678"),
        ("010-1234-5678", "KR", "+821012345678"),
        ("+82 010-1234-5678", None, "+821012345678"),
        ("821012345678", "KR", "+821012345678"),
        ("９０ １２３４ ５６７８", "JP", "+819012345678"),
        ("٠٥٠١٢٣٤٥٦٧", "SA", "+966501234567"),
        ("030 901820", "DE", "+4930901820"),
        ("+14155550123", None, "+14155550123"),
        ("+39 06 698 1234", None, "+39066981234"),
    ],
)
def test_a_number_is_read_as_it_would_be_dialled(raw, country, e164):
    assert phone_from(raw, country=country) == Phone(e164)


@pytest.mark.parametrize(
    ("raw", "country"),
    [
        ("+55 11 98765-4321", None),
        ("+55 11 8765-4321", None),
        ("(11) 8765-4321", "BR"),
        ("11 98765 4321", "BR"),
    ],
)
def test_a_brazilian_mobile_has_its_ninth_digit(raw, country):
    assert phone_from(raw, country=country) == Phone("+5511987654321")


@pytest.mark.parametrize(
    ("raw", "country"),
    [
        ("+52 1 55 1234 5678", None),
        ("+52 55 1234 5678", None),
        ("55 1234 5678", "MX"),
        ("+52 1 55 1234 5678", "MX"),
    ],
)
def test_a_mexican_number_has_no_1_after_the_country(raw, country):
    assert phone_from(raw, country=country) == Phone("+525512345678")


@pytest.mark.parametrize(
    ("raw", "country"),
    [
        ("+54 9 11 2345 6789", None),
        ("+54 11 15 2345 6789", None),
        ("011 15 2345-6789", "AR"),
    ],
)
def test_an_argentine_mobile_has_its_9(raw, country):
    assert phone_from(raw, country=country) == Phone("+5491123456789")


@pytest.mark.parametrize(
    ("raw", "country"),
    [
        (None, "DE"),
        ("", "DE"),
        ("   ", "DE"),
        ("+", "US"),
        ("1234", "DE"),
        ("0" * 30, "US"),
        ("1" * 500, "US"),
        ("555-555-SHIP", "US"),
        ("123-123-1234", "CA"),
        ("call me", "DE"),
        ("0151 12345678", None),
        ("821012345678", None),
        ("0151 12345678", "QQ"),
        ("0151 12345678", "Germany"),
        ("+4915112345678,+4915112345679", None),
        ("+49151\x0012345678", None),
        ("+999 1234567", None),
    ],
)
def test_junk_is_refused_and_never_guessed(raw, country):
    assert phone_from(raw, country=country) is None


@pytest.mark.parametrize(
    ("kind", "raw", "country"),
    [
        ("toll free", "+1 800 356 9377", None),
        ("premium", "+1 900 555 1212", None),
        ("premium", "0900 1 123456", "DE"),
        ("shared cost", "0180 5 123456", "DE"),
        ("toll free", "0800 123 4567", "GB"),
    ],
)
def test_a_number_on_which_nobody_has_whatsapp_is_refused(kind, raw, country):
    assert phone_from(raw, country=country) is None


def test_the_tables_are_not_loaded_before_they_are_needed():
    import subprocess
    import sys

    asked = "import sys, integrations.phones; print('phonenumbers' in sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    )

    assert said.stdout.strip() == "False"
