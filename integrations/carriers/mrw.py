"""MRW."""

from integrations.carriers import Carrier
from integrations.status_words import spanish
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="MRW",
    also_called=frozenset(
        {
            "MRW España",
            "MRW Ecommerce",
            "MRW Urgente 19",
            "MRW Transporte Urgente",
        }
    ),
    page=(
        "https://www.mrw.es/seguimiento_envios/MRW_historico_nacional.asp"
        "?enviament={number}"
    ),
    forms=(
        form("[0-9]{5}[A-Z][0-9]{6}"),
        form("[0-9]{12}"),
    ),
    speaks=(spanish.WORDS,),
)
