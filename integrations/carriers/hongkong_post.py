"""Hongkong Post."""

from integrations.carriers import Carrier
from integrations.status_words import chinese

CARRIER = Carrier(
    name="Hongkong Post",
    also_called=frozenset(
        {
            "Hong Kong Post",
            "HK Post",
            "HKPost",
            "HongKongPost",
            "香港郵政",
            "香港邮政",
            "Hongkong Post Speedpost",
            "HK Speedpost",
            "香港郵政特快專遞",
            "Hong Kong Post (HKP)",
        }
    ),
    page="https://www.hongkongpost.hk/en/mail_tracking/index.html?trackcode={number}",
    post_of="HK",
    speaks=(chinese.WORDS,),
)
