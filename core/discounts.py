"""Codes that make something cheaper at a store's checkout, as Sosik and Shopify share
them."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.values import CustomerId

LETTERS = "CDFGHJKMNPQRTWXY34679"
"""None of them looks like another (0 and O, 1, I and L, 2 and Z, 5 and S, 8 and B, U
and V), and without a vowel there are no words, so no rude ones either."""
LENGTH = 12
"""52 bits, where Shopify stops whoever guesses."""
MOST_IN_A_MESSAGE = 15
"""WhatsApp takes no longer one beside the time that is left."""


def new_code() -> str:
    """A code that nobody guesses and everybody can type."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """What a message offers: a code, until when it counts, and where it is spent."""

    code: str = field(repr=False)
    ends_at: datetime
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """What its codes are worth: ``percent`` off everything, each code once.

    ``code`` is its first one. It is for one customer alone where ``customer_id`` says
    so; ``combines`` is whether it counts beside other discounts.
    """

    title: str
    code: str = field(repr=False)
    percent: Decimal
    starts_at: datetime
    ends_at: datetime
    combines: bool
    customer_id: CustomerId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCode:
    """A code as the store has it; names are Shopify's.

    ``name`` is None where the store knows it only by its discount. ``uses`` may be told
    late.
    """

    discount: str
    name: str | None
    is_active: bool
    uses: int
