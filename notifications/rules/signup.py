"""What stands in the way of a number that is being connected, and who can help."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from core.errors import OutsideError, WillNotWork
from core.words import N_, Meaning

TOKEN_DEAD = "token_dead"  # noqa: S105 -- the name of a reason
NO_SCOPE = "signup_scope_missing"
NO_NUMBER = "signup_without_number"
TOO_MANY_REGISTRATIONS = "meta_133016"
TAKEN = "number_taken"
NO_FIT = "number_does_not_fit"
WRONG_PIN = "meta_133005"

_PIN = re.compile(r"\d{6}", re.ASCII)
_PASSING = frozenset(
    f"meta_{code}"
    for code in (1, 2, 4, 613, 80007, 131000, 131016, 131057, 133000, 133004, 133015)
)
"""What passes by itself, so that it is tried again without anybody's help."""

_CONNECT_AGAIN = N_("Connect WhatsApp again, and grant all that is asked for.")

MEANINGS: Mapping[str, Meaning] = MappingProxyType(
    {
        TOKEN_DEAD: Meaning(
            N_("Meta does not know the token any more."), _CONNECT_AGAIN
        ),
        NO_SCOPE: Meaning(
            N_("Sosik was not allowed all that it needs for sending messages."),
            _CONNECT_AGAIN,
        ),
        NO_NUMBER: Meaning(
            N_("The account that you chose has no phone number."),
            N_("Connect WhatsApp again, and add a number in Meta's window."),
        ),
        TAKEN: Meaning(
            N_("The number is connected to another store."),
            N_("Disconnect it there first, or choose another number."),
        ),
        NO_FIT: Meaning(
            N_("The number does not fit beside the others of your store."),
            N_("Look for which countries your other numbers are, and begin again."),
        ),
    }
)
"""Of the reasons that are our own; Meta's have theirs in ``integrations.meta``."""


def is_pin(text: str) -> bool:
    return _PIN.fullmatch(text) is not None


def needs_owner(error: OutsideError) -> bool:
    """Whether trying again is pointless until somebody has done something at Meta.

    Meta's codes stand for themselves: many of those after which a message may go out
    later by itself are about an account that a person has to mend first.
    """
    if error.code in _PASSING:
        return False
    return isinstance(error, WillNotWork) or error.code.startswith("meta_")
