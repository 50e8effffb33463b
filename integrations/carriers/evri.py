"""Evri."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Evri",
    also_called=frozenset(
        {
            "Hermes UK",
            "myHermes",
            "Hermes (UK)",
            "Hermes Parcelnet",
            "Evri UK",
            "Evri (Hermes)",
            "EVRi Standard",
            "Evri International",
        }
    ),
    page="https://www.evri.com/track/parcel/{number}",
    forms=(
        form("[0-9]{16}"),
        form("[A-Z][0-9]{2}[0-9A-Z]{5}[0-9]{8}"),
    ),
    says={
        Milestone.IN_TRANSIT: (
            "we've got it",
            "on its way to us",
            "it's at our national hub",
            "received by local delivery unit",
        ),
        Milestone.OUT_FOR_DELIVERY: (
            "on its way to you today",
            "it's out for delivery",
            "with your local courier",
        ),
        Milestone.LABELLED: (
            "we're expecting it",
            "expecting your parcel",
        ),
    },
)
