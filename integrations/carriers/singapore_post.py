"""Singapore Post."""

from integrations.carriers import Carrier
from integrations.status_words import chinese, malay

CARRIER = Carrier(
    name="Singapore Post",
    also_called=frozenset(
        {
            "SingPost",
            "Sing Post",
            "SG Post",
            "Singapore Post Speedpost",
            "SingPost SmartPac",
            "新加坡邮政",
        }
    ),
    page="https://www.singpost.com/track-items?track_number={number}",
    post_of="SG",
    speaks=(
        chinese.WORDS,
        malay.WORDS,
    ),
)
