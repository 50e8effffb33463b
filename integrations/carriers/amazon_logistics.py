"""Amazon Logistics; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Amazon Logistics",
    also_called=frozenset(
        {
            "Amazon",
            "Amazon Logistics US",
            "Amazon Logistics UK",
            "Amazon Shipping",
            "AMZL",
            "AMZL US",
            "Swiship",
            "Amazon MCF",
            "Amazon.com",
        }
    ),
    forms=(form("TB[ACM][0-9]{12}", is_its_own=True),),
)
