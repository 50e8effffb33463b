"""What a browser keeps for us comes back as we wrote it, or does not count."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.signing import Signer

NEW, OLD = "n" * 40, "o" * 40


def test_comes_back_as_it_was():
    signer = Signer([NEW], "a cookie")

    assert signer.opened(signer.signed("ada.myshopify.com|1")) == "ada.myshopify.com|1"
    assert signer.opened(signer.signed("a.b.c")) == "a.b.c"


def test_is_good_for_one_purpose_only():
    assert Signer([NEW], "a cookie").opened(Signer([NEW], "b").signed("x")) is None


def test_the_first_key_signs_and_all_open():
    """That is how keys are rotated: the new one stands in front."""
    by_old, by_new = Signer([OLD], "p"), Signer([NEW], "p")
    both = Signer([NEW, OLD], "p")

    assert both.opened(by_old.signed("x")) == "x"
    assert by_new.opened(both.signed("x")) == "x"
    assert by_new.opened(by_old.signed("x")) is None


def test_is_no_proof_that_anybody_else_could_make_or_use():
    """Neither the key nor its form is that of Shopify's proofs, whatever the secret."""
    signed = Signer([NEW], "p").signed("{}")
    proof = signed.rpartition(".")[2]
    digest = hmac.new(NEW.encode(), b"{}", hashlib.sha256).digest()

    assert base64.urlsafe_b64decode(proof + "=") != digest
    forged = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    assert Signer([NEW], "p").opened("{}." + forged) is None


@pytest.mark.parametrize(
    "given",
    [
        "",
        ".",
        "x",
        "x.",
        ".x",
        "é.x",
        "x.é",
        "\ud800.x",
        "x\n.y",
        "\x00.x",
        "a" * 9_999,
    ],
    ids=ascii,
)
def test_whatever_else_stands_there_counts_for_nothing(given):
    assert Signer([NEW], "p").opened(given) is None


@given(st.text(max_size=100))
def test_nobody_signs_by_guessing(text):
    assert Signer([NEW], "p").opened(text) is None


def test_a_changed_letter_is_noticed():
    signer = Signer([NEW], "p")
    signed = signer.signed("ada")

    for place in range(len(signed) - 1):
        other = "A" if signed[place] != "A" else "B"
        assert signer.opened(signed[:place] + other + signed[place + 1 :]) is None


def test_without_a_key_there_is_no_signer():
    with pytest.raises(ValueError, match="at least one key"):
        Signer([], "p")
