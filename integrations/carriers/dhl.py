"""DHL; its branches have files of their own."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.tracking_numbers import form, mod_7_holds

CARRIER = Carrier(
    name="DHL",
    also_called=frozenset(
        {
            "DHL Express",
            "DHL Worldwide Express",
            "DHL Worldwide",
            "DHL International",
            "DHL Express Worldwide",
            "DHL Express (EN)",
            "DHL Korea",
            "DHL코리아",
            "DHL 코리아",
            "디에이치엘",
            "中外运敦豪",
            "敦豪",
            "DHL Economy Select",
        }
    ),
    page="https://www.dhl.com/en/express/tracking.html?AWB={number}",
    forms=(
        form("[0-9]{10}", mod_7_holds),
        form("JJ?D01[0-9]{14,18}", is_its_own=True),
    ),
    says={
        Milestone.IN_TRANSIT: (
            "shipment has departed from a dhl facility",
            "arrived at dhl sort facility",
            "processed at",
            "customs status updated",
            "arrived at dhl delivery facility",
            "shipment has arrived at a dhl facility",
        ),
        Milestone.ATTEMPTED: (
            "delivery attempted; consignee premises closed",
            "delivery attempted; recipient not home",
        ),
    },
)
