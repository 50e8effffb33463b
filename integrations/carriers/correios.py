"""Correios."""

from integrations.carriers import Carrier
from integrations.status_words import portuguese

CARRIER = Carrier(
    name="Correios",
    also_called=frozenset(
        {
            "Correios do Brasil",
            "Correio",
            "Correios Brasil",
            "Brazil Correios",
            "Brazil Post",
            "Correios PAC",
            "Correios SEDEX",
            "SEDEX",
            "PAC",
            "SEDEX 10",
            "Mini Envios",
            "Correios Mini Envios",
            "Empresa Brasileira de Correios e Telégrafos",
            "ECT",
        }
    ),
    page="https://rastreamento.correios.com.br/app/index.php?objetos={number}",
    post_of="BR",
    speaks=(portuguese.WORDS,),
)
