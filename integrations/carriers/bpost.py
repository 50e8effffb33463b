"""bpost."""

from integrations.carriers import Carrier
from integrations.status_words import dutch, french
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="bpost",
    also_called=frozenset(
        {
            "BPost International",
            "Belgium Post",
            "Belgian Post",
            "bpost (BE)",
            "De Post",
            "bpost Belgium",
        }
    ),
    page="https://track.bpost.cloud/btr/web/#/search?itemCode={number}",
    post_of="BE",
    forms=(form("3232[0-9]{20}", is_its_own=True),),
    speaks=(
        dutch.WORDS,
        french.WORDS,
    ),
)
