"""OnTrac."""

from integrations.carriers import Carrier
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="OnTrac",
    also_called=frozenset(
        {
            "On Trac",
            "Lasership",
            "Laser Ship",
            "LaserShip / OnTrac",
        }
    ),
    page="https://www.ontrac.com/tracking/?number={number}",
    forms=(
        form("[CD][0-9]{14}"),
        form("1LS[0-9A-Z]{12,15}", is_its_own=True),
    ),
)
