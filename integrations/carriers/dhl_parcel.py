"""DHL Parcel, in the Netherlands, Spain and Poland."""

from integrations.carriers import Carrier
from integrations.status_words import dutch, polish, spanish
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="DHL Parcel",
    also_called=frozenset(
        {
            "DHL Parcel NL",
            "DHL Parcel Benelux",
            "DHL Parcel Iberia",
            "DHL Parcel Polska",
            "DHL Parcel UK",
            "DHLParcel",
            "DHL Parcel BE",
            "DHL For You",
            "DHL Netherlands",
            "DHL Nederland",
        }
    ),
    page=(
        "https://www.dhl.com/global-en/home/tracking/tracking-parcel.html"
        "?submit=1&tracking-id={number}"
    ),
    forms=(
        form("JVGL[0-9]{10,20}", is_its_own=True),
        form("3S[0-9A-Z]{7,17}"),
    ),
    speaks=(
        dutch.WORDS,
        polish.WORDS,
        spanish.WORDS,
    ),
)
