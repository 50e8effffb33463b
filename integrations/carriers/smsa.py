"""SMSA Express."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.status_words import arabic
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="SMSA Express",
    also_called=frozenset(
        {
            "SMSA",
            "SMSA KSA",
            "SMSA Express Saudi",
            "سمسا",
            "سمسا اكسبريس",
            "سمسا إكسبريس",
            "Smsa Courier",
        }
    ),
    page="https://www.smsaexpress.com/trackingdetails?tracknumbers={number}",
    forms=(form("[0-9]{12}"),),
    speaks=(arabic.WORDS,),
    says={
        Milestone.IN_TRANSIT: (
            "at smsa facility",
            "collected from retail",
            "departed form origin",
            "departed from origin",
        ),
        Milestone.DELIVERED: ("proof of delivery captured",),
        Milestone.ATTEMPTED: (
            "consignee no response",
            "consignee mobile off",
        ),
    },
)
