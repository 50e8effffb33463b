"""Several messages about one thing that was left, one after another: which comes next.

A flow is data. Each of its steps has its own time, counted from when the thing was left
alone, and may be for some people only. What a step does not suit goes on another way.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from core.values import Money
from notifications.rules.hours import Week
from notifications.rules.objections import Because, Facts, Skip, Wait

STOP = "stop"
"""Where a flow ends."""

LEAST_APART = timedelta(hours=1)
"""So long after a message the next one comes at the earliest: where the first of them
was held back for the night, both would have their time in the same morning."""
LEAST_APART_MINUTES = int(LEAST_APART.total_seconds() // 60)

ENDS = frozenset(
    {
        *(Because.SHOP_GONE, Because.AUTOMATION_OFF, Because.CONTROL_GROUP),
        *(Because.CART_BOUGHT, Because.CART_GONE, Because.OVERTAKEN),
        Because.INVOICE_GONE,
        *(Because.ORDER_CANCELLED, Because.NO_PHONE, Because.CONSENT_REVOKED),
        *(Because.NO_OFFERS_THERE, Because.NOT_ON_WHATSAPP),
    }
)
"""After these nothing of a flow comes any more; after any other the next step may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """All of them must hold; what is None or empty is not asked.

    ``value_at_least`` and ``value_below`` are by currency, ``""`` for any other.
    ``unread`` and ``unclicked`` are about the last message that the flow sent; where
    there is none, both hold. ``products`` are those of which one at least is in there.
    """

    value_at_least: Mapping[str, Decimal] = field(default_factory=dict)
    value_below: Mapping[str, Decimal] = field(default_factory=dict)
    countries: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    first_time_buyer: bool | None = None
    tags: frozenset[str] = frozenset()
    without_tags: frozenset[str] = frozenset()
    unread: bool = False
    unclicked: bool = False
    items_at_least: int = 0
    products: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """``percent`` off, for so many hours from when the message leaves. A code is for
    ``one_customer`` alone where Shopify knows who that is."""

    percent: Decimal
    valid_hours: int
    one_customer: bool = False


class Show(StrEnum):
    """Of what a message shows things, beside its words."""

    PRODUCTS = "products"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """``key`` is its name for good: it is what a step is known by when others are put
    before it. ``message`` is the automation that words it, ``then`` and ``otherwise``
    the keys of what comes next where it suits and where it does not. ``show`` is what
    it is to show of the catalog, if anything.
    """

    key: str
    message: str
    after: timedelta
    window: Week | None = None
    when: Conditions = Conditions()
    then: str | None = None
    otherwise: str | None = None
    offer: Offer | None = None
    show: Show | None = None


class About(StrEnum):
    """What a flow reminds somebody of."""

    CHECKOUT = "checkout"
    ORDER = "order"
    DRAFT_ORDER = "draft_order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a flow's file may not have: a step earlier than ``earliest_minutes``, a
    condition that is ``unasked``, each with why, people who are held out, where nobody
    ``is_held_out``, and a message that shows products, but for those of ``showing``."""

    earliest_minutes: int
    unasked: Mapping[str, str] = field(default_factory=dict)
    is_held_out: bool = True
    showing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """``steps`` in the order of their times. ``holdout`` is the percentage of people
    who get none of it, by which is seen what it does."""

    steps: tuple[Step, ...]
    holdout: int

    @property
    def first(self) -> Step:
        return self.steps[0]

    def step(self, key: str) -> Step | None:
        return next((step for step in self.steps if step.key == key), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What conditions look at. ``was_read`` and ``was_clicked`` are of the last
    message that the flow sent; a reader who lets nobody see what they have read counts
    as one who has not."""

    worth: Money | None = None
    country: str | None = None
    language: str | None = None
    tags: frozenset[str] = frozenset()
    is_first_time: bool = True
    items: int = 0
    products: frozenset[int] = frozenset()
    was_read: bool = False
    was_clicked: bool = False


def unmet(when: Conditions, seen: Seen) -> str | None:
    """The first condition that does not hold, by its name in a flow's file."""
    holds = {
        "value_at_least": _is_worth(when.value_at_least, seen.worth, at_least=True),
        "value_below": _is_worth(when.value_below, seen.worth, at_least=False),
        "countries": not when.countries or seen.country in when.countries,
        "languages": not when.languages or seen.language in when.languages,
        "first_time_buyer": when.first_time_buyer in (None, seen.is_first_time),
        "tags": not when.tags or bool(when.tags & seen.tags),
        "without_tags": not when.without_tags & seen.tags,
        "unread": not (when.unread and seen.was_read),
        "unclicked": not (when.unclicked and seen.was_clicked),
        "items_at_least": seen.items >= when.items_at_least,
        "products": not when.products or bool(when.products & seen.products),
    }
    return next((name for name, is_met in holds.items() if not is_met), None)


def _is_worth(
    bounds: Mapping[str, Decimal], worth: Money | None, *, at_least: bool
) -> bool:
    """Where no bound is named for the currency, nobody has said that it suits."""
    if not bounds:
        return True
    bound = None if worth is None else bounds.get(worth.currency, bounds.get(""))
    if worth is None or bound is None:
        return False
    return worth.amount >= bound if at_least else worth.amount < bound


def following(flow: Flow, key: str, *, after: timedelta, suits: bool) -> Step | None:
    """What comes after a step, None at the end.

    One that is in the flow no more is followed by the first that comes no earlier than
    it would have: so one that was renamed is not lost, and none comes twice, since what
    has been told is never asked for again.
    """
    step = flow.step(key)
    if step is None:
        return next((each for each in flow.steps if each.after >= after), None)
    named = step.then if suits else step.otherwise
    if named == STOP:
        return None
    if named is not None:
        return flow.step(named)
    later = flow.steps[flow.steps.index(step) + 1 :]
    return later[0] if later else None


def due_at(
    step: Step, *, changed_at: datetime, is_sent: bool, now: datetime
) -> datetime:
    """When a step comes that is proposed now, ``is_sent`` being whether the one before
    it goes out."""
    earliest = now + LEAST_APART if is_sent else now
    return max(earliest, changed_at + step.after)


def must_still_be_owed(facts: Facts, now: datetime) -> Skip | None:
    """Looked at anew together with what is still unread: between the two looks it may
    have been paid."""
    bill = facts.bill
    if bill is None or bill.is_open:
        return None
    return Skip(Because.OVERTAKEN if bill.is_there else Because.INVOICE_GONE)


def must_be_a_step(facts: Facts, now: datetime) -> Skip | None:
    """The owner may have taken it out since it was proposed."""
    is_gone = facts.in_flow is not None and facts.in_flow.step_is_gone
    return Skip(Because.STEP_GONE) if is_gone else None


def must_suit(facts: Facts, now: datetime) -> Skip | None:
    """The conditions of the step, as things are when its time has come."""
    is_unmet = facts.in_flow is not None and facts.in_flow.unmet is not None
    return Skip(Because.STEP_NOT_SUITED) if is_unmet else None


def must_have_its_time(facts: Facts, now: datetime) -> Wait | None:
    """The owner may have put it off since it was proposed. A cart has a rule of its
    own: whoever still changes something has not left."""
    bill = facts.bill
    if bill is None or bill.changed_at is None:
        return None
    comes_at = bill.changed_at + bill.after
    return Wait(comes_at, Because.STEP_NOT_DUE) if now < comes_at else None
