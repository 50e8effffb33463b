"""Ekart."""

from integrations.carriers import Carrier
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Ekart",
    also_called=frozenset(
        {
            "Ekart Logistics",
            "eKart",
            "Flipkart Logistics",
        }
    ),
    page="https://ekartlogistics.com/shipmenttrack/{number}",
    forms=(form("FMP[CPR][0-9]{10}", is_its_own=True),),
)
