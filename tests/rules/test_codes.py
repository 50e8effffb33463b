"""An offer with a code leaves once the code is there, and no later than makes sense."""

from datetime import timedelta

import pytest

from core.discounts import LENGTH, LETTERS, new_code
from notifications.rules.codes import PATIENCE, must_have_its_code
from notifications.rules.objections import Because, Code, Skip, Wait
from tests.rules.facts import NOON, but

SECOND = timedelta(seconds=1)
SOON = Wait(NOON + 2 * SECOND, Because.CODE_NOT_READY)


@pytest.mark.parametrize(
    ("code", "objection"),
    [
        (None, None),
        (Code(ready=True, lost=False, asked_for_at=NOON - 9 * PATIENCE), None),
        (Code(ready=False, lost=False, asked_for_at=None), SOON),
        (Code(ready=False, lost=False, asked_for_at=NOON - PATIENCE + SECOND), SOON),
        (
            Code(ready=False, lost=False, asked_for_at=NOON - PATIENCE),
            Skip(Because.NO_CODE),
        ),
        (Code(ready=False, lost=True, asked_for_at=None), Skip(Because.NO_CODE)),
    ],
)
def test_it_waits_for_its_code_and_not_for_long(code, objection):
    assert must_have_its_code(but(code=code), NOON) == objection


def test_no_two_codes_are_alike():
    codes = [new_code() for _ in range(1_000)]

    assert len(set(codes)) == len(codes)
    assert {len(code) for code in codes} == {LENGTH}
    assert set("".join(codes)) == set(LETTERS)
