"""Data at rest: noise to whoever has the disk, and bound to where it belongs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sealing import (
    KEYS_KEPT_FOR,
    CannotOpen,
    Keyring,
    derived_key,
    fingerprint,
)

OLD, NEW = "o" * 32, "n" * 32
CONTEXT = "shop:7:token"


@given(plain=st.binary(max_size=300), context=st.text(max_size=40))
def test_what_was_sealed_opens_again(plain, context):
    sealer = Keyring([OLD])

    assert sealer.open(sealer.seal(plain, context=context), context=context) == plain


@given(text=st.text(max_size=300))
def test_so_does_text(text):
    sealer = Keyring([OLD])

    sealed = sealer.seal_text(text, context=CONTEXT)

    assert sealer.open_text(sealed, context=CONTEXT) == text


def test_the_same_thing_never_looks_the_same_twice():
    """Whoever reads the table does not even learn who shares a value."""
    sealer = Keyring([OLD])

    sealed = {sealer.seal(b"token", context=CONTEXT) for _ in range(100)}

    assert len(sealed) == 100
    assert not any(b"token" in each for each in sealed)


def test_it_opens_only_where_it_belongs():
    """A token copied into another shop's row is refused."""
    sealer = Keyring([OLD])
    sealed = sealer.seal(b"token", context="shop:7:token")

    with pytest.raises(CannotOpen):
        sealer.open(sealed, context="shop:8:token")


@given(place=st.integers(0, 37), bit=st.integers(0, 7))
def test_a_single_changed_bit_is_noticed(place, bit):
    sealer = Keyring([OLD])
    sealed = bytearray(sealer.seal(b"token", context=CONTEXT))
    assert len(sealed) == 38
    sealed[place] ^= 1 << bit

    with pytest.raises(CannotOpen):
        sealer.open(bytes(sealed), context=CONTEXT)


@pytest.mark.parametrize("length", range(38))
def test_a_part_of_it_does_not_open(length):
    sealer = Keyring([OLD])
    sealed = sealer.seal(b"token", context=CONTEXT)

    with pytest.raises((CannotOpen, ValueError)):
        sealer.open(sealed[:length], context=CONTEXT)


@given(garbage=st.binary(max_size=100))
def test_garbage_does_not_open(garbage):
    with pytest.raises(CannotOpen):
        Keyring([OLD]).open(garbage, context=CONTEXT)


def test_keys_are_rotated_with_the_new_one_in_front():
    sealed = Keyring([OLD]).seal(b"token", context=CONTEXT)
    both = Keyring([NEW, OLD])

    anew = both.seal(both.open(sealed, context=CONTEXT), context=CONTEXT)

    with pytest.raises(CannotOpen):
        Keyring([NEW]).open(sealed, context=CONTEXT)
    assert Keyring([NEW]).open(anew, context=CONTEXT) == b"token"
    assert Keyring([NEW]).open(anew, context=CONTEXT) == b"token"
    with pytest.raises(CannotOpen):
        Keyring([NEW]).open(sealed, context=CONTEXT)


def test_without_a_key_there_is_no_sealer():
    with pytest.raises(ValueError, match="at least one key"):
        Keyring([])


def test_a_refusal_tells_nothing_of_what_was_sealed():
    sealed = Keyring([OLD]).seal(b"token", context=CONTEXT)

    with pytest.raises(CannotOpen) as refused:
        Keyring([NEW]).open(sealed, context=CONTEXT)

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


# A key for each shop


class _Shelf:
    """Where wrapped keys lie; ``asked`` counts the looks."""

    def __init__(self, keys=None):
        self.keys = keys or {}
        self.asked = 0
        self.now = 0.0

    def __call__(self, shop):
        self.asked += 1
        return self.keys.get(shop)

    def keyring(self, *secrets):
        return Keyring(secrets or [OLD], self, monotonic=lambda: self.now)


def _with_shops(*shops):
    shelf = _Shelf()
    for number, shop in enumerate(shops):
        shelf.keys[shop] = shelf.keyring().wrap(bytes([number]) * 32)
    return shelf


def test_what_is_one_shops_opens_with_no_others_key_nor_with_the_installations():
    keys = _with_shops(7, 8).keyring()
    sealed = keys.of(7).seal(b"token", context=CONTEXT)

    assert keys.of(7).open(sealed, context=CONTEXT) == b"token"
    for other in (keys.of(8), keys, Keyring([OLD])):
        with pytest.raises(CannotOpen):
            other.open(sealed, context=CONTEXT)


def test_without_its_key_nothing_of_a_shop_is_sealed_or_opened():
    with pytest.raises(CannotOpen, match="gone"):
        _with_shops(8).keyring().of(7)


def test_a_shops_key_opens_when_the_keys_that_wrap_it_rotate():
    shelf = _with_shops(7)
    sealed = shelf.keyring(OLD).of(7).seal(b"token", context=CONTEXT)

    keys = shelf.keyring(NEW, OLD)
    assert keys.of(7).open(sealed, context=CONTEXT) == b"token"

    shelf.keys[7] = keys.wrap(keys.unwrap(shelf.keys[7]))
    assert shelf.keyring(NEW).of(7).open(sealed, context=CONTEXT) == b"token"
    with pytest.raises(CannotOpen):
        shelf.keyring(OLD).of(7)


def test_a_strangers_webhook_is_sealed_by_the_installation_and_opens_once_known():
    shelf = _Shelf()
    keys = shelf.keyring()
    early = keys.at("ada").seal(b"body", context=CONTEXT)

    shelf.keys["ada"] = keys.wrap(b"a" * 32)
    shelf.now += 6
    late = keys.at("ada").seal(b"body", context=CONTEXT)

    assert keys.has_key_of(early)
    assert not keys.has_key_of(late)
    for sealed in (early, late):
        opener = keys.opener_of(sealed, "ada")
        assert opener.open(sealed, context=CONTEXT) == b"body"


def test_a_key_is_looked_up_once_a_minute_and_not_for_each_value():
    shelf = _with_shops(7)
    keys = shelf.keyring()

    for _ in range(100):
        keys.of(7)
    assert shelf.asked == 1
    shelf.now += KEYS_KEPT_FOR.total_seconds() + 1
    keys.of(7)
    assert shelf.asked == 2


def test_a_destroyed_key_is_at_hand_for_a_minute_and_no_longer():
    shelf = _with_shops(7)
    keys = shelf.keyring()
    keys.of(7)
    del shelf.keys[7]

    keys.of(7)
    shelf.now += KEYS_KEPT_FOR.total_seconds() + 1
    with pytest.raises(CannotOpen):
        keys.of(7)


def test_a_key_that_was_read_on_the_way_is_not_looked_for():
    shelf = _with_shops(7)
    keys = shelf.keyring()

    keys.learn(7, shelf.keys[7])
    keys.of(7)

    assert shelf.asked == 0


def test_a_key_that_nobody_can_open_closes_its_own_shop_alone():
    """The door goes on: what comes is sealed by what there is."""
    shelf = _with_shops(7, "ada")
    keys = shelf.keyring(NEW)

    keys.learn(7, shelf.keys[7])
    with pytest.raises(CannotOpen):
        keys.of(7)
    assert keys.at("ada") is keys
