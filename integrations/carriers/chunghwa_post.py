"""Chunghwa Post; its pages have no address by number that we could rely on."""

from integrations.carriers import Carrier
from integrations.status_words import chinese

CARRIER = Carrier(
    name="Chunghwa Post",
    also_called=frozenset(
        {
            "Taiwan Post",
            "中華郵政",
            "中华邮政",
            "Chunghwa Post (Taiwan)",
            "台灣郵政",
        }
    ),
    post_of="TW",
    speaks=(chinese.WORDS,),
)
