"""Canada Post."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.status_words import french
from integrations.tracking_numbers import form, gs1_holds

CARRIER = Carrier(
    name="Canada Post",
    also_called=frozenset(
        {
            "Postes Canada",
            "Canada Post Expedited",
            "Canada Post Xpresspost",
            "Xpresspost",
            "Canada Post Regular Parcel",
            "CanadaPost",
            "Canada Post / Postes Canada",
            "Canadian Post",
        }
    ),
    page=(
        "https://www.canadapost-postescanada.ca/track-reperage/en#/search"
        "?searchFor={number}"
    ),
    post_of="CA",
    forms=(form("[0-9]{16}", gs1_holds),),
    speaks=(french.WORDS,),
    says={
        Milestone.LABELLED: ("electronic information submitted by shipper",),
        Milestone.READY_FOR_PICKUP: (
            "item available for pickup at post office",
            "available for pickup at post office",
        ),
        Milestone.IN_TRANSIT: (
            "item accepted at the post office",
            "item processed",
            "item arrived",
            "item departed",
        ),
        Milestone.ATTEMPTED: (
            "notice card left",
            "notice card left indicating where to pick up item",
        ),
        Milestone.OUT_FOR_DELIVERY: ("item out for delivery",),
    },
)
