"""Yodel."""

from integrations.carriers import Carrier
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Yodel",
    also_called=frozenset(
        {
            "Yodel Direct",
            "Yodel UK",
            "YODL",
        }
    ),
    page="https://www.yodel.co.uk/tracking/{number}",
    forms=(form("JJ?D000[0-9]{13}", is_its_own=True),),
)
