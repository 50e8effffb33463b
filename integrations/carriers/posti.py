"""Posti."""

from integrations.carriers import Carrier
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Posti",
    also_called=frozenset(
        {
            "Posti Finland",
            "Itella",
            "Finland Post",
            "Posti Oy",
        }
    ),
    page="https://www.posti.fi/en/tracking#/lahetys/{number}",
    post_of="FI",
    forms=(form("JJFI[0-9]{15,17}", is_its_own=True),),
)
