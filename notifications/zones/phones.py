"""What a phone number tells of the clock and the country of whoever has it."""

from functools import lru_cache
from typing import TYPE_CHECKING

from core.values import Phone
from core.zones import zone_names
from notifications.zones.addresses import zones_at

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_TELL_EACH_COUNTRY = frozenset({1, 7})
"""Calling codes of several countries whose numbers say of which they are."""
_MOBILES_HAVE_A_PLACE = frozenset({52, 54, 55})
"""Mexico, Argentina and Brazil: area codes as those of telephones on a wall."""


def country_of(phone: Phone) -> str | None:
    """The country of the number, in two letters; None for one of no country.

    Countries that share their numbers with a smaller neighbour are meant themselves:
    +44 is Great Britain, and Jersey with it.
    """
    import phonenumbers

    if (code := _calling_code(phone)) in _TELL_EACH_COUNTRY:
        region = phonenumbers.region_code_for_number(_parsed(phone))
    else:
        region = phonenumbers.region_code_for_country_code(code)
    return region if region and region.isalpha() and region != "ZZ" else None


def may_be_of(phone: Phone, country: str) -> bool:
    """Whether this can be a number of ``country``."""
    if (code := _calling_code(phone)) in _TELL_EACH_COUNTRY:
        return country_of(phone) == country
    return country in _countries_of(code)


@lru_cache(maxsize=512)
def _countries_of(code: int) -> frozenset[str]:
    import phonenumbers

    return frozenset(phonenumbers.region_codes_for_country_code(code))


def is_us_number(phone: Phone) -> bool:
    """Whether Meta counts the number as one of the United States: +1, and an area code
    of theirs. Those of Puerto Rico, Guam and the other islands are no states' codes;
    Meta's prices, too, put 787 and 939 elsewhere."""
    return phone.e164.startswith("+1") and country_of(phone) == "US"


@lru_cache(maxsize=4096)
def zones_of_phone(phone: Phone) -> frozenset[str]:
    """All zones that the owner of the number may be in; empty for one of no country.

    An area code says where a telephone is, and most mobiles have none.
    """
    from phonenumbers import timezone

    if _has_a_place(number := _parsed(phone)):
        told = timezone.time_zones_for_geographical_number(number)
        if known := frozenset(told) & zone_names() - {"Etc/Unknown"}:
            return known
    country = country_of(phone)
    return frozenset() if country is None else zones_at(country)


def _has_a_place(number: "PhoneNumber") -> bool:
    from phonenumbers import PhoneNumberType, number_type

    kind = number_type(number)
    if kind == PhoneNumberType.MOBILE:
        return number.country_code in _MOBILES_HAVE_A_PLACE
    return kind in (
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
    )


def _calling_code(phone: Phone) -> int:
    """0 where there is none. No code begins with another, and to read the whole number
    takes ten times as long."""
    return _code_of(phone.e164.removeprefix("+")[:3])


@lru_cache(maxsize=1024)
def _code_of(first_digits: str) -> int:
    import phonenumbers

    known = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    codes = (int(first_digits[:length]) for length in (1, 2, 3))
    return next((code for code in codes if code in known), 0)


def _parsed(phone: Phone) -> "PhoneNumber":
    # Its tables are big, and a process that sends no offers does without them.
    import phonenumbers

    return phonenumbers.parse(phone.e164)
