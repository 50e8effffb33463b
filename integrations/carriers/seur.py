"""SEUR."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.status_words import spanish
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="SEUR",
    also_called=frozenset(
        {
            "Seur 24",
            "SEUR España",
            "SEUR 24h",
            "SEUR Internacional",
            "DPD SEUR",
            "Seur Frío",
            "SEUR 13:30",
        }
    ),
    page="https://www.seur.com/livetracking/?segOnlineIdentificador={number}",
    forms=(form("[0-9]{8,15}|[0-9]{23}"),),
    speaks=(spanish.WORDS,),
    says={
        Milestone.READY_FOR_PICKUP: ("disponible para recoger en tienda",),
        Milestone.IN_TRANSIT: ("envío en tránsito",),
    },
)
