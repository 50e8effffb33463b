"""A WhatsApp Business Account and its numbers: what Meta tells of them, and what is
asked of Meta to connect them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from core.business_profile import BusinessProfile
from core.profile_picture import Picture

NEEDED_SCOPES = ("whatsapp_business_management", "whatsapp_business_messaging")
"""Without the first nothing can be looked at, without the second nothing sent."""


@dataclass(frozen=True, slots=True)
class Permit:
    """A token that Meta gave for a code; None where it does not say for how long."""

    secret: str = field(repr=False)
    lifetime: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenTold:
    """What a token is good for. ``expires_at`` is None where it never does;
    ``accounts`` are those that it was given for by name, and may be none for one that
    opens all of its business."""

    is_valid: bool
    expires_at: datetime | None
    scopes: frozenset[str]
    accounts: Sequence[str]


class CanSend(StrEnum):
    AVAILABLE = "AVAILABLE"
    LIMITED = "LIMITED"
    BLOCKED = "BLOCKED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What Meta finds wrong with one of the things that a message leaves through.

    ``entity`` is Meta's word, such as WABA. What Meta says of it is in English.
    """

    entity: str
    can_send: CanSend
    code: int | None
    says: str
    solution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberTold:
    """Meta's own words in capitals, None for what it did not say.

    One that ``is_on_phone`` is used in the WhatsApp Business app as well.
    """

    id: str
    display_number: str = field(repr=False)
    verified_name: str | None
    status: str | None
    name_status: str | None
    quality: str | None
    tier: str | None
    platform: str | None
    is_on_phone: bool
    can_send: CanSend | None
    troubles: Sequence[Trouble] = ()

    @property
    def is_registered(self) -> bool:
        """Whether the API knows it; one that Meta has stopped stays so."""
        return self.platform == "CLOUD_API" and self.status not in _NOT_REGISTERED


_NOT_REGISTERED = ("PENDING", "DISCONNECTED", "UNVERIFIED", "DELETED", "MIGRATED")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountTold:
    """As ``NumberTold``. ``is_told_to_us`` is whether its webhooks come to our app."""

    id: str
    name: str
    review: str | None
    status: str | None
    verification: str | None
    is_told_to_us: bool


class BusinessDesk(Protocol):
    """Meta, for whoever connects numbers. Every call may raise an OutsideError."""

    def token_for(self, code: str) -> Permit:
        """Raises WillNotWork for a code that is used, too old, or not Meta's."""

    def about_token(self, token: str) -> TokenTold: ...

    def account(self, account_id: str, token: str) -> AccountTold: ...

    def numbers(self, account_id: str, token: str) -> list[NumberTold]: ...

    def number(self, phone_number_id: str, token: str) -> NumberTold: ...

    def subscribe(self, account_id: str, token: str) -> None:
        """Have the account's webhooks sent to us; twice changes nothing."""

    def register(self, phone_number_id: str, token: str, *, pin: str) -> None:
        """Have the number send by the API. Meta counts these calls."""

    def profile(self, phone_number_id: str, token: str) -> BusinessProfile: ...

    def write_profile(
        self, phone_number_id: str, token: str, profile: BusinessProfile
    ) -> None:
        """Make the profile so; the picture stays. Twice changes nothing."""

    def write_picture(self, phone_number_id: str, token: str, picture: Picture) -> None:
        """Make it the profile's picture. Twice changes nothing."""
