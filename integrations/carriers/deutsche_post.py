"""Deutsche Post; its letters, and all that it sends abroad."""

from integrations.carriers import Carrier
from integrations.status_words import german

CARRIER = Carrier(
    name="Deutsche Post",
    also_called=frozenset(
        {
            "Deutsche Post (DE)",
            "Deutsche Post (EN)",
            "Deutsche Post AG",
            "Deutsche Post Brief",
            "Deutsche Post Einschreiben",
            "German Post",
            "Germany Post",
            "Deutsche Post International",
        }
    ),
    page=(
        "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html"
        "?piececode={number}"
    ),
    post_of="DE",
    speaks=(german.WORDS,),
)
