"""Posten Norge."""

from integrations.carriers import Carrier
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Posten Norge",
    also_called=frozenset(
        {
            "Posten",
            "Bring",
            "Posten Bring",
            "PostNord NO",
            "Norway Post",
            "Posten.no",
        }
    ),
    page="https://sporing.posten.no/sporing/{number}",
    post_of="NO",
    forms=(form("[0-9]{17,18}"),),
)
