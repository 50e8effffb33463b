"""Ilyang Logis; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import korean
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Ilyang Logis",
    also_called=frozenset(
        {
            "Ilyang",
            "Ilyang Logistics",
            "일양로지스",
            "일양",
            "일양택배",
        }
    ),
    forms=(form("[0-9]{9,11}"),),
    speaks=(korean.WORDS,),
)
