"""What names a message to the outside cannot be made up, and says nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.shopping import REFERENCE
from core.values import MessageId, ShopId
from notifications.references import (
    CODE_LENGTH,
    code_of,
    is_code,
    message_referred_to,
    reference_to,
)

PEPPER = b"the pepper of an installation"
ADA, BOB = ShopId(7), ShopId(8)
MESSAGE = MessageId("msg_1a20263648800002213a4c830")
OURS = reference_to(PEPPER, ADA, MESSAGE)


def referred_to(written, *, shop=ADA, pepper=PEPPER):
    return message_referred_to(pepper, shop, {REFERENCE: written})


def test_a_reference_names_its_message_to_its_own_shop_alone():
    assert referred_to(OURS) == MESSAGE
    assert referred_to(OURS, shop=BOB) is None
    assert referred_to(OURS, pepper=b"another installation's") is None


def test_an_order_without_one_was_led_to_by_none():
    assert message_referred_to(PEPPER, ADA, None) is None
    assert message_referred_to(PEPPER, ADA, {}) is None
    assert message_referred_to(PEPPER, ADA, {"_wa_other": OURS}) is None


@given(st.one_of(st.text(), st.from_regex(r"\A[0-9a-z]{1,40}\.[0-9a-f]{16}\Z")))
def test_whatever_a_stranger_writes_there_is_none(written):
    assert written == OURS or referred_to(written) is None


@given(st.integers(0, len(OURS) - 1), st.characters(codec="utf-8"))
def test_one_letter_makes_it_none(place, letter):
    changed = OURS[:place] + letter + OURS[place + 1 :]

    assert referred_to(changed) == (MESSAGE if changed == OURS else None)


@pytest.mark.parametrize("more", ["\n", " ", "\0", ".0", "x" * 10_000])
def test_nothing_may_stand_around_it(more):
    assert referred_to(OURS + more) is None
    assert referred_to(more + OURS) is None


@given(st.lists(st.uuids(), min_size=2, max_size=20, unique=True))
def test_each_message_has_a_code_of_its_own_and_always_the_same(names):
    ids = [MessageId(f"msg_{each.hex}") for each in names]

    codes = [code_of(PEPPER, ADA, each) for each in ids]

    assert codes == [code_of(PEPPER, ADA, each) for each in ids]
    assert len(set(codes)) == len(ids)
    assert all(is_code(code) for code in codes)


def test_a_code_is_as_long_as_it_must_be_and_in_no_part_the_reference():
    code = code_of(PEPPER, ADA, MESSAGE)

    assert 62**CODE_LENGTH > 2**80
    assert len(code) == CODE_LENGTH
    assert code != code_of(PEPPER, BOB, MESSAGE)
    assert code not in OURS


@pytest.mark.parametrize(
    "text", ["", "a" * 13, "a" * 15, "a" * 13 + "\n", "a" * 13 + "é", "a" * 13 + "-"]
)
def test_what_has_not_the_form_is_no_code(text):
    assert not is_code(text)
