"""Loggi; its pages have no address by number that we could rely on."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.status_words import portuguese

CARRIER = Carrier(
    name="Loggi",
    also_called=frozenset(
        {
            "Loggi Express",
            "Loggi Expresso",
            "Loggi Coleta",
            "Loggi Ponto",
            "Loggi Drop Off",
        }
    ),
    speaks=(portuguese.WORDS,),
    says={
        Milestone.IN_TRANSIT: (
            "pacote coletado",
            "estamos com o pacote",
            "pacote a caminho da sua região",
        ),
        Milestone.OUT_FOR_DELIVERY: ("pacote saiu para entrega",),
        Milestone.DELIVERED: ("pacote entregue",),
    },
)
