"""Daesin; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import korean
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Daesin",
    also_called=frozenset(
        {
            "Daesin Parcel",
            "Daeshin",
            "대신택배",
            "대신",
            "대신 택배",
        }
    ),
    forms=(form("[0-9]{13}"),),
    speaks=(korean.WORDS,),
)
