"""BRT; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="BRT",
    also_called=frozenset(
        {
            "Bartolini",
            "BRT Corriere Espresso",
            "BRT Bartolini",
        }
    ),
    forms=(form("[0-9]{12,19}"),),
)
