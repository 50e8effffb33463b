"""Thailand Post."""

from integrations.carriers import Carrier
from integrations.status_words import thai

CARRIER = Carrier(
    name="Thailand Post",
    also_called=frozenset(
        {
            "ไปรษณีย์ไทย",
            "Thai Post",
            "Thailand EMS",
            "EMS Thailand",
            "ThailandPost",
            "ไปรษณีย์",
            "ไปรษณีย์ไทย EMS",
        }
    ),
    page="https://track.thailandpost.co.th/?trackNumber={number}",
    post_of="TH",
    speaks=(thai.WORDS,),
)
