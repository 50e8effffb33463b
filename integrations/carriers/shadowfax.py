"""Shadowfax; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Shadowfax",
    also_called=frozenset(
        {
            "Shadow Fax",
            "Shadowfax Technologies",
        }
    ),
    forms=(form("SF[0-9]{9,10}[A-Z]{2,3}", is_its_own=True),),
)
