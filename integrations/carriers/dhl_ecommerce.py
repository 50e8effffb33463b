"""DHL eCommerce, which hands its parcels to the posts."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.status_words import malay, thai
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="DHL eCommerce",
    also_called=frozenset(
        {
            "DHL eCommerce Asia",
            "DHL eCommerce US",
            "DHL eCommerce UK",
            "DHL eCommerce Solutions",
            "DHL Global Mail",
            "DHL GlobalMail",
            "DHL e-Commerce",
            "DHL SmartMail",
            "DHL eCommerce Malaysia",
            "DHL eCommerce Thailand",
        }
    ),
    page="https://webtrack.dhlecs.com/?trackingnumber={number}",
    forms=(form("GM[0-9]{16,18}", is_its_own=True),),
    speaks=(
        thai.WORDS,
        malay.WORDS,
    ),
    says={
        Milestone.IN_TRANSIT: (
            "arrival at dhl ecommerce facility",
            "tendered to delivery service provider",
            "en route to dhl ecommerce",
        ),
        Milestone.LABELLED: ("electronic notification received",),
    },
)
