"""Correios; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="Correios",
    also_called=frozenset({"Correios do Brasil"}),
)
