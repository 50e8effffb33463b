"""PTT."""

from integrations.carriers import Carrier
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="PTT",
    also_called=frozenset(
        {
            "PTT Kargo",
            "Turkish Post",
            "Turkey Post",
            "PTT Turkish Post",
        }
    ),
    page="https://gonderitakip.ptt.gov.tr/Track/Verify?q={number}",
    post_of="TR",
    forms=(form("[0-9]{13}"),),
)
