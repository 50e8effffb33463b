"""J&T Express; where a parcel is shown depends on its country, which we do not know."""

from integrations.carriers import Carrier
from integrations.status_words import (
    chinese,
    indonesian,
    malay,
    portuguese,
    spanish,
    thai,
)
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="J&T Express",
    also_called=frozenset(
        {
            "J&T",
            "JT Express",
            "J and T",
            "J and T Express",
            "JNT",
            "JNT Express",
            "J & T Cargo",
            "J&T Express Malaysia",
            "J&T Express Indonesia",
            "J&T Express Singapore",
            "J&T Express Philippines",
            "J&T Express Thailand",
            "J&T Express Vietnam",
            "J&T Express Brazil",
            "J&T Express Mexico",
            "极兔",
            "极兔速递",
            "極兔速遞",
        }
    ),
    forms=(
        form("JT[0-9]{13}", is_its_own=True),
        form("J[XPOZ][0-9]{10}", is_its_own=True),
        form("[0-9]{12}|[0-9]{15}"),
    ),
    speaks=(
        indonesian.WORDS,
        malay.WORDS,
        thai.WORDS,
        chinese.WORDS,
        portuguese.WORDS,
        spanish.WORDS,
    ),
)
