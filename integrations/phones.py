"""Phone numbers as people write them, read into the form that can be dialled."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from core.values import Phone

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_JUST_A_NUMBER = re.compile(r"[+\uff0b]?[\d\s().\-/\u2010-\u2015\u2212\u30fc\uff0d]+")
_MOST_CHARACTERS = 40
_BRAZIL, _MEXICO = 55, 52


def phone_from(raw: str | None, *, country: str | None) -> Phone | None:
    """The number in ``raw``, dialled from ``country`` ('DE'), or None.

    Without a country only numbers with '+' are read. Refuses rather than guesses:
    letters, numbers that the country's plan does not have, and numbers on which
    nobody has WhatsApp (premium, toll free, shared cost, pagers, voicemail).
    Brazilian mobiles get their ninth digit, Mexican ones lose the old 1 after +52,
    and Argentine ones written with 15 get their 9, so that one phone has one form.
    """
    text = (raw or "").strip()
    if not text or len(text) > _MOST_CHARACTERS or not _JUST_A_NUMBER.fullmatch(text):
        return None
    return _read(text, (country or "").strip().upper() or None)


# The same buyer comes back with each webhook of an order, and phonenumbers takes
# longer for one number than JSON for a whole order.
@lru_cache(maxsize=8_192)
def _read(text: str, country: str | None) -> Phone | None:
    # Its tables are big, and a process that reads no phones does without them.
    import phonenumbers
    from phonenumbers import PhoneNumberFormat, PhoneNumberType

    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    _put_in_normal_form(number)
    if phonenumbers.number_type(number) not in (
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
        PhoneNumberType.PERSONAL_NUMBER,
    ):
        return None
    try:
        return Phone(phonenumbers.format_number(number, PhoneNumberFormat.E164))
    except ValueError:
        return None


def _put_in_normal_form(number: "PhoneNumber") -> None:
    national = str(number.national_number)
    if number.country_code == _MEXICO and len(national) == 11 and national[0] == "1":
        number.national_number = int(national[1:])
    is_old_mobile = len(national) == 10 and national[2] in "6789"
    if number.country_code == _BRAZIL and is_old_mobile:
        number.national_number = int(f"{national[:2]}9{national[2:]}")
