"""UPS."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.tracking_numbers import doubled_holds, form

CARRIER = Carrier(
    name="UPS",
    also_called=frozenset(
        {
            "United Parcel Service",
            "UPS Ground",
            "UPS Next Day Air",
            "UPS 2nd Day Air",
            "UPS 3 Day Select",
            "UPS Standard",
            "UPS Saver",
            "UPS Worldwide Express",
            "UPS SurePost",
            "UPS Mail Innovations",
            "UPS Express Saver",
            "UPS®",
            "UPS Ground Saver",
            "UPS Korea",
            "유피에스",
        }
    ),
    page="https://www.ups.com/track?tracknum={number}",
    forms=(
        form("1Z(?P<checked>[0-9A-Z]{15}[0-9])", doubled_holds, is_its_own=True),
        form("[AHJKTV](?P<checked>[0-9]{10})", doubled_holds),
    ),
    says={
        Milestone.LABELLED: (
            "shipper created a label, ups has not received the package yet",
            "order processed: ready for ups",
        ),
        Milestone.IN_TRANSIT: (
            "origin scan",
            "destination scan",
            "departure scan",
            "arrival scan",
            "import scan",
            "export scan",
            "warehouse scan",
            "we have your package",
            "drop-off",
        ),
        Milestone.OUT_FOR_DELIVERY: (
            "loaded on delivery vehicle",
            "out for delivery today",
        ),
        Milestone.READY_FOR_PICKUP: (
            "delivered to ups access point",
            "delivered to ups access point awaiting customer pickup",
            "held for pickup",
        ),
    },
)
