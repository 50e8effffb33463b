"""Ecom Express."""

from integrations.carriers import Carrier
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Ecom Express",
    also_called=frozenset(
        {
            "EcomExpress",
            "Ecom",
            "Ecom Express Logistics",
        }
    ),
    page="https://ecomexpress.in/tracking/?tflag=0&awb_field={number}",
    forms=(form("[0-9]{9,10}"),),
)
