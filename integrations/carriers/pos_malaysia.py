"""Pos Malaysia."""

from integrations.carriers import Carrier
from integrations.status_words import malay

CARRIER = Carrier(
    name="Pos Malaysia",
    also_called=frozenset(
        {
            "PosMalaysia",
            "Pos Laju",
            "PosLaju",
            "Poslaju National Courier",
            "Malaysia Post",
            "Pos Malaysia Berhad",
            "Pos Parcel",
            "Pos Ekspres",
        }
    ),
    page="https://tracking.pos.com.my/tracking/{number}",
    post_of="MY",
    speaks=(malay.WORDS,),
)
