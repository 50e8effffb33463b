"""CorreosChile; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import spanish

CARRIER = Carrier(
    name="CorreosChile",
    also_called=frozenset(
        {
            "Correos Chile",
            "Correos de Chile",
            "Chile Post",
        }
    ),
    post_of="CL",
    speaks=(spanish.WORDS,),
)
