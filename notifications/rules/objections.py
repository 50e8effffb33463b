"""What rules look at, and what they may answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.values import Debt, Milestone, Scope
from notifications.rules.commerce_policy import Forbidden
from notifications.rules.standing import Hour, Standing
from notifications.rules.stories import Sibling


class Because(StrEnum):
    """Why a message was not sent, or not yet. Shown to people; never rename a value."""

    AUTOMATION_OFF = "automation_off"
    SHOP_GONE = "shop_gone"
    TOO_LATE = "too_late"
    ORDER_UNKNOWN = "order_unknown"
    ORDER_CANCELLED = "order_cancelled"
    ORDER_ANSWERED = "order_answered"
    PARCEL_CANCELLED = "parcel_cancelled"
    ALREADY_DELIVERED = "already_delivered"
    SUPERSEDED = "superseded"
    OVERTAKEN = "overtaken"
    ALREADY_TOLD = "already_told"
    SET_OUT_HERE = "set_out_here"
    NO_PHONE = "no_phone"
    NO_CONSENT = "no_consent"
    CONSENT_REVOKED = "consent_revoked"
    NOT_CONNECTED = "not_connected"
    PARKED = "parked"
    TEMPLATE_NOT_READY = "template_not_ready"
    TEMPLATE_IS_MARKETING = "template_is_marketing"
    BEHIND_ANOTHER = "behind_another"
    PAIR_LIMIT = "pair_limit"
    NUMBER_BUSY = "number_busy"
    TOLD_TOGETHER = "told_together"
    CANCELLED_OUT = "cancelled_out"
    GATHERING = "gathering"
    HEARD_LATELY = "heard_lately"
    WHOLE_ORDER = "whole_order"
    CHAT_UNREAD = "chat_unread"
    WINDOW_CLOSED = "window_closed"
    ALREADY_ANSWERED = "already_answered"
    QUIET_HOURS = "quiet_hours"
    OUTSIDE_ITS_HOURS = "outside_its_hours"
    NO_COMMON_HOUR = "no_common_hour"
    NO_OFFERS_THERE = "no_offers_there"
    CART_BOUGHT = "cart_bought"
    CART_GONE = "cart_gone"
    STEP_GONE = "step_gone"
    STEP_NOT_SUITED = "step_not_suited"
    GOODS_FORBIDDEN = "goods_forbidden"
    CART_STILL_CHANGING = "cart_still_changing"
    INVOICE_GONE = "invoice_gone"
    STEP_NOT_DUE = "step_not_due"
    NOT_READ_YET = "not_read_yet"
    STORE_NOT_LOOKED_AT = "store_not_looked_at"
    SOLD_OUT = "sold_out"
    ORDER_DRAFTED = "order_drafted"
    CODE_NOT_READY = "code_not_ready"
    NO_CODE = "no_code"
    NOT_CONFIRMED = "not_confirmed"
    CONSENT_EXPIRED = "consent_expired"
    NOT_ON_WHATSAPP = "not_on_whatsapp"
    CONTROL_GROUP = "control_group"
    LABEL_MISSING = "label_missing"
    CAP_REACHED = "cap_reached"


@dataclass(frozen=True, slots=True)
class Wait:
    """Ask again at ``until``."""

    until: datetime
    because: Because


@dataclass(frozen=True, slots=True)
class Skip:
    """Never send this message."""

    because: Because


@dataclass(frozen=True, slots=True)
class Yes:
    """Where somebody's consent comes from, and when it was given."""

    source: str
    given_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    """A checkout that somebody has left, as far as rules look at it.

    Its time comes ``after`` it was last changed. ``is_there`` is whether it still
    stands there, with something in it. ``bought_at`` is when whoever left it has
    bought, and ``unread_since`` since when something of the store's waits to be read
    that may tell of it. ``step_is_gone`` is whether the owner has taken the step out
    of the flow, and ``unmet`` the first of the step's conditions that does not hold;
    ``has_own_hours`` is whether the step has hours of its own. ``forbidden`` is what
    Meta's commerce policy, or the owner, has against one of its goods.
    """

    is_there: bool
    changed_at: datetime | None
    bought_at: datetime | None
    unread_since: datetime | None
    after: timedelta
    step_is_gone: bool = False
    unmet: str | None = None
    has_own_hours: bool = False
    forbidden: Forbidden | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What somebody is yet to pay, where a flow reminds them of it.

    A step's time comes ``after`` ``changed_at``: when the order was placed, or the
    invoice of a draft was sent. ``is_open`` is whether it is still to be paid, as it is
    known in one moment with what waits to be read, and may tell of the payment;
    ``is_there`` is false where the store has taken it back. The others are as in a
    ``Cart``.
    """

    is_open: bool
    is_there: bool
    changed_at: datetime | None
    unread_since: datetime | None
    after: timedelta
    step_is_gone: bool = False
    unmet: str | None = None
    has_own_hours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the store said of a cart when it was looked at, after it was changed last.

    ``seen_at`` is when that was, None where nobody has. Of its ``things`` so many were
    ``gone``, both None where that is not known, as ``ordered`` and ``drafted`` are:
    whether whoever left it has an order since, or a draft order.
    ``asked_at`` is when somebody was asked last to look, and ``is_in_vain`` whether
    nobody will.
    """

    seen_at: datetime | None
    things: int | None
    gone: int | None
    ordered: bool | None
    drafted: bool | None
    asked_at: datetime | None
    is_in_vain: bool


