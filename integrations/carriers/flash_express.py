"""Flash Express."""

from integrations.carriers import Carrier
from integrations.status_words import malay, thai
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Flash Express",
    also_called=frozenset(
        {
            "Flash",
            "แฟลช",
            "แฟลช เอ็กซ์เพรส",
            "Flash Express Thailand",
            "FLASH Express (TH)",
        }
    ),
    page="https://www.flashexpress.co.th/fle/tracking?se={number}",
    forms=(form("TH[0-9A-Z]{10,14}"),),
    speaks=(
        thai.WORDS,
        malay.WORDS,
    ),
)
