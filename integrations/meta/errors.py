"""Every code Meta answers with, and what kind of thing it is about."""

from enum import StrEnum


class ErrorClass(StrEnum):
    """What a code is about; ``integrations.meta.advice`` says it to a store owner."""

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

_CODES: dict[ErrorClass, tuple[int, ...]] = {
    # 134101 is a template that the ad account has not got yet: ten minutes.
    ErrorClass.PASSING: (1, 2, 131000, 131016, 131057, 133004, 134101, 139102, 139103),
    ErrorClass.SLOW_NUMBER: (130429,),
    ErrorClass.SLOW_PAIR: (131056,),
    ErrorClass.SLOW_APP: (4, 613),
    ErrorClass.SLOW_ACCOUNT: (80007, 80009, 80014, 132069),
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

CODES = {code: kind for kind, codes in _CODES.items() for code in codes}
"""Every code that Meta is known to answer with."""


def class_of(code: int) -> ErrorClass:
    """What ``code`` is about; UNKNOWN when Meta has a new one."""
    if 2388000 <= code <= 2388999:  # what is wrong with a template we submitted
        return CODES.get(code, ErrorClass.PROGRAMMING)
    return CODES.get(code, ErrorClass.UNKNOWN)


def class_named(name: str) -> ErrorClass:
    """The class of an ``OutsideError.code`` such as ``meta_131026``.

    UNKNOWN for what is no code of Meta's, such as ``http_502``.
    """
    owner, _, digits = name.partition("_")
    is_metas = owner == "meta" and digits.isascii() and digits.isdigit()
    return class_of(int(digits)) if is_metas else ErrorClass.UNKNOWN