@dataclass(frozen=True, slots=True)
class Code:
    """The code that an offer carries. It is ``ready`` once it may be told, ``lost``
    where it never will be, and was ``asked_for_at`` a moment, None where it was not
    yet."""

    ready: bool
    lost: bool
    asked_for_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """An order whose buyer is asked whether they want it: ``said`` is what they have
    said, if anything, and ``is_to_be_paid`` whether it is still to be paid at the door;
    nobody is asked of what ``is_on_its_way``."""

    said: str | None
    is_to_be_paid: bool
    is_on_its_way: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All a rule may know about one message and the person it is for.

    ``yes`` is the consent that covers this message, ``revoked_at`` when the person
    last took one back. ``template_state`` and ``template_category`` are Meta's words,
    None where there is no such template. ``debt`` is what the person was sent lately.

    ``milestone``, ``place`` and ``silence`` are what the message is about, None where
    it is about nothing of the kind; ``parcel_...`` and ``scan_...`` are what is known
    by now.

    ``cart`` is what it is about where that is no order but what somebody has left, and
    ``bill`` what it asks somebody to pay as a step of a flow; ``look`` is what the
    store says of a cart.

    ``ordered`` is what it asks its reader about, None where it asks nothing.

    ``number_free_at`` is when its number may have a slot for it, None where it has one.

    ``is_reply`` is whether it answers what somebody wrote. ``wrote_at`` is when they
    last did, and ``said_at`` when the same was answered to them before. What somebody
    has said may lie ``unread``.

    ``is_trial`` is whether somebody who minds the store wants to see it on their own
    phone.

    ``siblings`` are the other messages about the order that go out, or have gone out;
    ``itself`` is this one beside them, None where it has none.
    ``has_something_to_tell`` is false where what it would tell has come to nothing.

    ``standing`` is of the person whom an offer is for, None for news; ``hour`` where
    the hour counts, as it does for every offer. ``code`` is of an offer that carries
    one.
    """

    is_on: bool
    shop_is_active: bool
    scope: Scope
    wanted_at: datetime
    lifetime: timedelta
    order_is_known: bool
    order_cancelled_at: datetime | None
    outlives_cancellation: bool
    awaits_payment: bool
    order_is_unpaid: bool
    tells_part: bool
    parcel_is_part: bool
    is_about_parcel: bool
    tracking_key: str | None
    parcel_is_cancelled: bool
    parcel_tracking_key: str | None
    milestone: Milestone | None
    is_told_daily: bool
    place: str | None
    silence: timedelta | None
    parcel_milestone: Milestone | None
    parcel_milestone_at: datetime | None
    parcel_was_under_way: bool
    parcel_moved_at: datetime | None
    parcel_set_out_at: datetime | None
    scan_milestone: Milestone | None
    scan_at: datetime | None
    scan_place: str | None
    cart: Cart | None
    is_reachable: bool
    yes: Yes | None
    revoked_at: datetime | None
    number_is_connected: bool
    parked_until: datetime | None
    template_state: str | None
    template_category: str | None
    another_is_under_way: bool
    debt: Debt | None
    number_free_at: datetime | None
    itself: Sibling | None
    siblings: tuple[Sibling, ...]
    has_something_to_tell: bool
    is_reply: bool
    wrote_at: datetime | None
    said_at: datetime | None
    unread: bool
    standing: Standing | None = None
    hour: Hour | None = None
    code: Code | None = None
    is_trial: bool = False
    ordered: Ordered | None = None
    bill: Bill | None = None
    look: Look | None = None

    @property
    def in_flow(self) -> Cart | Bill | None:
        """What a flow reminds somebody of; None for a message that is in none."""
        return self.bill if self.cart is None else self.cart
