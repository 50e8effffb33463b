"""Coordinadora; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import spanish
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Coordinadora",
    also_called=frozenset(
        {
            "Coordinadora Mercantil",
            "Coordinadora Colombia",
        }
    ),
    forms=(form("[0-9]{11}"),),
    speaks=(spanish.WORDS,),
)
