"""Check digits: what a slip of one digit does, and the numbers of the standards."""

from hypothesis import assume, given
from hypothesis import strategies as st

from core.tracking import LONGEST_NUMBER, written_plainly
from integrations import carriers, tracking_numbers
from integrations.tracking_numbers import (
    doubled_holds,
    gs1_holds,
    mod_7_holds,
    mod_11_10_holds,
    mod_37_36_holds,
    s10_check_digit,
    s10_country,
)

COUNTRIES = sorted(one.post_of for one in carriers.discover() if one.post_of)


def closed(body, holds, ends="0123456789"):
    """The body with the check digit that the rule wants; '' where it wants none."""
    return next((body + end for end in ends if holds(body + end)), "")


def slipped(number, at, by):
    """The number with another digit at ``at``, counted round over the digits it has."""
    places = [place for place, sign in enumerate(number) if sign.isdigit()]
    place = places[at % len(places)]
    digit = str((int(number[place]) + by) % 10)
    return number[:place] + digit + number[place + 1 :], place


def digits(length):
    return st.text("0123456789", min_size=length, max_size=length)


def test_the_example_of_the_universal_postal_union():
    assert s10_check_digit("47312482") == 9
    assert s10_country("RB473124829US") == "US"


@given(serial=digits(8), country=st.sampled_from(COUNTRIES))
def test_a_postal_number_has_its_country_and_its_post(serial, country):
    number = f"RR{serial}{s10_check_digit(serial)}{country}"

    assert s10_country(number) == country
    assert carriers.of_number(number).post_of == country


@given(
    serial=digits(8),
    country=st.sampled_from(COUNTRIES),
    at=st.integers(0, 8),
    by=st.integers(1, 9),
)
def test_a_slip_in_a_postal_number_is_nobodys(serial, country, at, by):
    """But for 5: the standard gives it to two of eleven remainders."""
    check = s10_check_digit(serial)
    assume(check != 5)
    number, _ = slipped(f"RR{serial}{check}{country}", at, by)
    assume(s10_check_digit(number[2:10]) != 5)

    assert s10_country(number) == ""
    assert carriers.of_number(number) is None
    assert carriers.candidates(number) == ()


@given(body=digits(21), at=st.integers(0, 21), by=st.integers(1, 9))
def test_gs1_sees_every_slip(body, at, by):
    number, _ = slipped(closed(body, gs1_holds), at, by)

    assert not gs1_holds(number)


@given(body=digits(19), at=st.integers(2, 21), by=st.integers(1, 9))
def test_a_slip_in_a_number_of_usps_is_nobodys(body, at, by):
    number = closed("94" + body, gs1_holds)
    assert carriers.of_number(number).name == "USPS"

    assert carriers.of_number(slipped(number, at, by)[0]) is None


@given(
    body=st.text("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", min_size=15, max_size=15),
    at=st.integers(0, 15),
    by=st.integers(1, 9),
)
def test_a_slip_in_a_number_of_ups_is_nobodys(body, at, by):
    """But for one by 5 where a digit counts double: twice 5 is a whole ten."""
    number = closed(f"1Z{body}", lambda written: doubled_holds(written[2:]))
    assert carriers.of_number(number).name == "UPS"
    wrong, place = slipped(number[2:], at, by)
    assume(by != 5 or place % 2 == 0)

    assert carriers.of_number(f"1Z{wrong}") is None


@given(body=digits(14), at=st.integers(0, 13), by=st.integers(1, 9))
def test_a_slip_in_a_number_of_dpd_is_nobodys(body, at, by):
    number = closed(body, mod_37_36_holds, tracking_numbers._BASE_36)
    wrong, _ = slipped(body, at, by)

    assert not mod_37_36_holds(wrong + number[-1])
    assert carriers.of_number(wrong + number[-1]) is None


@given(body=digits(13), by=st.integers(1, 9))
def test_a_wrong_check_digit_is_always_seen(body, by):
    for holds in (gs1_holds, mod_11_10_holds, doubled_holds, mod_7_holds):
        number = closed(body, holds)
        wrong = body + str((int(number[-1]) + by) % 10)

        assert not holds(wrong)


def test_published_numbers_hold():
    assert doubled_holds("999AA10123456784")
    assert mod_7_holds("3318810025")
    assert mod_11_10_holds("986578788855")
    assert mod_37_36_holds("09980000020033F")
    assert gs1_holds("00340434161094042557")


def test_a_number_is_read_however_its_groups_are_set_apart():
    for written in (
        "1z 999-AA1 01 2345 6784",
        "１Ｚ999AA10123456784",
        "1Z999AA1.0123456784",
    ):
        assert written_plainly(written) == "1Z999AA10123456784"


@given(st.text(max_size=200))
def test_any_text_is_survived(text):
    plain = written_plainly(text)

    assert len(plain) <= LONGEST_NUMBER
    assert plain == "" or plain.isalnum()
    carriers.of_number(text)
    carriers.candidates(text)
