"""Saudi Post; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import arabic

CARRIER = Carrier(
    name="Saudi Post",
    also_called=frozenset(
        {
            "SPL",
            "SPL Online",
            "Saudi Post Logistics",
            "البريد السعودي",
            "سبل",
        }
    ),
    post_of="SA",
    speaks=(arabic.WORDS,),
)
