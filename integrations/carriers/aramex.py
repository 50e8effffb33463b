"""Aramex."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.status_words import arabic
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Aramex",
    also_called=frozenset(
        {
            "Aramex International",
            "Aramex Express",
            "Aramex (UAE)",
            "Aramex KSA",
            "أرامكس",
            "ارامكس",
        }
    ),
    page="https://www.aramex.com/track/results?ShipmentNumber={number}",
    forms=(form("[0-9]{10,12}"),),
    speaks=(arabic.WORDS,),
    says={
        Milestone.IN_TRANSIT: (
            "received at operations facility",
            "departed operations facility",
            "collected",
            "collected from shipper",
            "picked up from shipper",
        ),
        Milestone.ATTEMPTED: ("attempted delivery - customer not available",),
        Milestone.LABELLED: ("record created",),
    },
)
