"""InPost."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.status_words import polish
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="InPost",
    also_called=frozenset(
        {
            "In Post",
            "InPost Paczkomaty",
            "InPost Paczkomat",
            "Paczkomaty",
            "Paczkomaty InPost",
            "Paczkomat",
            "InPost Kurier",
            "Kurier InPost",
            "InPost Locker",
            "InPost UK",
            "InPost Polska",
        }
    ),
    page="https://inpost.pl/sledzenie-przesylek?number={number}",
    forms=(form("(?:52|6[0-9])[0-9]{22}"),),
    speaks=(polish.WORDS,),
    says={
        Milestone.LABELLED: (
            "created",
            "offers prepared",
        ),
        Milestone.IN_TRANSIT: (
            "dispatched by sender",
            "collected from sender",
            "taken by courier",
            "adopted at source branch",
            "sent from source branch",
            "adopted at sorting center",
        ),
        Milestone.READY_FOR_PICKUP: (
            "ready to pickup",
            "stored in parcel locker",
            "avizo",
        ),
        Milestone.ATTEMPTED: ("pickup reminder sent",),
    },
)
