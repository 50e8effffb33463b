"""Total Express; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import portuguese

CARRIER = Carrier(
    name="Total Express",
    also_called=frozenset(
        {
            "TotalExpress",
            "Total Express Brasil",
            "Total Express Logística",
        }
    ),
    speaks=(portuguese.WORDS,),
)
