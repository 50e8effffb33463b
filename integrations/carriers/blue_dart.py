"""Blue Dart."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Blue Dart",
    also_called=frozenset(
        {
            "Bluedart",
            "Blue Dart Express",
            "Bluedart Surface",
            "Blue Dart Air",
            "Blue-Dart",
            "Bluedart Courier",
        }
    ),
    page=(
        "https://www.bluedart.com/trackdartresultthirdparty?trackFor=0&trackNo={number}"
    ),
    forms=(form("[0-9]{8}|[0-9]{11}"),),
    says={
        Milestone.IN_TRANSIT: (
            "shipment arrived",
            "shipment further connected",
            "shipment inscan",
            "picked up",
        ),
        Milestone.OUT_FOR_DELIVERY: (
            "shipment outscan",
            "shipment out for delivery",
        ),
        Milestone.ATTEMPTED: (
            "consignee not available",
            "residence/office closed",
            "premises closed",
        ),
    },
)
