"""Australia Post."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Australia Post",
    also_called=frozenset(
        {
            "AusPost",
            "Aus Post",
            "Australia Post Express",
            "Australia Post Express Post",
            "Australia Post eParcel",
            "eParcel",
            "Australia Post Parcel Post",
            "AU Post",
            "Australian Post",
            "Australia EMS",
            "AusPost International",
        }
    ),
    page="https://auspost.com.au/mypost/track/#/details/{number}",
    post_of="AU",
    forms=(form("[0-9A-Z]{3,5}[0-9]{17,20}"),),
    says={
        Milestone.IN_TRANSIT: (
            "received and ready for processing",
            "processed at facility",
            "in transit to delivery facility",
            "arrived at facility in",
        ),
        Milestone.OUT_FOR_DELIVERY: ("onboard for delivery",),
        Milestone.READY_FOR_PICKUP: (
            "awaiting collection at",
            "ready for collection",
        ),
        Milestone.LABELLED: (
            "shipping information received by australia post",
            "shipping information approved by australia post",
        ),
        Milestone.DELIVERED: ("delivered - left in a safe place",),
    },
)
