"""Poste Italiane."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="Poste Italiane",
    also_called=frozenset(
        {
            "Posteitaliane",
            "Poste Italia",
            "Italy Post",
            "SDA",
            "Poste Delivery",
            "Crono Poste",
        }
    ),
    page="https://www.poste.it/cerca/index.html#/risultati-spedizioni/{number}",
    post_of="IT",
)
