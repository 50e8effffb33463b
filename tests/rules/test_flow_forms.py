"""A flow that is shown as a form and sent back is the flow that it was."""

from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from notifications import flow_files
from notifications.flow_files import _Flow, _Offer, _Step, _When
from notifications.rules.flows import Limits
from webapp.pages import flow_forms, windows
from webapp.pages.flow_forms import FlowFields, StepFields

MESSAGES = {"cart_reminder": False, "cart_offer": True}
LANGUAGES = ["en", "ko", "pt_BR"]
LIMITS = Limits(earliest_minutes=30, showing=frozenset({"cart_reminder"}))
TAGS = ["frequent", "churn_risk"]
STEP = {"key": "a", "message": "cart_reminder", "after_minutes": 60}

amounts = st.decimals("0.01", 999, places=2).map(str)
values = amounts | st.dictionaries(
    st.sampled_from(["EUR", "KRW", "USD"]), amounts, min_size=1
)
some = st.integers(1, 1000)
whens = st.fixed_dictionaries(
    {},
    optional={
        "value_at_least": values,
        "value_below": values,
        "countries": st.lists(st.sampled_from(["DE", "KR"]), min_size=1, unique=True),
        "languages": st.lists(st.sampled_from(LANGUAGES), min_size=1, unique=True),
        "first_time_buyer": st.booleans(),
        "tags": st.lists(st.sampled_from(TAGS), min_size=1, unique=True),
        "without_tags": st.lists(st.sampled_from(TAGS), min_size=1, unique=True),
        "unread": st.booleans(),
        "unclicked": st.booleans(),
        "items_at_least": some,
        "products": st.lists(st.integers(1, 2**63 - 1), min_size=1, unique=True),
    },
)
steps = st.fixed_dictionaries(
    {"after": st.integers(0, 3000), "offer": st.none() | st.integers(1, 90)},
    optional={
        "when": whens,
        "window": st.sampled_from(["10:00-20:00", "tue 10:00-12:00, thu 18:00-20:00"]),
        "then": st.just("stop"),
        "otherwise": st.just("stop"),
        "show": st.just("products"),
    },
)


@st.composite
def flows(draw):
    written, after = [], 30
    for number, drawn in enumerate(draw(st.lists(steps, min_size=1, max_size=5))):
        after += 60 + drawn["after"]
        step = {"key": f"s{number}", "message": "cart_reminder", "after_minutes": after}
        for name in ("when", "window", "then", "otherwise"):
            if name in drawn:
                step[name] = drawn[name]
        if drawn["offer"]:
            step |= {"message": "cart_offer", "offer": {"percent": drawn["offer"]}}
        elif "show" in drawn:
            step["show"] = drawn["show"]
        written.append(step)
    return {"steps": written, "holdout": draw(st.integers(0, 50))}


def _sent(found):
    """As a browser sends the fields that it was shown."""
    form = MultiDict()
    for number, step in enumerate(found.steps):
        for field, value in asdict(step).items():
            name = flow_forms.name_of(number, field)
            if field == "window":
                _send_hours(form, name, value)
                continue
            for each in value if isinstance(value, tuple) else [value]:
                form.add(name, each)
    form["holdout"] = found.holdout or ""
    return form


def _send_hours(form, name, written):
    for number, row in enumerate(windows.rows(written)):
        own = f"{name}-{number}"
        form.add(f"{own}-from", row.first)
        form.add(f"{own}-to", row.last)
        form.setlist(f"{own}-day", sorted(row.days))


def _mistakes(written):
    return flow_files.mistakes(
        written, messages=MESSAGES, languages=LANGUAGES, limits=LIMITS
    )


@given(flow=flows())
def test_a_flow_that_nobody_changes_is_the_same_when_it_comes_back(flow):
    found = flow_forms.shown(flow, is_held_out=True)

    back = flow_forms.written(flow_forms.typed(_sent(found), is_held_out=True))

    assert _mistakes(back) == []
    assert flow_files.read(back, holdout=0) == flow_files.read(flow, holdout=0)


texts = st.text(max_size=12)
anything = st.builds(
    StepFields,
    **{
        name: st.lists(texts, max_size=3).map(tuple)
        if name in {"languages", "tags"}
        else texts
        for name in asdict(StepFields())
        if name != "without_tags"
    },
)


