"""What a phone number's first digits tell."""

from functools import lru_cache

from core.values import Phone

_NOWHERE = "001"
"""What phonenumbers calls the numbers of satellites and the like."""


@lru_cache(maxsize=8_192)
def country_of(phone: Phone) -> str | None:
    """The country that a number belongs to, such as BR; None where no country has it.

    Several countries share +1, and some others: there the digits behind it decide.
    """
    # Its tables are big, and a process that reads no phones does without them.
    import phonenumbers

    try:
        number = phonenumbers.parse(phone.e164)
    except phonenumbers.NumberParseException:
        return None
    country = phonenumbers.region_code_for_number(number)
    return None if country == _NOWHERE else country


def is_country(code: str) -> bool:
    """Whether there is a country by this code that has phone numbers."""
    import phonenumbers

    return code in phonenumbers.SUPPORTED_REGIONS
