"""Every code Meta answers with, and what it means for whoever meets it."""

from enum import StrEnum
from types import MappingProxyType


class ErrorClass(StrEnum):
    """What a code is about; ``ADVICE`` says the same to a store owner."""

    PASSING = "passing"
    SLOW_NUMBER = "slow_number"
    SLOW_PAIR = "slow_pair"
    SLOW_APP = "slow_app"
    SLOW_ACCOUNT = "slow_account"
    REAUTH = "reauth"
    ACCOUNT_STOPPED = "account_stopped"
    NUMBER_STOPPED = "number_stopped"
    RECIPIENT = "recipient"
    MARKETING_REFUSED = "marketing_refused"
    OPTED_OUT = "opted_out"
    NEEDS_TEMPLATE = "needs_template"
    TEMPLATE_STATE = "template_state"
    PROGRAMMING = "programming"
    REGISTRATION = "registration"
    IDENTITY = "identity"
    INFO = "info"
    UNKNOWN = "unknown"


LATER = frozenset(
    {
        ErrorClass.PASSING,
        ErrorClass.SLOW_NUMBER,
        ErrorClass.SLOW_PAIR,
        ErrorClass.SLOW_APP,
        ErrorClass.SLOW_ACCOUNT,
        ErrorClass.REAUTH,
        ErrorClass.ACCOUNT_STOPPED,
        ErrorClass.NUMBER_STOPPED,
    }
)
"""Nothing was sent, and the same message may go out once time or a person has helped.

All others are about the message itself, and stay.
"""

ADVICE = MappingProxyType(
    {
        ErrorClass.PASSING: "WhatsApp has a short disturbance; we try again soon.",
        ErrorClass.SLOW_NUMBER: (
            "Your number is sending as fast as WhatsApp allows; the rest follows."
        ),
        ErrorClass.SLOW_PAIR: (
            "This customer got several messages within seconds; the next one waits."
        ),
        ErrorClass.SLOW_APP: (
            "This installation asks WhatsApp too often; it slows down on its own."
        ),
        ErrorClass.SLOW_ACCOUNT: (
            "Your WhatsApp account is asked too often; we slow down on our own."
        ),
        ErrorClass.REAUTH: (
            "WhatsApp no longer accepts our access; please connect WhatsApp again."
        ),
        ErrorClass.ACCOUNT_STOPPED: (
            "Meta has stopped your WhatsApp account; open WhatsApp Manager and settle "
            "its payment or policy notice."
        ),
        ErrorClass.NUMBER_STOPPED: (
            "Meta has stopped your WhatsApp number; open WhatsApp Manager to see why."
        ),
        ErrorClass.RECIPIENT: (
            "This customer cannot be reached on WhatsApp; use e-mail instead."
        ),
        ErrorClass.MARKETING_REFUSED: (
            "WhatsApp held this offer back, because the customer gets many of them."
        ),
        ErrorClass.OPTED_OUT: (
            "The customer has stopped offers from your store, and gets no more."
        ),
        ErrorClass.NEEDS_TEMPLATE: (
            "The customer has not written for a day, so only a template may be sent."
        ),
        ErrorClass.TEMPLATE_STATE: (
            "The template is paused, missing or changed; look at its state in WhatsApp "
            "Manager."
        ),
        ErrorClass.PROGRAMMING: (
            "WhatsApp did not understand our message; please report this to us."
        ),
        ErrorClass.REGISTRATION: (
            "The number's registration is not finished; register it again."
        ),
        ErrorClass.IDENTITY: (
            "The customer has a new phone or a new owner; ask before you write again."
        ),
        ErrorClass.INFO: "WhatsApp tells something that needs nothing from you.",
        ErrorClass.UNKNOWN: (
            "WhatsApp gave a reason that we do not know yet; please report it to us."
        ),
    }
)
"""One sentence for each class, in English, to be translated where it is shown."""

_CODES: dict[ErrorClass, tuple[int, ...]] = {
    # 134101 is a template that the ad account has not got yet: ten minutes.
    ErrorClass.PASSING: (1, 2, 131000, 131016, 131057, 133004, 134101, 139102, 139103),
    ErrorClass.SLOW_NUMBER: (130429,),
    ErrorClass.SLOW_PAIR: (131056,),
    ErrorClass.SLOW_APP: (4, 613),
    ErrorClass.SLOW_ACCOUNT: (80007, 80014, 132069),
    ErrorClass.REAUTH: (0, 3, 10, 104, 190, *range(200, 300), 131005),
    ErrorClass.ACCOUNT_STOPPED: (368, 131031, 131042, 131044, 131064, 134011),
    ErrorClass.NUMBER_STOPPED: (33, 131037, 131045, 131048, 133006, 133010),
    ErrorClass.RECIPIENT: (
        *(130403, 130497, 131020, 131021, 131026, 131030, 131041, 131043),
    ),
    ErrorClass.MARKETING_REFUSED: (130472, 131049),
    ErrorClass.OPTED_OUT: (131050,),
    ErrorClass.NEEDS_TEMPLATE: (131047,),
    ErrorClass.TEMPLATE_STATE: (
        *(132000, 132001, 132007, 132012, 132015, 132016, 132018, 2388019, 2388039),
    ),
    ErrorClass.PROGRAMMING: (
        *(100, 131008, 131009, 131051, 131053, 131055, 131062, 131063, 132005),
        *(132008, 132068, 134100, 134102, 135000),
        *(2388040, 2388047, 2388072, 2388073, 2388293, 2388299),
    ),
    ErrorClass.REGISTRATION: (133000, 133005, 133008, 133009, 133015, 133016),
    ErrorClass.IDENTITY: (137000,),
    ErrorClass.INFO: (
        *(131052, 131060, 139100, 139101, 147001, 147002),
        *(1752041, 2593107, 2593108, 2593109),
    ),
}

_BY_CODE = {code: kind for kind, codes in _CODES.items() for code in codes}


def class_of(code: int) -> ErrorClass:
    """What ``code`` is about; UNKNOWN when Meta has a new one."""
    if 2388000 <= code <= 2388999:  # what is wrong with a template we submitted
        return _BY_CODE.get(code, ErrorClass.PROGRAMMING)
    return _BY_CODE.get(code, ErrorClass.UNKNOWN)


def advice_for(code: int) -> str:
    """One sentence for the store owner."""
    return ADVICE[class_of(code)]


def class_named(name: str) -> ErrorClass:
    """The class of an ``OutsideError.code`` such as ``meta_131026``.

    UNKNOWN for what is no code of Meta's, such as ``http_502``.
    """
    owner, _, digits = name.partition("_")
    is_metas = owner == "meta" and digits.isascii() and digits.isdigit()
    return class_of(int(digits)) if is_metas else ErrorClass.UNKNOWN
