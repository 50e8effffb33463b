"""Correo Argentino; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import spanish

CARRIER = Carrier(
    name="Correo Argentino",
    also_called=frozenset(
        {
            "Correo Argentina",
            "Correo Oficial",
            "Argentina Post",
        }
    ),
    post_of="AR",
    speaks=(spanish.WORDS,),
)
