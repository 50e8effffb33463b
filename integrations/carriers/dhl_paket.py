"""DHL Paket, which is DHL within Germany."""

from integrations.carriers import Carrier
from integrations.status_words import german
from integrations.tracking_numbers import form, gs1_holds

CARRIER = Carrier(
    name="DHL Paket",
    also_called=frozenset(
        {
            "DHL Germany",
            "DHL Deutschland",
            "DHL (DE)",
            "DHL Päckchen",
            "DHL Paeckchen",
            "DHL Warenpost",
            "DHL DE",
            "DHL Paket Deutschland",
            "Deutsche Post DHL",
            "DHL Packstation",
            "DHL Versand",
        }
    ),
    page=(
        "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html"
        "?piececode={number}"
    ),
    forms=(
        form("003404[0-9]{14}", gs1_holds, is_its_own=True),
        form("[0-9]{12}"),
    ),
    speaks=(german.WORDS,),
)
