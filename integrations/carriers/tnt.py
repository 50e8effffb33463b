"""TNT."""

from integrations.carriers import Carrier
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="TNT",
    also_called=frozenset(
        {
            "TNT Express",
            "TNT UK",
            "TNT Italy",
            "TNT France",
            "TNT International",
        }
    ),
    page="https://www.tnt.com/?searchType=con&cons={number}",
    forms=(form("[0-9]{9}"),),
)
