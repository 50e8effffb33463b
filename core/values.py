"""Small values with rules of their own."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NewType

ShopId = NewType("ShopId", int)
ContactId = NewType("ContactId", int)
OrderId = NewType("OrderId", int)
DraftOrderId = NewType("DraftOrderId", int)
FulfillmentId = NewType("FulfillmentId", int)
MessageId = NewType("MessageId", str)
CustomerId = NewType("CustomerId", int)
LineId = NewType("LineId", int)
ProductId = NewType("ProductId", int)
VariantId = NewType("VariantId", int)
CheckoutNumber = NewType("CheckoutNumber", int)
ScanId = NewType("ScanId", int)
OrderEditId = NewType("OrderEditId", int)
FulfillmentOrderId = NewType("FulfillmentOrderId", int)
PaymentId = NewType("PaymentId", int)
RefundId = NewType("RefundId", int)
ReturnId = NewType("ReturnId", int)
UserId = NewType("UserId", str)
"""WhatsApp's name of a person to one business, such as ``DE.13491208655302741918``."""

_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_SHOP = re.compile(r"[a-z0-9][a-z0-9-]{0,59}\.myshopify\.com", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number in E.164 form, such as ``+4915112345678``."""

    e164: str

    def __post_init__(self) -> None:
        if not _E164.fullmatch(self.e164):
            raise ValueError("a phone number is '+', then 7 to 15 digits")

    def __repr__(self) -> str:
        """Show only the end: numbers are personal data, and logs are not."""
        return f"Phone(+…{self.e164[-2:]})"

    __str__ = __repr__


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatsAppUser:
    """A person as WhatsApp names them: at least by a number or an id.

    Who took a ``username`` may show no number. An id is one business' own, and another
    once the person changes their number; a username may change at any time.
    """

    phone: Phone | None = None
    user_id: UserId | None = field(default=None, repr=False)
    username: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.phone is None and self.user_id is None:
            raise ValueError("a user of WhatsApp has a number or an id")


@dataclass(frozen=True, slots=True)
class ShopDomain:
    """A shop's permanent address, such as ``ada.myshopify.com``."""

    host: str

    def __post_init__(self) -> None:
        if not _SHOP.fullmatch(self.host):
            raise ValueError("not a myshopify.com domain")

    def __str__(self) -> str:
        return self.host


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency, as the buyer saw it."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not _CURRENCY.fullmatch(self.currency):
            raise ValueError("a currency is three capital letters")
        if not self.amount.is_finite():
            raise ValueError("an amount of money is a finite number")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """So many of one thing, in an order, a parcel, a refund, a checkout or a cart.

    ``price`` is for one of them, as the buyer saw it. What was sold without being in
    the shop's list of products has no ids of a product and a variant. ``is_shipped`` is
    whether it is a thing that somebody carries, and no gift card or download.
    """

    line_id: LineId | None
    product_id: ProductId | None
    variant_id: VariantId | None
    title: str | None
    variant: str | None
    sku: str | None
    quantity: int
    price: Money | None
    is_shipped: bool = True


class PhonePlace(StrEnum):
    """Where a buyer's number stood, in the order in which we look.

    What an order and a customer have of their own was checked by Shopify; the numbers
    of addresses were typed by people, who may have meant somebody else.
    """

    ORDER = "order"
    CHECKOUT = "checkout"
    CUSTOMER = "customer"
    SHIPPING_ADDRESS = "shipping_address"
    BILLING_ADDRESS = "billing_address"
    DEFAULT_ADDRESS = "default_address"
    SMS_MARKETING = "sms_marketing"


class ReturnStep(StrEnum):
    """What was done about a return, in the order in which it mostly goes."""

    REQUESTED = "requested"
    APPROVED = "approved"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    UPDATED = "updated"
    PROCESSED = "processed"
    CLOSED = "closed"
    REOPENED = "reopened"


class Milestone(StrEnum):
    """Where a parcel is, in our own words, whatever the carrier calls it.

    In the order in which a parcel passes them, so that the later one wins.
    """

    LABELLED = "labelled"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    READY_FOR_PICKUP = "ready_for_pickup"
    ATTEMPTED = "attempted"
    DELAYED = "delayed"
    IN_TROUBLE = "in_trouble"
    PICKED_UP = "picked_up"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class Debt:
    """What a business owes a person under Meta's limit for a pair.

    Messages sent in a burst that began at ``burst_at`` are paid back at ``paid_at``.
    """

    burst_at: datetime
    paid_at: datetime


class Report(StrEnum):
    """What a channel may tell us of a message it has accepted."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


class KeyKind(StrEnum):
    """By what a contact is found: a number, or WhatsApp's id of a user."""

    PHONE = "phone"
    USER_ID = "user_id"


class Scope(StrEnum):
    """What somebody may agree to. Marketing always needs a yes of its own."""

    TRANSACTIONAL = "transactional"
    MARKETING = "marketing"


class Answer(StrEnum):
    """What a buyer says who is asked whether they want what they have ordered; kept, so
    never rename a value."""

    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    SILENT = "silent"


class Act(StrEnum):
    """What somebody did about their consent.

    *Confirmed* is a second yes of whoever has the phone, where the first may have been
    somebody else's. *Imported* is a yes that was given elsewhere, and brought along.
    """

    GRANTED = "granted"
    CONFIRMED = "confirmed"
    REVOKED = "revoked"
    IMPORTED = "imported"


class Category(StrEnum):
    """Meta's price category of a template, in Meta's own words."""

    UTILITY = "UTILITY"
    MARKETING = "MARKETING"
    AUTHENTICATION = "AUTHENTICATION"


def tracking_key_of(numbers: Iterable[str]) -> str:
    """Names a set of tracking numbers; '' for none. Order and repeats do not count."""
    together = "\n".join(sorted(set(numbers)))
    if not together:
        return ""
    return hashlib.sha256(together.encode()).hexdigest()[:16]
