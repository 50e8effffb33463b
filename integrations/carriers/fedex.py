"""FedEx."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.tracking_numbers import form, gs1_holds, mod_11_10_holds

CARRIER = Carrier(
    name="FedEx",
    also_called=frozenset(
        {
            "Federal Express",
            "FedEx Ground",
            "FedEx Home Delivery",
            "FedEx Express",
            "FedEx SmartPost",
            "FedEx Ground Economy",
            "FedEx 2Day",
            "FedEx International Priority",
            "FedEx International Economy",
            "FedEx Priority Overnight",
            "Fed Ex",
            "FDX",
            "FedEx®",
            "FedEx UK",
            "페덱스",
            "联邦快递",
            "聯邦快遞",
        }
    ),
    page="https://www.fedex.com/fedextrack/?trknbr={number}",
    forms=(
        form("[0-9]{12}", mod_11_10_holds),
        form("[0-9]{15}", gs1_holds),
        form("96[0-9]{5}(?P<checked>[0-9]{15})", gs1_holds, is_its_own=True),
        form("96[0-9]{18}(?P<checked>[0-9]{14})", mod_11_10_holds, is_its_own=True),
        # The Postal Service has numbers of this length too, which begin with 420.
        form(
            "(?!420)[0-8][0-9]{19}(?P<checked>[0-9]{14})",
            mod_11_10_holds,
            is_its_own=True,
        ),
    ),
    says={
        Milestone.LABELLED: (
            "shipment information sent to fedex",
            "label created",
        ),
        Milestone.IN_TRANSIT: (
            "left fedex origin facility",
            "arrived at fedex location",
            "departed fedex location",
            "at fedex destination facility",
            "at local fedex facility",
            "we have your package",
            "international shipment release - import",
            "in fedex possession",
            "tendered at fedex onsite",
        ),
        Milestone.OUT_FOR_DELIVERY: ("on fedex vehicle for delivery",),
        Milestone.READY_FOR_PICKUP: (
            "ready for recipient pickup",
            "ready for pickup at fedex location",
            "hold at location request accepted",
        ),
        Milestone.DELAYED: (
            "delivery updated",
            "local delivery restriction",
            "shipment exception weather",
        ),
        Milestone.ATTEMPTED: ("customer not available or business closed",),
    },
)
