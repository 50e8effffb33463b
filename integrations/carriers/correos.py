"""Correos."""

from integrations.carriers import Carrier

CARRIER = Carrier(
    name="Correos",
    also_called=frozenset({"Correos España", "Correos (ES)"}),
    page=(
        "https://www.correos.es/es/es/herramientas/localizador/envios/detalle"
        "?tracking-number={number}"
    ),
)
