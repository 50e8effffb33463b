"""Chronopost."""

from integrations.carriers import Carrier
from integrations.status_words import french
from integrations.tracking_numbers import form, s10_holds

CARRIER = Carrier(
    name="Chronopost",
    also_called=frozenset(
        {
            "Chrono Post",
            "Chronopost France",
            "Chronopost International",
            "Chrono 13",
            "Chrono Relais",
            "France EMS - Chronopost",
        }
    ),
    page="https://www.chronopost.fr/tracking-no-cms/suivi-page?listeNumerosLT={number}",
    forms=(form("[A-Z]{2}[0-9]{9}FR", s10_holds),),
    speaks=(french.WORDS,),
)
