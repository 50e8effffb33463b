"""Paquetexpress; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import spanish

CARRIER = Carrier(
    name="Paquetexpress",
    also_called=frozenset(
        {
            "Paquete Express",
            "PaqueteExpress",
            "Paquetexpress México",
        }
    ),
    speaks=(spanish.WORDS,),
)
