"""How tracking numbers are written, and the digits by which a slip shows."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle

_S10 = re.compile(r"[A-Z]{2}[0-9]{9}[A-Z]{2}")
_S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
_BASE_36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Form:
    """One way in which a carrier writes its numbers.

    ``pattern`` is met by the whole number, in capitals and without spaces. Where it has
    a group ``checked``, only that goes to ``check``. ``is_its_own`` says that nobody
    else writes numbers like this, so that the number alone names the carrier.
    """

    pattern: re.Pattern[str]
    check: Callable[[str], bool] | None = None
    is_its_own: bool = False

    def fits(self, number: str) -> bool:
        found = self.pattern.fullmatch(number)
        if found is None:
            return False
        checked = found.groupdict().get("checked") or number
        return self.check is None or self.check(checked)


def form(
    pattern: str,
    check: Callable[[str], bool] | None = None,
    *,
    is_its_own: bool = False,
) -> Form:
    """A form, from the pattern as text."""
    return Form(re.compile(pattern), check, is_its_own)


def s10_country(number: str) -> str:
    """The country of a postal number such as RB123456785GB; '' where it is none.

    Only a number with the right check digit has a country. The number is to be
    written plainly.
    """
    if not _S10.fullmatch(number):
        return ""
    if int(number[10]) != s10_check_digit(number[2:10]):
        return ""
    return number[11:]


def s10_holds(number: str) -> bool:
    """Whether it is a postal number by S10, with the right check digit."""
    return bool(s10_country(number))


def s10_check_digit(serial: str) -> int:
    """The ninth digit, by the Universal Postal Union's standard S10."""
    weighted = zip(serial, _S10_WEIGHTS, strict=True)
    rest = 11 - sum(int(digit) * weight for digit, weight in weighted) % 11
    # Two of eleven remainders are no digit. That 11 becomes 5 means that a slip can
    # pass unseen where the check digit is 5; the standard has it so.
    return {10: 0, 11: 5}.get(rest, rest)


def gs1_holds(digits: str) -> bool:
    """Whether the last digit is right by GS1's rule: weights 3 and 1 from the right."""
    weighted = zip(map(int, reversed(digits[:-1])), cycle((3, 1)), strict=False)
    return (sum(digit * weight for digit, weight in weighted)) % 10 == (
        -int(digits[-1])
    ) % 10


def mod_7_holds(digits: str) -> bool:
    """Whether the last digit is what remains of the others, divided by 7."""
    return int(digits[:-1]) % 7 == int(digits[-1])


def mod_11_10_holds(digits: str) -> bool:
    """Whether the last digit is right by FedEx Express's rule: weights 1, 3 and 7."""
    weighted = zip(map(int, reversed(digits[:-1])), cycle((1, 3, 7)), strict=False)
    return sum(digit * weight for digit, weight in weighted) % 11 % 10 == int(
        digits[-1]
    )


def mod_37_36_holds(written: str) -> bool:
    """Whether the last character is right by ISO 7064's mod 37,36, as at DPD."""
    product = 36
    for character in written[:-1]:
        total = (product + _BASE_36.index(character)) % 36 or 36
        product = total * 2 % 37
    return (product + _BASE_36.index(written[-1])) % 36 == 1


def doubled_holds(written: str) -> bool:
    """Whether the last digit is right by UPS's rule: every second counts double.

    Letters stand for digits: A is 2, B is 3, and after I (0) comes J (1).
    """
    values = (
        int(character) if character.isdigit() else (ord(character) - 3) % 10
        for character in written[:-1]
    )
    weighted = zip(values, cycle((1, 2)), strict=False)
    return (
        sum(value * weight for value, weight in weighted) % 10
        == (-int(written[-1])) % 10
    )
