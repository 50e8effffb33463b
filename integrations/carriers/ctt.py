"""CTT; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import portuguese

CARRIER = Carrier(
    name="CTT",
    also_called=frozenset(
        {
            "CTT Portugal",
            "CTT Correios",
            "CTT Correios de Portugal",
            "Correios de Portugal",
            "Portugal Post",
            "Portugal Post - CTT",
        }
    ),
    post_of="PT",
    speaks=(portuguese.WORDS,),
)
