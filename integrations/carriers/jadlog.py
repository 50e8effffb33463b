"""Jadlog."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.status_words import portuguese
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Jadlog",
    also_called=frozenset(
        {
            "Jad Log",
            "JadLog Package",
            "Jadlog .Package",
            "Jadlog .Com",
            "Jadlog Logística",
            "Jadlog Econômico",
            "Jadlog Pickup",
        }
    ),
    page="https://www.jadlog.com.br/jadlog/tracking?cte={number}",
    forms=(form("[0-9]{14}"),),
    speaks=(portuguese.WORDS,),
    says={
        Milestone.IN_TRANSIT: (
            "transferência",
            "entrada",
            "emissão",
        ),
        Milestone.OUT_FOR_DELIVERY: (
            "em rota",
            "rota de entrega",
        ),
    },
)
