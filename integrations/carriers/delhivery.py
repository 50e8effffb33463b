"""Delhivery."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Delhivery",
    also_called=frozenset(
        {
            "Delhivery Surface",
            "Delhivery Express",
            "Delhivery Courier",
            "Delhivery Air",
            "Delhivery Pvt Ltd",
        }
    ),
    page="https://www.delhivery.com/track/package/{number}",
    forms=(form("[0-9]{11,14}"),),
    says={
        Milestone.LABELLED: (
            "manifested",
            "not picked",
            "shipment details manifested",
        ),
        Milestone.OUT_FOR_DELIVERY: ("dispatched",),
        Milestone.ATTEMPTED: (
            "undelivered",
            "consignee unavailable",
            "customer asked for open delivery",
        ),
    },
)
