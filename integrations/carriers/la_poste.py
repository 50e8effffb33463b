"""La Poste."""

from integrations.carriers import Carrier
from integrations.status_words import french
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="La Poste",
    also_called=frozenset(
        {
            "LaPoste",
            "La Poste (FR)",
            "La Poste France",
            "France Post",
            "La Poste Lettre Suivie",
            "Lettre suivie",
            "La Poste Courrier",
            "French Post",
        }
    ),
    page="https://www.laposte.fr/outils/suivre-vos-envois?code={number}",
    post_of="FR",
    forms=(
        form("[1-5][A-Z][0-9]{11}"),
        form("87[0-9]{11}"),
    ),
    speaks=(french.WORDS,),
)
