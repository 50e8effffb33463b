"""Correos de México; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import spanish

CARRIER = Carrier(
    name="Correos de México",
    also_called=frozenset(
        {
            "Correos Mexico",
            "Mexpost",
            "SEPOMEX",
            "Servicio Postal Mexicano",
            "Mexico Post",
        }
    ),
    post_of="MX",
    speaks=(spanish.WORDS,),
)
