"""What there is to tell of an order, a person or a message: for people and programs.

Codes stand beside sentences in the reader's language, so that a page, a terminal and a
program can each show what they need. Times are in UTC.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from notifications.checks import Check
from notifications.consenting import Stand
from notifications.reasons import Reason


@dataclass(frozen=True, slots=True)
class Made:
    """What an automation made of a webhook: a message, or the reason for none."""

    automation: str
    message_id: str | None
    reason: Reason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A webhook. It is late when it came long after it had happened."""

    id: int
    topic: str
    happened_at: datetime
    came_at: datetime
    is_late: bool
    state: str
    state_means: str
    reason: Reason | None
    made: Sequence[Made]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """``city`` and ``country`` are those of the newest scan, and ``expected_at`` is
    when its carrier means to deliver."""

    fulfillment_id: int
    milestone: str | None
    milestone_at: datetime | None
    scan_at: datetime | None
    city: str | None = field(repr=False)
    country: str | None
    expected_at: datetime | None
    is_cancelled: bool
    has_tracking: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is known of an order. ``as_of`` is the time of the newest word, and
    ``led_to_by`` the message that led to it, by its id."""

    order_id: int
    name: str
    as_of: datetime
    placed_at: datetime | None
    cancelled_at: datetime | None
    payment: str | None
    cash_on_delivery: bool
    total: str | None
    currency: str | None
    country: str | None
    locale: str | None
    agreed: bool | None
    phone: str | None
    led_to_by: str | None
    parcels: Sequence[Parcel]
    webhooks: Sequence[Told]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a message's story.

    A line of a decision has its ``checks``, the rules that were asked. They are asked
    anew, and ``is_of_older_rules`` is whether they would decide otherwise today. Of an
    attempt that failed, ``own`` is the channel's error in its own words.
    """

    at: datetime
    what: str
    sentence: str
    reason: Reason | None
    attempt: int | None
    checks: Sequence[Check]
    is_of_older_rules: bool
    own: Mapping[str, Any] | None
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Failure:
    """An error of the channel's: in our words, and ``own`` in its own."""

    reason: Reason | None
    own: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message and its story.

    ``through`` is the store's number by which it left last: as people write it, or else
    as Meta calls it. ``text`` is what the buyer read, and ``sent`` the body that went
    out with it, where they are kept; ``text_is_gone`` is whether there were any that
    are kept no more. ``clicked_at`` is when its link was first followed, and ``clicks``
    how often in all.
    """

    id: str
    automation: str
    order_name: str | None
    state: str
    state_means: str
    reason: Reason | None
    scope: str
    to: str | None
    through: str | None
    attempts: int
    sent_again: int
    wanted_at: datetime
    due_at: datetime
    provider_id: str | None
    template: str | None
    language: str | None
    text: str | None = field(repr=False)
    text_is_gone: bool
    sent: Any = field(repr=False)
    clicked_at: datetime | None
    last_clicked_at: datetime | None
    clicks: int
    errors: Sequence[Failure]
    price: str | None
    pricing: Any
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """``stand`` is the consent of the person who was asked about, else None."""

    orders: Sequence[Order]
    messages: Sequence[Message]
    stand: Stand | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Something that was told of an order, in the order in which things happened.

    It is late where something newer about the same thing was known when it came.
    ``known_at`` is when it became known here, and ``was_known`` whether that was by
    the moment that was asked about.
    """

    happened_at: datetime
    came_at: datetime
    known_at: datetime
    kind: str
    sentence: str
    is_late: bool
    was_known: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderThen:
    """``facts`` is the order as it was known at the moment, None where it was not.

    ``happenings`` had happened by then, or were known by then.
    """

    order_id: int
    name: str
    facts: Order | None
    happenings: Sequence[Happening]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageThen:
    """A message that had been proposed by the moment, and its story up to it."""

    id: str
    automation: str
    order_name: str | None
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """An order as it was known at a moment of the past."""

    at: datetime
    orders: Sequence[OrderThen]
    messages: Sequence[MessageThen]
