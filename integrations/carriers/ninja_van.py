"""Ninja Van; where a parcel is shown depends on its country, which we do not know."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.status_words import indonesian, malay, thai
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Ninja Van",
    also_called=frozenset(
        {
            "NinjaVan",
            "Ninja",
            "Ninja Express",
            "Ninja Xpress",
            "Ninja Van Malaysia",
            "Ninja Van Singapore",
            "Ninja Van Indonesia",
            "Ninja Van Philippines",
            "Ninja Van Thailand",
            "Ninja Van Vietnam",
            "Ninja Logistics",
        }
    ),
    forms=(
        form("N(?:V|JV|INJ|LV)(?:SG|MY|ID|PH|TH|VN)[0-9A-Z]{8,14}", is_its_own=True),
    ),
    speaks=(
        malay.WORDS,
        indonesian.WORDS,
        thai.WORDS,
    ),
    says={
        Milestone.IN_TRANSIT: (
            "your parcel is on its way",
            "arrived at sorting hub",
            "arrived at origin hub",
            "successfully picked up from sender",
        ),
        Milestone.READY_FOR_PICKUP: ("ready for collection at ninja point",),
    },
)
