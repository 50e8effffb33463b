"""Parcelforce."""

from integrations.carriers import Carrier
from integrations.tracking_numbers import form, s10_holds

CARRIER = Carrier(
    name="Parcelforce",
    also_called=frozenset(
        {
            "Parcelforce Worldwide",
            "ParcelForce",
            "Parcel Force",
            "Parcelforce 24",
            "Parcelforce 48",
        }
    ),
    page="https://www.parcelforce.com/track-trace?trackNumber={number}",
    forms=(
        form("[A-Z]{2}[0-9]{7}"),
        form("[A-Z]{2}[0-9]{9}GB", s10_holds),
    ),
)
