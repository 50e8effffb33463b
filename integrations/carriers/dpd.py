"""DPD."""

from integrations.carriers import Carrier
from integrations.status_words import dutch, french, german, polish
from integrations.tracking_numbers import form, mod_37_36_holds

CARRIER = Carrier(
    name="DPD",
    also_called=frozenset(
        {
            "DPD Germany",
            "DPD Deutschland",
            "DPD DE",
            "DPD Classic",
            "DPDgroup",
            "DPD Group",
            "Dynamic Parcel Distribution",
            "DPD (DE)",
            "DPD.de",
            "DPD Paket",
        }
    ),
    page="https://tracking.dpd.de/status/en_US/parcel/{number}",
    forms=(
        form("[0-9]{14}"),
        form("[0-9]{14}[0-9]", mod_37_36_holds),
        form("[0-9]{14}[A-Z]", mod_37_36_holds, is_its_own=True),
        form("[0-9A-Z]{7}[0-9]{20}[0-9A-Z]", mod_37_36_holds, is_its_own=True),
    ),
    speaks=(
        german.WORDS,
        french.WORDS,
        dutch.WORDS,
        polish.WORDS,
    ),
)
