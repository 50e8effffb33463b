"""Servientrega; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import spanish
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Servientrega",
    also_called=frozenset(
        {
            "Servi Entrega",
            "Servientrega Colombia",
        }
    ),
    forms=(form("[0-9]{10}"),),
    speaks=(spanish.WORDS,),
)
