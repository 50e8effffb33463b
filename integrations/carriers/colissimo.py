"""Colissimo, the parcels of La Poste."""

from integrations.carriers import Carrier
from integrations.status_words import french
from integrations.tracking_numbers import form, s10_holds

CARRIER = Carrier(
    name="Colissimo",
    also_called=frozenset(
        {
            "La Poste Colissimo",
            "Colissimo (La Poste)",
            "Colissimo Domicile",
            "Coliposte",
            "So Colissimo",
            "Colissimo France",
            "Colissimo International",
        }
    ),
    page="https://www.laposte.fr/outils/suivre-vos-envois?code={number}",
    forms=(
        form("[68][A-Z][0-9]{11}", is_its_own=True),
        form("[A-Z]{2}[0-9]{9}FR", s10_holds),
    ),
    speaks=(french.WORDS,),
)
