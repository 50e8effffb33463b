"""What the rules about flows asked, and what they saw, in plain words."""

from collections.abc import Mapping
from types import MappingProxyType

from core.words import N_
from notifications.questions import Answered, Question, free_again, whether
from notifications.rules import flows
from notifications.rules.decision import Rule


def _is_a_step(answered: Answered) -> str | None:
    left = answered.facts.in_flow
    return whether(answered) if left is not None and left.step_is_gone else None


def _suits(answered: Answered) -> str | None:
    left = answered.facts.in_flow
    if left is None or left.unmet is None:
        return None
    return answered.words.gettext("no, not by %(condition)s", condition=left.unmet)


def _owed(answered: Answered) -> str | None:
    return None if answered.facts.bill is None else whether(answered)


def _its_time(answered: Answered) -> str | None:
    return None if answered.facts.bill is None else free_again(answered)


QUESTIONS: Mapping[Rule, Question] = MappingProxyType(
    {
        flows.must_still_be_owed: Question(N_("still to be paid?"), ("bill",), _owed),
        flows.must_be_a_step: Question(
            N_("still a step of the flow?"), ("cart", "bill"), _is_a_step
        ),
        flows.must_have_its_time: Question(
            N_("the step's time?"), ("bill",), _its_time
        ),
        flows.must_suit: Question(
            N_("the step's conditions?"), ("cart", "bill"), _suits
        ),
    }
)
"""Of none of them is anything said where a message is in no flow."""
