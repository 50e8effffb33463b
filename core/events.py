"""What happened in the world, told in our own words.

Integrations make these from the wire; notifications react to them. Neither needs to
know the other. Which shop an event belongs to is known by whoever reads the webhook:
from the webhook itself for Shopify, from the number or account named for Meta.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.values import (
    Act,
    Category,
    ContactId,
    CustomerId,
    FulfillmentId,
    FulfillmentOrderId,
    Item,
    LineId,
    MessageId,
    Milestone,
    Money,
    OrderEditId,
    OrderId,
    PaymentId,
    Phone,
    PhonePlace,
    ProductId,
    RefundId,
    Report,
    ReturnId,
    ReturnStep,
    ScanId,
    Scope,
    WhatsAppUser,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """``happened_at`` is the sender's time, which may lag or run ahead of ours."""

    happened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderTold(Event):
    """What any webhook about an order may tell; ``happened_at`` is its version.

    None is silence, never emptiness: what is known already stays. An empty tuple says
    that there is none.

    ``shipping`` is ``unfulfilled``, ``partial``, ``fulfilled`` or ``restocked``.
    ``current_total`` is what the buyer owes after edits and refunds, as the buyer sees
    it; ``worth`` is the total in the shop's own currency, for comparing orders.
    ``items`` are as they stand now: what was taken off has a quantity of 0. ``region``
    is the code of a province or state. ``marks`` are the attributes beginning with
    ``_wa_`` or ``_whatsapp_`` that a storefront of ours put on the cart.
    ``offers_agreed`` and ``offers_wording`` are the box for offers and the sentence
    beside it: ``_whatsapp_marketing_opt_in``, and the same with ``_wording``.
    """

    order_id: OrderId
    customer_id: CustomerId | None = None
    email: str | None = field(default=None, repr=False)
    phone_place: PhonePlace | None = None
    region: str | None = None
    city: str | None = None
    postcode: str | None = field(default=None, repr=False)
    shipping: str | None = None
    cancel_reason: str | None = None
    closed_at: datetime | None = None
    items: tuple[Item, ...] | None = None
    current_total: Money | None = None
    worth: Money | None = None
    discount_codes: tuple[str, ...] | None = None
    checkout_token: str | None = field(default=None, repr=False)
    cart_token: str | None = field(default=None, repr=False)
    source: str | None = None
    is_test: bool | None = None
    accepts_marketing: bool | None = None
    offers_agreed: bool | None = None
    offers_wording: str | None = None
    marks: Mapping[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSeen(OrderTold):
    """An order as one webhook described it, whole; ``happened_at`` is its version.

    ``agreed`` is the buyer's own word on the order's attribute ``_whatsapp_opt_in``:
    True, False, or None where the attribute is absent. ``wording`` is the attribute
    ``_whatsapp_opt_in_wording``, the sentence beside the box, where the shop keeps it.
    ``payment`` is Shopify's ``financial_status`` in lower case, and ``was_just_paid``
    whether the webhook is the word that it was paid.
    """

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
    was_just_paid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderGlimpsed(OrderTold):
    """Some fields of an order, from a webhook narrowed by ``include_fields``.

    The fields mean what they mean in ``OrderSeen``.
    """

    name: str | None = None
    placed_at: datetime | None = None
    cancelled_at: datetime | None = None
    payment: str | None = None
    cash_on_delivery: bool | None = None
    total: Money | None = None
    phone: Phone | None = None
    country: str | None = None
    first_name: str | None = None
    locale: str | None = None
    status_url: str | None = field(default=None, repr=False)
    agreed: bool | None = None
    wording: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEdited(Event):
    """Lines were put on or taken off: by line, how many. How the order stands after
    it is told by an ``OrderSeen`` of its own, or has to be asked for.

    ``tells_buyer`` is whether Shopify tells the buyer by itself.
    """

    order_id: OrderId
    edit_id: OrderEditId | None
    added: tuple[tuple[LineId, int], ...]
    removed: tuple[tuple[LineId, int], ...]
    tells_buyer: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDeleted(Event):
    order_id: OrderId


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentTried(Event):
    """Money was to move: ``kind`` is sale, authorization, capture, refund or void ...;
    ``status`` is success, failure, error or pending, all Shopify's words."""

    payment_id: PaymentId
    order_id: OrderId
    kind: str | None
    status: str | None
    amount: Money | None
    gateway: str | None
    error_code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundIssued(Event):
    """A refund was made, which may be of things, of money, or of both.

    ``amount`` is the money that went back; ``pending`` is what is still on its way.
    Either is None when there is none, and when its currency is not told for sure.
    """

    refund_id: RefundId
    order_id: OrderId
    amount: Money | None
    pending: Money | None
    items: tuple[Item, ...]
    return_id: ReturnId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnMoved(Event):
    """A step in the life of a return. Shopify does not tell the order each time.

    ``decline_reason`` is Shopify's word in lower case, such as ``final_sale``.
    """

    return_id: ReturnId
    order_id: OrderId | None
    step: ReturnStep
    status: str | None
    name: str | None
    lines: int | None
    decline_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelSeen(Event):
    """A fulfillment as one webhook described it; ``happened_at`` is its version.

    ``phone`` and ``country`` are the destination's; the order's count for more.
    ``tracking_urls`` belong to ``tracking_numbers`` by their place; None is unknown.
    ``status`` is Shopify's word in lower case: pending, open, success, cancelled ...
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
    status: str | None = None
    tracking_urls: tuple[str | None, ...] = ()
    items: tuple[Item, ...] | None = None
    region: str | None = None
    city: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelMoved(Event):
    """A carrier's scan. An order may travel in several parcels.

    ``expected_at`` is when the carrier means to deliver. ``note`` is the carrier's
    sentence, which may hold anything.
    """

    fulfillment_id: FulfillmentId
    order_id: OrderId
    milestone: Milestone
    city: str | None
    country: str | None
    scan_id: ScanId | None = None
    expected_at: datetime | None = None
    region: str | None = None
    note: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelScanDeleted(Event):
    """A scan was a mistake, and never happened. ``milestone`` is what it had said."""

    scan_id: ScanId
    fulfillment_id: FulfillmentId
    order_id: OrderId
    milestone: Milestone | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberMoved(Event):
    """A carrier's scan, told by a service that knows the number and not the parcel.

    ``number`` is written plainly. ``scan_id`` names the scan by what it tells, and is
    below 0, where no store's is; of two in one moment the one further along has the
    higher one. The other fields mean what they mean in ``ParcelMoved``.
    """

    number: str = field(repr=False)
    milestone: Milestone
    scan_id: ScanId
    city: str | None
    country: str | None
    region: str | None = None
    expected_at: datetime | None = None
    note: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberLeft(Event):
    """A service follows a number no longer, whoever wanted it so."""

    number: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupPrepared(Event):
    """Things wait for the buyer in a shop. Which order's has mostly to be asked for."""

    fulfillment_order_id: FulfillmentOrderId
    order_id: OrderId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingHeld(Event):
    """What was to be shipped is held back; ``reasons`` are Shopify's words in lower
    case, such as ``awaiting_payment``."""

    fulfillment_order_id: FulfillmentOrderId
    order_id: OrderId | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingResumed(Event):
    """The last hold is gone."""

    fulfillment_order_id: FulfillmentOrderId
    order_id: OrderId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentChanged(Event):
    """A person's word about one scope, as the store's own records tell it.

    ``opt_in_level`` and ``collected_from`` are Shopify's words in lower case.
    """

    phone: Phone
    scope: Scope
    act: Act
    source: str
    customer_id: CustomerId | None = None
    opt_in_level: str | None = None
    collected_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OffersAgreed(Event):
    """Somebody said yes to offers, which counts once they have confirmed it.

    ``language`` is that of what they said yes in themselves, None where nobody knows.
    """

    phone: Phone
    contact_id: ContactId
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSeen(Event):
    """A customer as one webhook described them; ``happened_at`` is its version.

    ``email_marketing`` and ``sms_marketing`` are Shopify's words in lower case, such
    as ``subscribed``. WhatsApp's consent comes as ``ConsentChanged``.
    """

    customer_id: CustomerId
    created_at: datetime | None
    phone: Phone | None
    phone_place: PhonePlace | None
    email: str | None = field(repr=False)
    first_name: str | None = field(repr=False)
    country: str | None
    email_marketing: str | None
    sms_marketing: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerDeleted(Event):
    customer_id: CustomerId


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersMerged(Event):
    """Two customers are one from now on, and what was ``gone``'s is ``kept``'s."""

    kept: CustomerId
    gone: CustomerId


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopChanged(Event):
    """What the store says of itself; None is silence. ``shop`` is its domain."""

    shop: str | None = None

    name: str | None
    timezone: str | None
    currency: str | None
    country: str | None
    locale: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppUninstalled(Event):
    """The store says that it removed the app. Unsigned headers name the store, so
    this is a claim to be checked, not a fact."""


@dataclass(frozen=True, slots=True)
class Named:
    """A person, as a store names them; any of it may be missing.

    ``said_phone`` is their number as it was written, ``phone`` what was read of that.
    """

    customer_id: CustomerId | None = None
    phone: Phone | None = field(default=None, repr=False)
    said_phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    orders: tuple[OrderId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonAsks(Event):
    """Somebody asks the store what is held of them. ``shop`` is the store's domain, as
    the signed body has it."""

    shop: str
    person: Named
    request_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonToBeForgotten(Event):
    """A person's data is to be erased; ``shop`` as in ``PersonAsks``."""

    shop: str
    person: Named


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopToBeForgotten(Event):
    """All of a shop's data is to be erased; ``shop`` as in ``PersonAsks``."""

    shop: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PastWritten(Event):
    """The store says that it has written what it was asked of its past."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductChanged(Event):
    """Something of a product is another than it was, or it is there no more: the store
    is to be asked of it."""

    product_id: ProductId


@dataclass(frozen=True, slots=True, kw_only=True)
class StockChanged(Event):
    """There is more or less of a thing, which the store has a number of its own for."""

    inventory_item_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketsChanged(Event):
    """A market of the store is another than it was: what things cost somewhere may be,
    too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionChanged(Event):
    """A collection of products is another than it was, or it is there no more."""

    collection_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReported(Event):
    """A channel tells what became of a message it had accepted.

    ``reference`` is our own id of the message, where the channel gives it back, and
    counts for more than ``provider_id``: a report may overtake the answer to our
    request, and then we do not know the provider's id yet. ``attempt`` is the attempt
    that the report is about. ``errors`` and ``pricing`` are the channel's own words,
    whole. ``charged_as`` is the kind of message that it has a price as, None where it
    has none, or where this report does not tell. ``user`` is who got it, where that is
    told.
    """

    phone_number_id: str
    provider_id: str
    reference: MessageId | None
    attempt: int | None
    report: Report
    errors: tuple[Mapping[str, Any], ...]
    pricing: Mapping[str, Any] | None
    charged_as: str | None = None
    user: WhatsAppUser | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMoved(Event):
    """Something of a WhatsApp Business Account, or of a number of it, is otherwise than
    it was. How it is now Meta says when it is asked."""

    account_id: str


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
