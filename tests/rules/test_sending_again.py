"""When a person may have a message sent again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.values import Scope
from notifications.rules.lifecycle import State
from notifications.rules.sending_again import Against, Over, against
from notifications.sending_again import WHY_NOT
from tests.world import NOON

FAILED = Over(
    state=State.FAILED,
    scope=Scope.TRANSACTIONAL,
    wanted_at=NOON,
    lifetime=timedelta(hours=24),
    is_question=False,
    is_in_flow=False,
    is_erased=False,
    was_sent_again=False,
)


@pytest.mark.parametrize("state", list(State))
def test_only_what_is_over_and_did_not_arrive_may_be_sent_again(state):
    found = against(replace(FAILED, state=state), now=NOON)

    is_over = state in (State.FAILED, State.SKIPPED, State.CANCELLED)
    assert found is (None if is_over else Against.NOT_OVER)


@pytest.mark.parametrize(
    ("more", "because"),
    [
        ({"is_erased": True}, Against.PERSON_GONE),
        ({"was_sent_again": True}, Against.SENT_AGAIN),
        ({"scope": Scope.MARKETING}, Against.IS_OFFER),
        ({"is_in_flow": True}, Against.IS_OFFER),
        ({"lifetime": None}, Against.IS_REPLY),
        ({"is_question": True}, Against.IS_QUESTION),
    ],
)
def test_what_stands_against_it_is_told(more, because):
    assert against(replace(FAILED, **more), now=NOON) is because


def test_it_may_be_sent_as_long_as_it_is_news():
    last = NOON + timedelta(hours=24)

    assert against(FAILED, now=last) is None
    assert against(FAILED, now=last + timedelta(seconds=1)) is Against.TOO_OLD


def test_every_reason_has_its_sentence():
    assert WHY_NOT.keys() == set(Against)
