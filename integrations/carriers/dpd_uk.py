"""DPD UK, which has numbers and a page of its own."""

from integrations.carriers import Carrier
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="DPD UK",
    also_called=frozenset(
        {
            "DPD Local",
            "DPD (UK)",
            "DPD.co.uk",
            "DPD Group UK",
            "Interlink",
            "Interlink Express",
            "DPD Local UK",
            "DPD Next Day",
        }
    ),
    page="https://track.dpd.co.uk/search?reference={number}",
    forms=(form("[0-9]{10}|[0-9]{14}"),),
)
