"""Azul Cargo; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import portuguese
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Azul Cargo",
    also_called=frozenset(
        {
            "Azul Cargo Express",
            "Azul Cargo Expresso",
        }
    ),
    forms=(form("577[0-9]{8}"),),
    speaks=(portuguese.WORDS,),
)