@given(found=st.lists(anything, max_size=12), holdout=texts)
def test_whatever_is_typed_is_read_or_refused_and_never_breaks(found, holdout):
    fields = FlowFields(steps=tuple(found), holdout=holdout)

    written = flow_forms.written(flow_forms.in_order(fields))
    flow_forms.with_another(fields)
    refused = _mistakes(written)

    for mistake in refused:
        flow_forms.field_of(mistake.place)
    if not refused:
        assert len(flow_files.read(written, holdout=0).steps) == len(found)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"key": "A b"}, "steps-0-key"),
        ({"after": "soon"}, "steps-0-after"),
        ({"after": "1", "unit": "minutes"}, "steps-0-after"),
        ({"after": "1", "unit": "years"}, "steps-0-after"),
        ({"window": "9-5"}, "steps-0-window"),
        ({"countries": "DE, Germany"}, "steps-0-countries"),
        ({"value_at_least": "much"}, "steps-0-value_at_least"),
        ({"value_at_least": "5 EURO"}, "steps-0-value_at_least"),
        ({"languages": ("xx",)}, "steps-0-languages"),
        ({"first_time_buyer": "maybe"}, "steps-0-first_time_buyer"),
        ({"tags": ("rich",)}, "steps-0-tags"),
        ({"items_at_least": "0"}, "steps-0-items_at_least"),
        ({"products": "mug"}, "steps-0-products"),
        ({"then": "z"}, "steps-0-then"),
        ({"show": "everything"}, "steps-0-show"),
        (
            {"show": "products", "message": "cart_offer", "percent": "5"},
            "steps-0-show",
        ),
        ({"message": "x"}, "steps-0-message"),
        ({"percent": "10"}, "steps-0-percent"),
        ({"message": "cart_offer", "percent": ""}, "steps-0-percent"),
        ({"message": "cart_offer", "percent": "95"}, "steps-0-percent"),
        (
            {"message": "cart_offer", "percent": "5", "valid_hours": "900"},
            "steps-0-valid_hours",
        ),
    ],
)
def test_a_mistake_is_shown_at_its_field(typed, field):
    step = {"key": "a", "message": "cart_reminder", "after": "1"} | typed
    fields = FlowFields(steps=(StepFields(**step),), holdout="0")

    found = [
        flow_forms.field_of(each.place)
        for each in _mistakes(flow_forms.written(fields))
    ]

    assert found == [field]


def test_a_wrong_share_is_shown_at_its_field_and_too_many_steps_at_none():
    step = StepFields(key="a", message="cart_reminder", after="1")
    fields = FlowFields(steps=(step,) * 6, holdout="all")

    found = [
        flow_forms.field_of(each.place)
        for each in _mistakes(flow_forms.written(fields))
    ]

    assert sorted(found) == ["", "holdout"]


def test_steps_are_put_in_the_order_of_their_times():
    late = StepFields(key="late", after="2", unit="days")
    soon = StepFields(key="soon", after="90", unit="minutes")

    found = flow_forms.in_order(FlowFields(steps=(late, soon), holdout="0"))
    unread = flow_forms.in_order(
        FlowFields(steps=(late, StepFields(after="x"), soon), holdout="0")
    )

    assert [step.key for step in found.steps] == ["soon", "late"]
    assert [step.key for step in unread.steps] == ["late", "", "soon"]


def test_another_step_comes_later_under_a_name_of_its_own():
    fields = flow_forms.shown({"steps": [{**STEP, "key": "1"}]}, is_held_out=True)

    more = flow_forms.with_another(fields)

    assert more.steps[1] == StepFields(
        key="2", message="cart_reminder", after="2", unit="hours"
    )
    assert _mistakes(flow_forms.written(more)) == []


def test_nothing_leads_to_a_step_that_is_taken_out():
    leading = {**STEP, "then": "b", "otherwise": "stop"}
    following = {**STEP, "key": "b", "after_minutes": 120}
    fields = flow_forms.shown({"steps": [leading, following]}, is_held_out=True)

    left = flow_forms.without(fields, 1)

    assert [(step.then, step.otherwise) for step in left.steps] == [("", "stop")]
    assert flow_forms.without(left, 7) == left
    assert _mistakes(flow_forms.written(left)) == []


def test_amounts_are_read_as_people_write_them():
    for typed, amounts in {
        "50": "50",
        "80.00 EUR": {"EUR": "80.00"},
        "eur 80.00; 100000 krw": {"EUR": "80.00", "KRW": "100000"},
    }.items():
        step = StepFields(
            key="a", message="cart_reminder", after="1", value_at_least=typed
        )
        written = flow_forms.written(FlowFields(steps=(step,), holdout="0"))

        assert written["steps"][0]["when"] == {"value_at_least": amounts}
        assert _mistakes(written) == []


def test_whatever_a_file_may_say_has_a_field():
    """Else a form that is saved would drop it without a word."""
    fields = set(asdict(StepFields()))
    named = {"after_minutes": "after"}

    written = [*_Step().fields, *_When().fields, *_Offer().fields]

    assert {named.get(name, name) for name in written} - {"when", "offer"} <= fields
    assert set(_Flow().fields) == {"steps", "holdout"}
