"""Estafeta; its pages have no address by number that we could rely on."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.status_words import spanish
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Estafeta",
    also_called=frozenset(
        {
            "Estafeta Mexicana",
            "Estafeta México",
            "Estafeta Express",
            "Estafeta Terrestre",
            "Estafeta Día Siguiente",
        }
    ),
    forms=(
        form("[0-9]{10}"),
        form("[0-9]{10}[0-9A-Z]{12}"),
    ),
    speaks=(spanish.WORDS,),
    says={
        Milestone.IN_TRANSIT: ("llegada a centro de distribución",),
        Milestone.OUT_FOR_DELIVERY: ("en ruta de entrega",),
    },
)
