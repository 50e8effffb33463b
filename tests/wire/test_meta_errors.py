"""Every code that Meta is known to answer with has a meaning, and advice."""

import json
from pathlib import Path

import pytest

from integrations.meta.errors import (
    ADVICE,
    LATER,
    ErrorClass,
    advice_for,
    class_named,
    class_of,
)

CODES = Path(__file__).parents[3] / "shared/payloads/whatsapp/_ref/errors.json"


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        (ErrorClass.PASSING, [1, 2, 131000, 131016, 131057, 133004, 134101]),
        (ErrorClass.SLOW_NUMBER, [130429]),
        (ErrorClass.SLOW_PAIR, [131056]),
        (ErrorClass.SLOW_APP, [4, 613]),
        (ErrorClass.SLOW_ACCOUNT, [80007, 80014]),
        (ErrorClass.REAUTH, [0, 3, 10, 104, 190, 200, 250, 299, 131005]),
        (ErrorClass.ACCOUNT_STOPPED, [368, 131031, 131042, 131064, 134011]),
        (ErrorClass.NUMBER_STOPPED, [33, 131037, 131045, 131048, 133006, 133010]),
        (ErrorClass.RECIPIENT, [130403, 130497, 131021, 131026, 131030]),
        (ErrorClass.MARKETING_REFUSED, [130472, 131049]),
        (ErrorClass.OPTED_OUT, [131050]),
        (ErrorClass.NEEDS_TEMPLATE, [131047]),
        (ErrorClass.TEMPLATE_STATE, [132000, 132001, 132007, 132012, 132015]),
        (ErrorClass.PROGRAMMING, [100, 131008, 131009, 132005, 135000, 2388999]),
        (ErrorClass.REGISTRATION, [133000, 133005, 133015, 133016]),
        (ErrorClass.IDENTITY, [137000]),
        (ErrorClass.INFO, [131052, 131060, 2593107]),
        (ErrorClass.UNKNOWN, [-1, 199, 300, 136025, 999_999_999]),
    ],
)
def test_a_code_means_what_meta_says(kind, codes):
    assert {class_of(code) for code in codes} == {kind}


def test_only_what_time_or_a_person_can_help_comes_again():
    assert {kind for kind in ErrorClass if kind not in LATER} == {
        ErrorClass.RECIPIENT,
        ErrorClass.MARKETING_REFUSED,
        ErrorClass.OPTED_OUT,
        ErrorClass.NEEDS_TEMPLATE,
        ErrorClass.TEMPLATE_STATE,
        ErrorClass.PROGRAMMING,
        ErrorClass.REGISTRATION,
        ErrorClass.IDENTITY,
        ErrorClass.INFO,
        ErrorClass.UNKNOWN,
    }


@pytest.mark.parametrize("kind", ErrorClass)
def test_the_owner_gets_one_sentence_about_each(kind):
    assert ADVICE[kind].endswith(".")
    assert ADVICE[kind].count(". ") == 0
    assert "\n" not in ADVICE[kind]


def test_advice_is_found_by_code():
    assert advice_for(131050) == ADVICE[ErrorClass.OPTED_OUT]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("meta_131026", ErrorClass.RECIPIENT),
        ("meta_0", ErrorClass.REAUTH),
        ("http_502", ErrorClass.UNKNOWN),
        ("meta_", ErrorClass.UNKNOWN),
        ("meta_x", ErrorClass.UNKNOWN),
        ("", ErrorClass.UNKNOWN),
    ],
)
def test_a_class_is_found_by_the_name_of_an_error(name, kind):
    assert class_named(name) is kind


@pytest.mark.skipif(not CODES.exists(), reason="the list of codes is not in this copy")
def test_no_code_on_the_list_is_unknown():
    codes = [each["code"] for each in json.loads(CODES.read_text())]

    assert len(codes) == 93
    assert [code for code in codes if class_of(code) is ErrorClass.UNKNOWN] == []
