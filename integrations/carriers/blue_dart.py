"""Blue Dart."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="Blue Dart",
    also_called=frozenset({"Bluedart"}),
    page=(
        "https://www.bluedart.com/trackdartresultthirdparty?trackFor=0&trackNo={number}"
    ),
)
