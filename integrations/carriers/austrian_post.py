"""Österreichische Post."""

from integrations.carriers import Carrier
from integrations.status_words import german
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Österreichische Post",
    also_called=frozenset(
        {
            "Austrian Post",
            "Oesterreichische Post",
            "Post AT",
            "Post.at",
            "Austria Post",
            "Post Österreich",
        }
    ),
    page="https://www.post.at/sv/sendungsdetails?snr={number}",
    post_of="AT",
    forms=(form("10[0-9]{20}"),),
    speaks=(german.WORDS,),
)
