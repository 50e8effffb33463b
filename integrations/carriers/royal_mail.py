"""Royal Mail."""

from core.values import Milestone
from integrations.carriers import Carrier

CARRIER = Carrier(
    name="Royal Mail",
    also_called=frozenset(
        {
            "Royal Mail 24",
            "Royal Mail 48",
            "Royal Mail Tracked 24",
            "Royal Mail Tracked 48",
            "Royal Mail 1st Class",
            "Royal Mail Special Delivery",
            "RoyalMail",
            "Royal Mail International Tracked",
            "Royal Mail Group",
            "UK Post",
            "The Royal Mail",
        }
    ),
    page="https://www.royalmail.com/track-your-item#/tracking-results/{number}",
    post_of="GB",
    says={
        Milestone.IN_TRANSIT: (
            "we've got it",
            "we have got it",
            "we have your item",
            "item received",
            "accepted at post office",
            "sender despatched item",
        ),
        Milestone.OUT_FOR_DELIVERY: (
            "we're bringing it to you today",
            "due to be delivered today",
            "ready for delivery",
        ),
        Milestone.ATTEMPTED: (
            "we tried to deliver your item",
            "sorry we missed you",
        ),
        Milestone.READY_FOR_PICKUP: (
            "available to collect",
            "ready to collect",
        ),
        Milestone.DELIVERED: ("it's delivered",),
    },
)
