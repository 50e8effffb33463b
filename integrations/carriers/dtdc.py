"""DTDC."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="DTDC",
    also_called=frozenset(
        {
            "DTDC Express",
            "DTDC Courier",
            "DTDC India",
            "DTDC Plus",
            "DTDC Lite",
            "DTDC Courier & Cargo",
        }
    ),
    page=(
        "https://www.dtdc.in/tracking/tracking_results.asp"
        "?Ttype=awb_no&strCnno={number}"
    ),
    forms=(form("[A-Z][0-9]{8}|[A-Z][0-9]{10}"),),
    says={
        Milestone.LABELLED: (
            "softdata upload",
            "pickup awaited",
        ),
        Milestone.IN_TRANSIT: (
            "booked",
            "in transit",
            "reached at destination",
        ),
    },
)
