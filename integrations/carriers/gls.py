"""GLS."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.status_words import dutch, french, german, polish, spanish
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="GLS",
    also_called=frozenset(
        {
            "General Logistics Systems",
            "GLS Germany",
            "GLS Deutschland",
            "GLS Spain",
            "GLS España",
            "GLS France",
            "GLS Paket",
            "GLS Netherlands",
            "GLS Group",
            "GLS Parcel",
            "GLS Europe",
        }
    ),
    page="https://gls-group.com/GROUP/en/parcel-tracking?match={number}",
    forms=(
        form("[0-9]{11,12}|[0-9]{14}"),
        form("[0-9A-Z]{8}"),
    ),
    speaks=(
        german.WORDS,
        spanish.WORDS,
        french.WORDS,
        dutch.WORDS,
        polish.WORDS,
    ),
    says={
        Milestone.IN_TRANSIT: (
            "the parcel has reached the parcel center",
            "the parcel has left the parcel center",
            "the parcel was handed over to gls",
        ),
        Milestone.OUT_FOR_DELIVERY: (
            "the parcel is expected to be delivered during the day",
        ),
        Milestone.READY_FOR_PICKUP: (
            "the parcel has been delivered at the parcelshop",
        ),
        Milestone.LABELLED: ("the parcel data was entered into the gls it system",),
        Milestone.DELIVERED: (
            "the parcel has been delivered",
            "the parcel has been delivered / handed over",
        ),
    },
)
