"""PostNL."""

from integrations.carriers import Carrier
from integrations.status_words import dutch
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="PostNL",
    also_called=frozenset(
        {
            "Post NL",
            "PostNL International",
            "PostNL International Mail",
            "TNT Post",
            "PostNL Pakketten",
            "PostNL (NL)",
            "Netherlands Post",
            "PostNL Domestic",
            "PostNL Pakket",
        }
    ),
    page="https://jouw.postnl.nl/track-and-trace/{number}",
    post_of="NL",
    forms=(form("3S[A-Z]{2,5}[0-9]{7,13}"),),
    speaks=(dutch.WORDS,),
)
