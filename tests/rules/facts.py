"""Facts that nothing stands against, to be changed one at a time."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from core.values import Debt, MessageId, Milestone, Scope
from notifications.rules.commerce_policy import Category, Forbidden
from notifications.rules.lifecycle import State
from notifications.rules.objections import (
    Because,
    Bill,
    Cart,
    Code,
    Facts,
    Look,
    Ordered,
    Yes,
)
from notifications.rules.standing import Cap, Hour, Standing
from notifications.rules.stories import Chapter, Sibling, Story

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)

WELCOME = Facts(
    is_on=True,
    shop_is_active=True,
    scope=Scope.TRANSACTIONAL,
    wanted_at=NOON,
    lifetime=timedelta(hours=24),
    order_is_known=True,
    order_cancelled_at=None,
    outlives_cancellation=False,
    awaits_payment=False,
    order_is_unpaid=False,
    tells_part=False,
    parcel_is_part=False,
    is_about_parcel=True,
    tracking_key="key",
    parcel_is_cancelled=False,
    parcel_tracking_key="key",
    milestone=None,
    is_told_daily=False,
    place=None,
    silence=None,
    parcel_milestone=None,
    parcel_milestone_at=None,
    parcel_was_under_way=True,
    parcel_moved_at=None,
    parcel_set_out_at=None,
    scan_milestone=None,
    scan_at=None,
    scan_place=None,
    cart=None,
    is_reachable=True,
    yes=Yes("order_attribute", NOON),
    revoked_at=None,
    number_is_connected=True,
    parked_until=None,
    template_state="APPROVED",
    template_category="UTILITY",
    another_is_under_way=False,
    debt=None,
    number_free_at=None,
    itself=None,
    siblings=(),
    has_something_to_tell=True,
    is_reply=False,
    wrote_at=None,
    said_at=None,
    unread=False,
)


LEFT = Cart(
    is_there=True,
    changed_at=NOON - timedelta(hours=1),
    bought_at=None,
    unread_since=None,
    after=timedelta(hours=1),
)
"""A checkout whose time has just come."""

WINE = Forbidden(Category.ALCOHOL, "wine", "title")

OWED = Bill(
    is_open=True,
    is_there=True,
    changed_at=NOON - timedelta(hours=1),
    unread_since=None,
    after=timedelta(hours=1),
)
"""Something to be paid, whose reminder's time has just come."""

SEEN = Look(
    seen_at=NOON,
    things=2,
    gone=0,
    ordered=False,
    drafted=False,
    asked_at=NOON,
    is_in_vain=False,
)
"""All of the cart is there."""

ORDERED = Ordered(said=None, is_to_be_paid=True, is_on_its_way=False)
"""An order whose buyer is still to be asked."""

FIRST = Chapter(Story.PARCEL, 1)
LAST = Chapter(Story.PARCEL, 9)


def sibling(id_: str, **changes: Any) -> Sibling:
    """A message that was proposed at noon and is due."""
    return replace(
        Sibling(
            id=MessageId(id_),
            chapter=None,
            about="7",
            tracking_key=None,
            state="waiting",
            reason=None,
            wanted_at=NOON,
            created_at=NOON,
            due_at=NOON,
            is_of_this_batch=False,
        ),
        **changes,
    )


def but(**changes: Any) -> Facts:
    return replace(WELCOME, **changes)


