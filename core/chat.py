"""What people say to a shop on WhatsApp, told in our own words.

What somebody wrote is theirs: it is shown in no log, and kept nowhere but in the sealed
body of its webhook and, where it says what they agree to, as the proof of that.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from core.events import Event
from core.values import Money, VariantId, WhatsAppUser


@dataclass(frozen=True, slots=True)
class Wanted:
    """So many of one thing, in a cart that somebody has filled in a chat.

    ``variant_id`` is None for what is no thing of a store's. ``price`` is what they saw
    for one of them. Whoever sends it may have made it up: nothing is sold for it.
    """

    variant_id: VariantId | None
    quantity: int
    price: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatSaid(Event):
    """Somebody wrote to a number, or pressed a button under what it had written.

    ``kind`` is Meta's word for what came, such as ``text``, ``button`` or ``image``.
    ``text`` is what they wrote, or the title of what they pressed; None for what has no
    words. ``pressed`` is the name that the sender had given to the button, and
    ``in_reply_to`` the message that it stood under, where that is told. ``cart`` is
    what they have chosen from the catalog, where the message is a cart; its ``text`` is
    what they wrote beside it.
    """

    user: WhatsAppUser
    phone_number_id: str
    message_id: str
    kind: str
    text: str | None = field(default=None, repr=False)
    pressed: str | None = field(default=None, repr=False)
    in_reply_to: str | None = None
    cart: Sequence[Wanted] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChanged(Event):
    """Somebody has another number on WhatsApp, or another id there. ``old`` is None
    where it is not told what they had before."""

    phone_number_id: str
    old: WhatsAppUser | None
    new: WhatsAppUser


class Preference(StrEnum):
    """What somebody set in WhatsApp itself about the offers of a business."""

    STOP = "stop"
    RESUME = "resume"
    SIGN_UP = "signup"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceTold(Event):
    """Somebody wants no offers of a business any more, or wants them again."""

    user: WhatsAppUser
    phone_number_id: str
    preference: Preference
