"""Correos."""

from integrations.carriers import Carrier
from integrations.status_words import spanish
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Correos",
    also_called=frozenset(
        {
            "Correos España",
            "Correos (ES)",
            "Correos de España",
            "Correos y Telégrafos",
            "Spain Post",
            "Correos Spain",
            "Correos Paq Premium",
            "Correos Paq Estándar",
            "Paq Premium",
            "Paq Estándar",
            "Spanish Post",
        }
    ),
    page=(
        "https://www.correos.es/es/es/herramientas/localizador/envios/detalle"
        "?tracking-number={number}"
    ),
    post_of="ES",
    forms=(form("P[0-9A-Z]{5}[0-9]{17}|P[0-9A-Z]{21}[A-Z]"),),
    speaks=(spanish.WORDS,),
)
