"""Phone numbers as people write them, read into the form that can be dialled."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from core.values import Phone

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_JUST_A_NUMBER = re.compile(
    r"[+\uff0b]?[\d\s().\-/\uff08\uff09\u2010-\u2015\u2212\u30fc\uff0d]+"
)
_MOST_CHARACTERS = 60
_BRAZIL, _INDIA, _KOREA, _MEXICO = 55, 91, 82, 52

_LINK = re.compile(r"(?:https?://)?(?:www\.)?wa\.me/\+?([1-9]\d+)/?", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:tel|phone|telephone|mobile|mob|cell|whatsapp|telefon|handy|cel|celular)"
    r"(?:[.:\uff1a]+\s*|\s+)",
    re.IGNORECASE,
)
# What is copied out of a contact brings marks that turn the direction, and others
# that nobody sees.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_PLUS_AT_THE_END = re.compile(r"([\d\s\-]+)\+")
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}")
# «030 901820/21» is two numbers, and «0151 12345678 / 0170 1234567» too.
_TWO_NUMBERS = re.compile(r"(?:\d[\s\-]*){5,}/\s*(?:\d{1,3}|0[\d\s\-]{6,})")
_BRACKETED_ZERO = re.compile(r"[(\uff08]\s*0\s*[)\uff09]")
_INTERNATIONAL_ZEROS = re.compile(r"\s*00\s*([1-9])")


def phone_from(raw: str | None, *, country: str | None) -> Phone | None:
    """The number in ``raw``, dialled from ``country`` ('DE'), or None.

    Without a country only numbers with '+' are read, and links to a chat (wa.me),
    whose numbers are international ones. Refuses rather than guesses: letters, dates,
    extensions, two numbers in one field, numbers that the country's plan does not have
    or that can be read in two ways, and numbers on which nobody has WhatsApp (premium,
    toll free, shared cost, personal numbers, pagers, voicemail). Brazilian mobiles get
    their ninth digit, Mexican ones lose the old 1 after +52, and Argentine ones written
    with 15 get their 9, so that one phone has one form.
    """
    text = _cleaned(raw or "")
    if text is None or not _JUST_A_NUMBER.fullmatch(text):
        return None
    if _DATE.fullmatch(text) or _TWO_NUMBERS.search(text):
        return None
    return _read(text, (country or "").strip().upper() or None)


def _cleaned(raw: str) -> str | None:
    """The number alone, without what stands around it in contacts and in links."""
    # A number longer than this is none, and no pattern is tried on a novel.
    if len(raw) > 4 * _MOST_CHARACTERS:
        return None
    text = _UNSEEN.sub("", raw).strip()
    if len(text) > _MOST_CHARACTERS:
        return None
    if link := _LINK.fullmatch(text):
        return f"+{link[1]}"
    if label := _LABEL.match(text):
        text = text[label.end() :]
    # In Arabic and Hebrew text the plus is typed first and shown last.
    if turned := _PLUS_AT_THE_END.fullmatch(text):
        return f"+{turned[1].strip()}"
    return text or None


_OF_MANY_FORMS = ("52", "54", "55")


def phone_of_wa_id(said: object) -> Phone | None:
    """The number that WhatsApp writes as ``said``: its digits, with the country's code.

    WhatsApp leaves out Brazil's ninth digit, and has Mexico's old 1: what it writes is
    read into the one form. It knows that the number is one, whatever we know of its
    country's plan.
    """
    digits = said.removeprefix("+") if isinstance(said, str) else ""
    if not digits.isascii() or not digits.isdecimal():
        return None
    if digits.startswith(_OF_MANY_FORMS):
        found = phone_from(f"+{digits}", country=None)
        if found is not None:
            return found
    try:
        return Phone(f"+{digits}")
    except ValueError:
        return None


# The same buyer comes back with each webhook of an order, and phonenumbers takes
# longer for one number than JSON for a whole order.
@lru_cache(maxsize=8_192)
def _read(text: str, country: str | None) -> Phone | None:
    for reading in _readings(text, country):
        number = _dialled(reading, country)
        if number is not None:
            return _in_form(_one_of_two(reading, number))
    return None


def _readings(text: str, country: str | None) -> Iterator[str]:
    """The text, and what else a careful person would try with it."""
    yield text
    # «+34 (0) 612…»: in some countries the zero is part of the number, in some it is
    # left out from abroad, and in some there is none.
    if text.startswith(("+", "\uff0b")) and _BRACKETED_ZERO.search(text):
        yield _BRACKETED_ZERO.sub("", text)
    # Two zeros begin an international number nearly everywhere, and are what people
    # write where it is something else; no country's own numbers begin so.
    if country is not None and (zeros := _INTERNATIONAL_ZEROS.match(text)):
        yield f"+{zeros[1]}{text[zeros.end() :]}"


def _dialled(text: str, country: str | None) -> "PhoneNumber | None":
    # Its tables are big, and a process that reads no phones does without them.
    import phonenumbers
    from phonenumbers import PhoneNumberType

    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not _put_in_normal_form(number, text):
        return None
    kind = phonenumbers.number_type(number)
    has_whatsapp = kind in (
        PhoneNumberType.MOBILE,
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
    )
    return number if has_whatsapp else None


def _one_of_two(text: str, number: "PhoneNumber") -> "PhoneNumber | None":
    """The number that was meant where the plus may have been left out.

    In Germany, 4915112345678 could be a number of a town, and is somebody's mobile
    with its country. The mobile is meant; where both or none are one, nobody knows.
    """
    from phonenumbers import PhoneNumberType, number_type

    digits = re.sub(r"\D", "", text)
    is_bare = text[:1].isdigit() and int(text[0]) != 0
    if not is_bare or not digits.startswith(str(number.country_code)):
        return number
    other = _dialled(f"+{digits}", None)
    if other is None or other == number:
        return number
    mobiles = [
        read for read in (number, other) if number_type(read) == PhoneNumberType.MOBILE
    ]
    return mobiles[0] if len(mobiles) == 1 else None


def _in_form(number: "PhoneNumber | None") -> Phone | None:
    from phonenumbers import PhoneNumberFormat, format_number

    if number is None:
        return None
    try:
        return Phone(format_number(number, PhoneNumberFormat.E164))
    except ValueError:
        return None


def _put_in_normal_form(number: "PhoneNumber", text: str) -> bool:
    """Give one phone its one form; False for a number that only looks whole."""
    national = str(number.national_number)
    if number.country_code == _MEXICO and len(national) == 11 and national[0] == "1":
        number.national_number = int(national[1:])
    is_old_mobile = len(national) == 10 and national[2] in "6789"
    if number.country_code == _BRAZIL and is_old_mobile:
        # Eight digits stood in two fours: «98765-432» is a new number cut short.
        if re.search(r"\D\d{3}$", text):
            return False
        number.national_number = int(f"{national[:2]}9{national[2:]}")
    # The tables still know the shorter numbers of before 2004.
    is_cut_short = national.startswith("10") and len(national) < 10
    if number.country_code == _KOREA and is_cut_short:
        return False
    # A town's number by the plan, and what people type who give none.
    return number.country_code != _INDIA or national != "1234567890"
