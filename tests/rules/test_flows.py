"""Which step of a flow comes next, and for whom it is."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.errors import NotPossible
from core.values import Money
from notifications import flow_files
from notifications.automations import cart_reminder
from notifications.rules.decision import Send, decide
from notifications.rules.flows import (
    STOP,
    Conditions,
    Flow,
    Seen,
    Step,
    following,
    unmet,
)
from notifications.rules.objections import Because, Skip
from tests.rules.facts import NOON, OWED, but, nearly_welcome

HOUR = timedelta(hours=1)
LIMITS = cart_reminder.FLOW.limits
MESSAGES = {"plain": False, "with_offer": True}
FIRST = {"key": "a", "message": "plain", "after_minutes": 60}
SECOND = {"key": "b", "message": "plain", "after_minutes": 120}


def _checked(*steps, **more):
    written = {"steps": list(steps), **more}
    return flow_files.checked(
        written, messages=MESSAGES, languages=["en", "ko"], limits=LIMITS
    )


def _flow(*steps, **more):
    return flow_files.read(_checked(*steps, **more), holdout=7)


SEEN = Seen(
    worth=Money(Decimal("80.00"), "EUR"),
    country="DE",
    language="en",
    tags=frozenset({"frequent"}),
    is_first_time=True,
    items=3,
    products=frozenset({7, 8}),
)


# For whom


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ({"value_at_least": "80.00"}, True),
        ({"value_at_least": "80.01"}, False),
        ({"value_at_least": {"EUR": "80"}}, True),
        ({"value_at_least": {"USD": "1"}}, False),
        ({"value_below": "80.01"}, True),
        ({"value_below": "80.00"}, False),
        ({"countries": ["AT", "DE"]}, True),
        ({"countries": ["AT"]}, False),
        ({"languages": ["en"]}, True),
        ({"languages": ["ko"]}, False),
        ({"first_time_buyer": True}, True),
        ({"first_time_buyer": False}, False),
        ({"tags": ["frequent"]}, True),
        ({"tags": ["churn_risk"]}, False),
        ({"without_tags": ["churn_risk"]}, True),
        ({"without_tags": ["frequent"]}, False),
        ({"items_at_least": 3}, True),
        ({"items_at_least": 4}, False),
        ({"products": [8, 9]}, True),
        ({"products": [9]}, False),
    ],
)
def test_a_condition_is_what_it_says(when, holds):
    [step] = _flow({**FIRST, "when": when}).steps

    assert unmet(step.when, SEEN) == (None if holds else next(iter(when)))


@pytest.mark.parametrize("asked", ["unread", "unclicked"])
def test_what_was_done_with_the_message_before_counts_where_it_is_asked(asked):
    [step] = _flow({**FIRST, "when": {asked: True}}).steps
    done = {"unread": {"was_read": True}, "unclicked": {"was_clicked": True}}[asked]

    assert unmet(step.when, SEEN) is None
    assert unmet(step.when, replace(SEEN, **done)) == asked
    assert unmet(Conditions(), replace(SEEN, **done)) is None


def test_who_is_known_by_nothing_is_met_by_no_condition_about_them():
    asked = {"value_at_least": "0", "countries": ["DE"], "languages": ["en"]}
    for name, value in asked.items():
        [step] = _flow({**FIRST, "when": {name: value}}).steps
        assert unmet(step.when, Seen()) == name


# What comes next

_KEYS = [*"abcde"]


@st.composite
def _flows(draw):
    count = draw(st.integers(1, 5))
    keys = draw(st.permutations(_KEYS))[:count]
    steps = []
    for number, key in enumerate(keys):
        ways = st.sampled_from([None, STOP, *keys[number + 1 :]])
        steps.append(
            Step(
                key=key,
                message="plain",
                after=(number + 1) * HOUR,
                then=draw(ways),
                otherwise=draw(ways),
            )
        )
    return Flow(steps=tuple(steps), holdout=0)


@given(_flows(), st.lists(st.booleans(), min_size=5, max_size=5))
def test_a_flow_always_ends_and_no_step_comes_twice(flow, suits):
    told, step = [], flow.first
    for each in suits:
        told.append(step.key)
        step = following(flow, step.key, after=step.after, suits=each)
        if step is None:
            break

    assert step is None
    assert len(set(told)) == len(told) <= len(flow.steps)


@given(_flows(), _flows(), st.integers(1, 5))
def test_no_edit_leads_back_to_an_earlier_time(before, after, number):
    """What was told at its time is not asked for again under another name."""
    step = before.steps[min(number, len(before.steps)) - 1]
    if after.step(step.key) is not None:
        return

    found = following(after, step.key, after=step.after, suits=True)

    assert found is None or found.after >= step.after


def test_a_step_that_suits_goes_one_way_and_one_that_does_not_another():
    flow = _flow(
        {**FIRST, "then": "stop", "otherwise": "c"},
        SECOND,
        {**SECOND, "key": "c", "after_minutes": 180},
    )

    assert following(flow, "a", after=HOUR, suits=True) is None
    assert following(flow, "a", after=HOUR, suits=False).key == "c"
    assert following(flow, "b", after=HOUR, suits=True).key == "c"
    assert following(flow, "c", after=HOUR, suits=True) is None


# As it is written


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ([], "a flow is a JSON object"),
        ({}, "steps: Missing data"),
        ({"steps": []}, "steps: Length must be between 1 and 5"),
        ({"steps": [FIRST] * 6}, "steps: Length must be between 1 and 5"),
        ({"steps": [FIRST], "hold": 1}, "hold: Unknown field"),
        ({"steps": [FIRST], "holdout": 51}, "holdout: Must be"),
        ({"steps": [{**FIRST, "key": "A b"}]}, "steps[0].key: Must be 1 to 20"),
        ({"steps": [{**FIRST, "key": "a\n"}]}, "steps[0].key: Must be 1 to 20"),
        ({"steps": [{**FIRST, "key": "stop"}]}, "steps[0].key: 'stop' is taken"),
        ({"steps": [FIRST, {**SECOND, "key": "a"}]}, "steps[1].key: 'a' is taken"),
        (
            {"steps": [{**FIRST, "after_minutes": 29}]},
            "steps[0].after_minutes: Must be at least 30",
        ),
        ({"steps": [{**FIRST, "after_minutes": "60"}]}, "steps[0].after_minutes: Not"),
        ({"steps": [{**FIRST, "after_minutes": True}]}, "steps[0].after_minutes: Not"),
        (
            {"steps": [FIRST, {**SECOND, "after_minutes": 119}]},
            "steps[1].after_minutes: Must be at least 60 more than the step before",
        ),
        ({"steps": [{**FIRST, "message": "x"}]}, "steps[0].message: Must be one of"),
        (
            {"steps": [{**FIRST, "message": "with_offer"}]},
            "steps[0].offer: with_offer needs an offer",
        ),
        (
            {"steps": [{**FIRST, "offer": {"percent": 10}}]},
            "steps[0].offer: plain has no offer",
        ),
        (
            {"steps": [{**FIRST, "message": "with_offer", "offer": {"percent": 0}}]},
            "steps[0].offer.percent: Must be",
        ),
        ({"steps": [{**FIRST, "then": "a"}]}, "steps[0].then: Must be the key of"),
        (
            {"steps": [FIRST, {**SECOND, "otherwise": "a"}]},
            "steps[1].otherwise: Must be the key of a later step, or stop",
        ),
        ({"steps": [{**FIRST, "window": "9-5"}]}, "steps[0].window: must have a"),
        (
            {"steps": [{**FIRST, "when": {"countries": ["de"]}}]},
            "steps[0].when.countries[0]: Must be a country such as DE.",
        ),
        (
            {"steps": [{**FIRST, "when": {"languages": ["xx"]}}]},
            "steps[0].when.languages: Must be of: en, ko",
        ),
        (
            {"steps": [{**FIRST, "when": {"value_at_least": 50.0}}]},
            "steps[0].when.value_at_least: Must be an amount as text",
        ),
        (
            {"steps": [{**FIRST, "when": {"value_at_least": {"eur": "5"}}}]},
            "steps[0].when.value_at_least: eur is not a currency such as EUR.",
        ),
        (
            {"steps": [{**FIRST, "when": {"unread": "yes"}}]},
            "steps[0].when.unread: Not a valid boolean",
        ),
        ({"steps": [7]}, "steps[0]: Invalid input type"),
        ({"steps": "ab"}, "steps: Not a valid list"),
    ],
)
def test_a_mistake_is_told_with_its_place(written, said):
    with pytest.raises(NotPossible) as refused:
        flow_files.checked(
            written, messages=MESSAGES, languages=["en", "ko"], limits=LIMITS
        )

    assert str(refused.value).startswith(said)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_whatever_is_written_is_read_or_refused(written):
    for flow in (written, {"steps": written}, {"steps": [{**FIRST, "when": written}]}):
        try:
            kept = flow_files.checked(
                flow, messages=MESSAGES, languages=["en"], limits=LIMITS
            )
        except NotPossible:
            continue
        assert len(flow_files.read(kept, holdout=0).steps) == len(kept["steps"])


def test_a_flow_without_its_own_share_has_the_one_of_the_setting():
    assert _flow(FIRST).holdout == 7
    assert _flow(FIRST, holdout=0).holdout == 0


# What is yet to be paid


@given(facts=nearly_welcome("bill", "order_is_known"))
def test_nothing_asks_for_what_is_paid_or_before_its_time(facts):
    bill = facts.bill
    # Who has a message sent to their own phone is shown it, whatever it is about.
    assume(bill is not None and facts.cart is None and not facts.is_trial)
    is_early = bill.changed_at is not None and bill.changed_at + bill.after > NOON
    assume(not bill.is_open or bill.step_is_gone or bill.unmet or is_early)

    assert decide(facts, now=NOON) != Send()


def test_what_is_open_and_has_its_time_is_asked_for():
    assert decide(but(bill=OWED), now=NOON) == Send()


@given(late=st.timedeltas(timedelta(), timedelta(hours=30)))
def test_a_bill_has_all_of_its_lifetime_from_its_own_time_on(late):
    facts = but(bill=OWED, wanted_at=NOON - HOUR)

    said = decide(facts, now=NOON + late)

    is_fresh = late <= facts.lifetime
    assert said == (Send() if is_fresh else Skip(Because.TOO_LATE))
