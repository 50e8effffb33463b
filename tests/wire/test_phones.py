"""One phone has one form, and what is no phone is nobody's."""

import pytest

from core.values import Phone
from integrations.phones import phone_from


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
