"""XpressBees; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="XpressBees",
    also_called=frozenset(
        {
            "Xpress Bees",
            "Xpressbees Surface",
            "XpressBees Logistics",
        }
    ),
    forms=(form("[0-9]{13,15}"),),
)
