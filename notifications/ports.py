"""What the product needs from outside, as shapes. Whoever has the shape fits."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol, TypeAlias

from core.clock import Clock
from core.discounts import Deal
from core.events import Event
from core.ids import NewId
from core.lanes import Lane, Work
from core.outcomes import Outcome, OutgoingPost
from core.sealing import Keyring
from core.shopping import Basket
from core.showcases import Showcase
from core.tracking import ToFollow
from core.tracking import Verdict as TrackerVerdict
from core.values import MessageId, WhatsAppUser
from notifications.automations import Automation
from notifications.replies import Content
from notifications.wording import Template
from storage.inbox import Source
from storage.people import PhoneBook
from storage.session import Transactions


class Consequence(StrEnum):
    """What a refusal means for what comes next."""

    TRY_LATER = "try_later"
    SLOW_PERSON = "slow_person"
    SLOW_NUMBER = "slow_number"
    PARK_FOR_A_WHILE = "park_for_a_while"
    PARK_UNTIL_MENDED = "park_until_mended"
    HOLD_TEMPLATE = "hold_template"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The channel took the message and calls it ``provider_id``."""

    provider_id: str


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Nothing was sent; ``code`` says by whose word, such as ``meta_130429``. ``said``
    is the channel's own error, whole."""

    code: str
    consequence: Consequence
    said: Mapping[str, Any] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody knows whether the channel took it."""

    code: str
    said: Mapping[str, Any] | None = field(default=None, repr=False)


Verdict: TypeAlias = Accepted | NotTaken | Unknown


class Channel(Protocol):
    """How a message is worded for a channel, sent, and what the answers mean."""

    def body(
        self,
        *,
        to: WhatsAppUser,
        template: Template,
        language: str,
        values: Mapping[str, str],
        reference: MessageId,
        attempt: int,
        deal: Deal | None = None,
        showcase: Showcase | None = None,
    ) -> bytes:
        """``deal`` is for a template that has one, ``showcase`` for one that shows
        products."""

    def reply(
        self, *, to: WhatsAppUser, content: Content, reference: MessageId, attempt: int
    ) -> bytes:
        """Words of our own, within the day after somebody wrote."""

    def post(
        self,
        body: bytes,
        *,
        phone_number_id: str,
        token: str,
        start_at: float,
        not_after: float,
    ) -> OutgoingPost: ...

    def judge(self, outcome: Outcome) -> Verdict: ...

    def quotable(self, said: Mapping[str, Any], *, body: bytes) -> Mapping[str, Any]:
        """What may be kept of its error about ``body``: nothing that is in there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A message on its way: what is needed to send it and to note what came of it.

    ``is_probe`` is whether its number had been stopped: so it is the one that tries.
    ``may_go_plain`` is whether it shows what it can go without.
    """

    message_id: MessageId
    shop_id: int
    contact_id: int
    attempt: int
    phone_number_id: str
    is_probe: bool
    may_go_plain: bool = False
    post: OutgoingPost = field(repr=False)


class PostOffice(Protocol):
    """Sends envelopes at their moment, many at once, and has the outcomes recorded."""

    def wait_for_room(self, seconds: float) -> int:
        """How many more may be under way; waits that long for at least one."""

    def hand_in(self, envelopes: Sequence[Envelope]) -> None: ...


class Tracker(Protocol):
    """A service that follows numbers, asked for the one store whose ``key`` it is.

    ``title`` is what people call it. At most ``most_at_once`` numbers go into one call,
    and calls with one key are ``seconds_between`` apart. An answer has a verdict for
    each number, in their order. All may be asked again when nobody knows what became of
    it: the second time changes nothing, and takes no quota.

    Every call may raise an OutsideError; WillNotWork says that a person must mend the
    key or the account.
    """

    @property
    def title(self) -> str: ...

    @property
    def most_at_once(self) -> int: ...

    @property
    def seconds_between(self) -> float: ...

    def follow(
        self, numbers: Sequence[ToFollow], *, key: str
    ) -> Sequence[TrackerVerdict]: ...

    def follow_again(
        self, numbers: Sequence[ToFollow], *, key: str
    ) -> Sequence[TrackerVerdict]:
        """Those that it has left; each once in its life."""

    def leave(
        self, numbers: Sequence[ToFollow], *, key: str
    ) -> Sequence[TrackerVerdict]: ...

    def quota(self, *, key: str) -> int:
        """How many more numbers may be followed."""


class Hints(Protocol):
    """Word to the workers that a lane is worth a look.

    A hint is pending from ``look`` until ``clear``. Asking for a look that is
    pending already asks for nothing more. Hints may get lost; rows do not, and the
    scheduler finds them. How no row is overlooked: ``docs/concepts/hints.md``.
    """

    def look(self, work: Work, lane: Lane) -> None: ...

    def look_at_all(self, lanes: Collection[tuple[Work, Lane]]) -> None: ...

    def clear_all(self, work: Work, lanes: Collection[Lane]) -> None: ...

    def pending(self, work: Work, lanes: Collection[Lane]) -> list[Lane]: ...

    def is_pending(self, work: Work, lane: Lane) -> bool: ...


class Counters(Protocol):
    """Counts what happened, for whoever watches. A count may be lost; no more."""

    def add(self, name: str, labels: Mapping[str, str], count: int = 1) -> None: ...


class LeadsBack(Protocol):
    """The address at which somebody finds again, at the store's own checkout, what they
    have left; None where no address can hold it. ``codes`` are discounts that are to
    count there, and the order brings the ``reference`` back."""

    def __call__(
        self,
        basket: Basket,
        /,
        *,
        codes: Sequence[str] = (),
        reference: str | None = None,
    ) -> str | None: ...


ReadWebhook: TypeAlias = Callable[[Source, str, bytes, datetime], Sequence[Event]]
"""Turns (source, topic, body, when it was triggered) into events of ours.

Raises:
    UnreadablePayload: a field we need is missing or of the wrong kind.
"""

IsOfInterest: TypeAlias = Callable[[Source, str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything a use case may touch. Made in ``wiring``, and nowhere else.

    ``process`` is the name of the one process that works with these; ``monotonic`` is
    in seconds, for what must not jump with the clock. ``is_owed`` is whether a topic is
    to be heard from a shop that has gone, too. ``app_url`` is where people reach this
    installation.
    """

    process: str
    app_url: str
    clock: Clock
    monotonic: Callable[[], float]
    new_id: NewId
    transactions: Transactions
    sealer: Keyring
    book: PhoneBook
    hints: Hints
    counters: Counters
    office: PostOffice
    channel: Channel
    read_webhook: ReadWebhook
    is_of_interest: IsOfInterest
    is_owed: IsOfInterest
    leads_back: LeadsBack
    automations: Mapping[str, Automation[Any]]
    webhook_retention: timedelta
    message_body_retention: timedelta
    close: Callable[[], None]
