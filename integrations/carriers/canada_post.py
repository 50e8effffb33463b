"""Canada Post."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="Canada Post",
    also_called=frozenset({"Postes Canada"}),
    page=(
        "https://www.canadapost-postescanada.ca/track-reperage/en#/search"
        "?searchFor={number}"
    ),
)