def _any_facts() -> st.SearchStrategy[Facts]:
    moment = st.timedeltas(-timedelta(hours=50), timedelta(hours=50)).map(
        lambda away: NOON + away
    )
    maybe_moment = st.none() | moment
    key = st.sampled_from(["key", "another", ""])
    siblings = st.builds(
        Sibling,
        id=st.sampled_from("abcd").map(MessageId),
        chapter=st.none() | st.sampled_from([FIRST, LAST]),
        about=key,
        tracking_key=st.none() | key,
        state=st.sampled_from(State).map(str),
        reason=st.none() | st.sampled_from(Because).map(str),
        wanted_at=moment,
        created_at=moment,
        due_at=moment,
        is_of_this_batch=st.booleans(),
    )
    carts = st.builds(
        Cart,
        is_there=st.booleans(),
        changed_at=maybe_moment,
        bought_at=maybe_moment,
        unread_since=maybe_moment,
        after=st.sampled_from([timedelta(minutes=30), timedelta(hours=24)]),
        step_is_gone=st.booleans(),
        unmet=st.sampled_from([None, None, "countries"]),
        forbidden=st.sampled_from([None, None, WINE]),
    )
    bills = st.builds(
        Bill,
        is_open=st.booleans(),
        is_there=st.booleans(),
        changed_at=maybe_moment,
        unread_since=maybe_moment,
        after=st.sampled_from([timedelta(minutes=30), timedelta(hours=24)]),
        step_is_gone=st.booleans(),
        unmet=st.sampled_from([None, None, "countries"]),
        has_own_hours=st.booleans(),
    )
    ordered = st.builds(
        Ordered,
        said=st.sampled_from([None, "confirmed"]),
        is_to_be_paid=st.booleans(),
        is_on_its_way=st.booleans(),
    )
    looks = st.builds(
        Look,
        seen_at=maybe_moment,
        things=st.none() | st.integers(0, 2),
        gone=st.none() | st.integers(0, 2),
        ordered=st.none() | st.booleans(),
        drafted=st.none() | st.booleans(),
        asked_at=maybe_moment,
        is_in_vain=st.booleans(),
    )
    standings = st.builds(
        Standing,
        must_confirm=st.booleans(),
        confirmed_at=maybe_moment,
        yes_ends_at=maybe_moment,
        unreachable_at=maybe_moment,
        is_delivered_there=st.booleans(),
        is_in_control_group=st.booleans(),
        lacks_label=st.booleans(),
        caps=st.lists(
            st.builds(Cap, st.integers(0, 3), st.integers(1, 10)), max_size=2
        ).map(tuple),
        sent=st.lists(moment, max_size=3).map(lambda each: tuple(sorted(each))),
    )
    return st.builds(
        Facts,
        is_on=st.booleans(),
        shop_is_active=st.booleans(),
        scope=st.sampled_from(Scope),
        wanted_at=moment,
        lifetime=st.sampled_from([timedelta(hours=24), timedelta(hours=48)]),
        order_is_known=st.booleans(),
        order_cancelled_at=maybe_moment,
        outlives_cancellation=st.booleans(),
        awaits_payment=st.booleans(),
        order_is_unpaid=st.booleans(),
        tells_part=st.booleans(),
        parcel_is_part=st.booleans(),
        is_about_parcel=st.booleans(),
        tracking_key=key,
        parcel_is_cancelled=st.booleans(),
        parcel_tracking_key=key,
        milestone=st.none() | st.sampled_from(Milestone),
        is_told_daily=st.booleans(),
        place=st.none() | key,
        silence=st.none() | st.integers(3, 30).map(lambda n: timedelta(days=n)),
        parcel_milestone=st.none() | st.sampled_from(Milestone),
        parcel_milestone_at=maybe_moment,
        parcel_was_under_way=st.booleans(),
        parcel_moved_at=maybe_moment,
        parcel_set_out_at=maybe_moment,
        scan_milestone=st.none() | st.sampled_from(Milestone),
        scan_at=maybe_moment,
        scan_place=st.none() | key,
        cart=st.none() | carts,
        ordered=st.none() | ordered,
        bill=st.none() | bills,
        look=st.none() | looks,
        is_reachable=st.booleans(),
        yes=st.none() | st.builds(Yes, st.just("test"), moment),
        revoked_at=maybe_moment,
        number_is_connected=st.booleans(),
        parked_until=maybe_moment,
        template_state=st.sampled_from([None, "APPROVED", "PENDING"]),
        template_category=st.sampled_from([None, "UTILITY", "MARKETING"]),
        another_is_under_way=st.booleans(),
        debt=st.none() | st.builds(Debt, moment, moment),
        number_free_at=maybe_moment,
        itself=st.none() | siblings,
        siblings=st.lists(siblings, max_size=3).map(tuple),
        has_something_to_tell=st.booleans(),
        standing=st.none() | standings,
        hour=st.none() | st.builds(Hour, st.just(("UTC",)), key, maybe_moment),
        is_reply=st.booleans(),
        is_trial=st.booleans(),
        wrote_at=maybe_moment,
        said_at=maybe_moment,
        unread=st.booleans(),
        code=st.none()
        | st.builds(Code, st.booleans(), st.booleans(), st.none() | moment),
    )


FACTS = _any_facts()
"""Anything at all, at any time."""


def nearly_welcome(*names: str) -> st.SearchStrategy[Facts]:
    """Facts that nothing stands against but what is drawn for ``names``, and maybe for
    one other: of anything at all next to nothing would be sent."""
    others = st.sets(st.sampled_from([each.name for each in fields(Facts)]), max_size=1)
    return st.builds(
        lambda drawn, more: but(
            **{name: getattr(drawn, name) for name in {*names, *more}}
        ),
        FACTS,
        others,
    )
