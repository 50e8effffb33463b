"""Mondial Relay."""

from integrations.carriers import Carrier
from integrations.status_words import french, spanish
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Mondial Relay",
    also_called=frozenset(
        {
            "MondialRelay",
            "Mondial Relay France",
            "Mondial Relay (FR)",
        }
    ),
    page="https://www.mondialrelay.fr/suivi-de-colis?numeroExpedition={number}",
    forms=(form("[0-9]{8}|[0-9]{10}|[0-9]{12}"),),
    speaks=(
        french.WORDS,
        spanish.WORDS,
    ),
)
