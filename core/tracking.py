"""Numbers of parcels, and what is asked of a service that follows them."""

import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

LONGEST_NUMBER = 40
"""No carrier's number is longer, and a stranger may send us anything."""

_BETWEEN_GROUPS = str.maketrans("", "", " -.\t\u00a0\u200b")


def written_plainly(number: str) -> str:
    """The number in capitals, without what people put between its groups.

    '' for what is no tracking number at all: too long, or not letters and digits.
    """
    if len(number) > 2 * LONGEST_NUMBER:
        return ""
    # Japanese and Chinese keyboards make digits of full width.
    plain = unicodedata.normalize("NFKC", number).translate(_BETWEEN_GROUPS).upper()
    if len(plain) > LONGEST_NUMBER or not (plain.isascii() and plain.isalnum()):
        return ""
    return plain


@dataclass(frozen=True, slots=True, kw_only=True)
class ToFollow:
    """A number, written plainly, of which a service is to tell every scan.

    ``company`` is the carrier as the store writes it, and ``tag`` what the service is
    to give back with each scan.
    """

    number: str = field(repr=False)
    company: str | None
    tag: str


class Hope(StrEnum):
    """What a refusal of one number means for what comes next."""

    LATER = "later"
    NEVER = "never"
    NO_QUOTA = "no_quota"


@dataclass(frozen=True, slots=True)
class Done:
    """It was done, now or by an earlier call."""


@dataclass(frozen=True, slots=True)
class NotDone:
    """It was not; ``code`` says by whose word, such as ``17track_18019903``."""

    code: str
    hope: Hope


Verdict: TypeAlias = Done | NotDone
