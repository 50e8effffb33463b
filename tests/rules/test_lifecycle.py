"""However reports are shuffled and repeated, a message's state only moves on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.values import Report
from notifications.rules import lifecycle
from notifications.rules.lifecycle import State

STATES = st.sampled_from(State)
REPORTS = st.lists(st.sampled_from(Report).map(State))
ARRIVED = (State.SENT, State.DELIVERED, State.READ)


def heard(state, reports):
    for report in reports:
        state = lifecycle.after(state, report)
    return state


@given(state=STATES, report=st.sampled_from(Report).map(State))
def test_hearing_it_twice_is_hearing_it_once(state, report):
    assert heard(state, [report, report]) is heard(state, [report])


@given(reports=REPORTS)
def test_what_was_read_stays_read(reports):
    assert heard(State.READ, reports) is State.READ


@given(reports=REPORTS)
def test_what_arrived_never_was_only_sent(reports):
    assert heard(State.DELIVERED, reports) in (State.DELIVERED, State.READ)


@given(
    state=st.sampled_from([State.SENDING, State.UNSURE, State.WAITING, State.SENT]),
    reports=st.permutations([State.SENT, State.DELIVERED, State.READ]),
)
def test_the_order_of_reports_does_not_matter(state, reports):
    assert heard(state, reports) is State.READ


@given(reports=st.permutations([State.SENT, State.FAILED, State.DELIVERED]))
def test_what_arrived_did_not_fail_whichever_is_heard_first(reports):
    assert heard(State.SENDING, reports) is State.DELIVERED


@given(state=STATES, reports=REPORTS)
def test_no_report_sends_a_message_again(state, reports):
    """Only waiting messages are sent, and no report moves one back there."""
    after = heard(state, reports)

    assert after is state or after in (*ARRIVED, State.FAILED)


@pytest.mark.parametrize("state", [State.SKIPPED, State.CANCELLED])
@pytest.mark.parametrize("report", ARRIVED)
def test_what_should_not_have_gone_and_did_is_admitted(state, report):
    assert lifecycle.after(state, report) is report


@pytest.mark.parametrize("state", [State.SKIPPED, State.CANCELLED])
def test_what_was_not_sent_cannot_fail(state):
    assert lifecycle.after(state, State.FAILED) is state


def test_every_state_of_the_contract_is_there():
    news = {"waiting", "sending", "sent", "delivered", "read", "failed"}

    assert set(State) == news | {"skipped", "unsure", "cancelled"}
