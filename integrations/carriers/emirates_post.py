"""Emirates Post; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import arabic

CARRIER = Carrier(
    name="Emirates Post",
    also_called=frozenset(
        {
            "7X",
            "UAE Post",
            "بريد الإمارات",
        }
    ),
    post_of="AE",
    speaks=(arabic.WORDS,),
)
