"""Hermes; that of Britain is Evri today."""

from integrations.carriers import Carrier
from integrations.status_words import german
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Hermes",
    also_called=frozenset(
        {
            "Hermes Germany",
            "Hermes Deutschland",
            "Hermes Logistik",
            "Hermes Logistik Gruppe",
            "Hermes (DE)",
            "Hermes DE",
            "Hermes Paket",
            "Hermes Versand",
            "Hermes Paketshop",
        }
    ),
    page=(
        "https://www.myhermes.de/empfangen/sendungsverfolgung/"
        "sendungsinformation#{number}"
    ),
    forms=(
        form("H[0-9]{19}", is_its_own=True),
        form("[0-9]{14}"),
    ),
    speaks=(german.WORDS,),
)
