"""LBC Express."""

from integrations.carriers import Carrier
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="LBC Express",
    also_called=frozenset(
        {
            "LBC",
            "LBC Philippines",
        }
    ),
    page="https://www.lbcexpress.com/track/?tracking_no={number}",
    forms=(form("[0-9]{12,14}"),),
)
