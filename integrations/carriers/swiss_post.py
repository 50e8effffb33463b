"""Swiss Post."""

from integrations.carriers import Carrier
from integrations.status_words import french, german
from integrations.tracking_numbers import form

CARRIER = Carrier(
    name="Swiss Post",
    also_called=frozenset(
        {
            "Die Schweizerische Post",
            "Schweizerische Post",
            "Post CH",
            "La Poste Suisse",
            "Swiss Post (CH)",
            "PostPac",
            "Switzerland Post",
            "La Posta Svizzera",
        }
    ),
    page="https://service.post.ch/ekp-web/ui/entry/search/{number}",
    post_of="CH",
    forms=(form("99[0-9]{16}"),),
    speaks=(
        german.WORDS,
        french.WORDS,
    ),
)
