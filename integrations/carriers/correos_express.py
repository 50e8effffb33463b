"""Correos Express."""

from integrations.carriers import Carrier
from integrations.status_words import spanish
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Correos Express",
    also_called=frozenset(
        {
            "CorreosExpress",
            "CEX",
            "Correos Express España",
            "Chronoexprés",
            "Correos Express Paq 24",
            "Paq 24",
        }
    ),
    page="https://s.correosexpress.com/SeguimientoSinCP/search?n={number}",
    forms=(form("[0-9]{16}"),),
    speaks=(spanish.WORDS,),
)
