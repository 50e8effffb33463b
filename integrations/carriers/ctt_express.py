"""CTT Express; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import portuguese, spanish
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="CTT Express",
    also_called=frozenset(
        {
            "CTTExpress",
            "CTT Expresso",
            "Tourline",
            "Tourline Express",
        }
    ),
    forms=(form("[0-9]{22}"),),
    speaks=(
        spanish.WORDS,
        portuguese.WORDS,
    ),
)
