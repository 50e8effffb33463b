"""Yanwen."""

from integrations.carriers import Carrier
from integrations.status_words import chinese
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Yanwen",
    also_called=frozenset(
        {
            "Yanwen Logistics",
            "Yanwen Express",
            "Yan Wen",
            "YW56",
            "燕文",
            "燕文物流",
            "燕文快递",
        }
    ),
    page="https://track.yw56.com.cn/en/querydel?nums={number}",
    forms=(
        # No country is YP or YW: these only look like the numbers of a post.
        form("[A-Z]{2}[0-9]{9}Y[PW]", is_its_own=True),
    ),
    speaks=(chinese.WORDS,),
)
