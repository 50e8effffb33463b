"""SPX Express; where a parcel is shown depends on its country, which we do not know."""

from integrations.carriers import Carrier
from integrations.status_words import indonesian, malay, portuguese, thai
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="SPX Express",
    also_called=frozenset(
        {
            "Shopee Express",
            "SPX",
            "Shopee Xpress",
            "ShopeeExpress",
            "Shopee Logistics",
        }
    ),
    forms=(
        form("SPX(?:MY|ID|TH|PH|VN|SG|BR)[0-9A-Z]{10,15}", is_its_own=True),
        form("(?:MY|ID|TH|PH|VN|SG|BR)[0-9]{12}[0-9A-Z]"),
    ),
    speaks=(
        malay.WORDS,
        indonesian.WORDS,
        thai.WORDS,
        portuguese.WORDS,
    ),
)
