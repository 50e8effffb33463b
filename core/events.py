"""What happened in the world, told in our own words.

Integrations make these from the wire; notifications react to them. Neither needs to
know the other. Which shop an event belongs to is known by whoever reads the webhook:
from the webhook itself for Shopify, from the number or account named for Meta.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.values import (
    Act,
    Category,
    FulfillmentId,
    MessageId,
    Milestone,
    Money,
    OrderId,
    Phone,
    Report,
    Scope,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """``happened_at`` is the sender's time, which may lag or run ahead of ours."""

    happened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSeen(Event):
    """An order as one webhook described it; ``happened_at`` is its version.

    ``agreed`` is the buyer's own word on the order's attribute ``_whatsapp_opt_in``:
    True, False, or None where the attribute is absent. ``wording`` is the attribute
    ``_whatsapp_opt_in_wording``, the sentence beside the box, where the shop keeps it.
    ``payment`` is Shopify's ``financial_status`` in lower case.
    """

    order_id: OrderId
    name: str
    placed_at: datetime
    cancelled_at: datetime | None
    payment: str | None
    cash_on_delivery: bool
    total: Money | None
    phone: Phone | None
    country: str | None
    first_name: str | None
    locale: str | None
    status_url: str | None
    agreed: bool | None
    wording: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDeleted(Event):
    order_id: OrderId


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelSeen(Event):
    """A fulfillment as one webhook described it; ``happened_at`` is its version.

    ``phone`` and ``country`` are the destination's; the order's count for more.
    """

    fulfillment_id: FulfillmentId
    order_id: OrderId
    name: str
    created_at: datetime
    is_cancelled: bool
    milestone: Milestone | None
    tracking_numbers: tuple[str, ...]
    tracking_url: str | None
    carrier: str | None
    phone: Phone | None
    country: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelMoved(Event):
    """A carrier's scan. An order may travel in several parcels."""

    fulfillment_id: FulfillmentId
    order_id: OrderId
    milestone: Milestone
    city: str | None
    country: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentChanged(Event):
    """A person's word about one scope, as the store's own records tell it."""

    phone: Phone
    scope: Scope
    act: Act
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppUninstalled(Event):
    """The store says that it removed the app. Unsigned headers name the store, so
    this is a claim to be checked, not a fact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReported(Event):
    """A channel tells what became of a message it had accepted.

    ``reference`` is our own id of the message, where the channel gives it back, and
    counts for more than ``provider_id``: a report may overtake the answer to our
    request, and then we do not know the provider's id yet. ``attempt`` is the attempt
    that the report is about. ``errors`` and ``pricing`` are the channel's own words,
    whole.
    """

    phone_number_id: str
    provider_id: str
    reference: MessageId | None
    attempt: int | None
    report: Report
    errors: tuple[Mapping[str, Any], ...]
    pricing: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateReviewed(Event):
    """Meta decided about one language of a template, or moved its category.

    ``state`` is Meta's word in capitals (APPROVED, REJECTED, PAUSED ...), or None
    when only the category moved; ``category`` likewise.
    """

    account_id: str
    template: str
    language: str
    state: str | None
    category: Category | None
    reason: str | None
