"""Data at rest: noise to whoever has the disk, and bound to where it belongs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sealing import CannotOpen, Sealer, derived_key, fingerprint

OLD, NEW = "o" * 32, "n" * 32
CONTEXT = "shop:7:token"


@given(plain=st.binary(max_size=300), context=st.text(max_size=40))
def test_what_was_sealed_opens_again(plain, context):
    sealer = Sealer([OLD])

    assert sealer.open(sealer.seal(plain, context=context), context=context) == plain


@given(text=st.text(max_size=300))
def test_so_does_text(text):
    sealer = Sealer([OLD])

    sealed = sealer.seal_text(text, context=CONTEXT)

    assert sealer.open_text(sealed, context=CONTEXT) == text


def test_the_same_thing_never_looks_the_same_twice():
    """Whoever reads the table does not even learn who shares a value."""
    sealer = Sealer([OLD])

    sealed = {sealer.seal(b"token", context=CONTEXT) for _ in range(100)}

    assert len(sealed) == 100
    assert not any(b"token" in each for each in sealed)


def test_it_opens_only_where_it_belongs():
    """A token copied into another shop's row is refused."""
    sealer = Sealer([OLD])
    sealed = sealer.seal(b"token", context="shop:7:token")

    with pytest.raises(CannotOpen):
        sealer.open(sealed, context="shop:8:token")


@given(place=st.integers(0, 37), bit=st.integers(0, 7))
def test_a_single_changed_bit_is_noticed(place, bit):
    sealer = Sealer([OLD])
    sealed = bytearray(sealer.seal(b"token", context=CONTEXT))
    assert len(sealed) == 38
    sealed[place] ^= 1 << bit

    with pytest.raises(CannotOpen):
        sealer.open(bytes(sealed), context=CONTEXT)


@pytest.mark.parametrize("length", range(38))
def test_a_part_of_it_does_not_open(length):
    sealer = Sealer([OLD])
    sealed = sealer.seal(b"token", context=CONTEXT)

    with pytest.raises((CannotOpen, ValueError)):
        sealer.open(sealed[:length], context=CONTEXT)


@given(garbage=st.binary(max_size=100))
def test_garbage_does_not_open(garbage):
    with pytest.raises(CannotOpen):
        Sealer([OLD]).open(garbage, context=CONTEXT)


def test_keys_are_rotated_with_the_new_one_in_front():
    sealed = Sealer([OLD]).seal(b"token", context=CONTEXT)
    both = Sealer([NEW, OLD])

    anew = both.seal(both.open(sealed, context=CONTEXT), context=CONTEXT)

    with pytest.raises(CannotOpen):
        Sealer([NEW]).open(sealed, context=CONTEXT)
    assert Sealer([NEW]).open(anew, context=CONTEXT) == b"token"
    assert Sealer([NEW]).open(anew, context=CONTEXT) == b"token"
    with pytest.raises(CannotOpen):
        Sealer([NEW]).open(sealed, context=CONTEXT)


def test_without_a_key_there_is_no_sealer():
    with pytest.raises(ValueError, match="at least one key"):
        Sealer([])


def test_a_refusal_tells_nothing_of_what_was_sealed():
    sealed = Sealer([OLD]).seal(b"token", context=CONTEXT)

    with pytest.raises(CannotOpen) as refused:
        Sealer([NEW]).open(sealed, context=CONTEXT)

    assert "token" not in str(refused.value).replace("SECRET", "")
    assert OLD not in str(refused.value)


def test_one_secret_makes_another_key_for_each_purpose():
    keys = {derived_key(OLD, purpose) for purpose in ("data at rest", "cookies", "")}

    assert len(keys) == 3
    assert all(len(key) == 32 for key in keys)
    assert OLD.encode() not in keys


@given(value=st.text(max_size=50))
def test_a_fingerprint_finds_again_and_is_not_made_without_the_pepper(value):
    found = fingerprint(b"pepper", value)

    assert found == fingerprint(b"pepper", value)
    assert found != fingerprint(b"another", value)
    assert len(found) == 16
