"""What may become of an order, a parcel, a buyer's word: every kind, and how often.

A kind of which a hundred orders would have none is dealt once all the same.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

S = timedelta(seconds=1)
M = timedelta(minutes=1)
H = timedelta(hours=1)
D = timedelta(days=1)

Kinds = Mapping[str, int]
Step = tuple[str, timedelta, timedelta]
"""A word, and between which times after the one before it comes."""
Steps = Sequence[Step]

PAYMENTS: Kinds = {
    "paid": 50,
    "authorized": 6,
    "partly": 3,
    "cash": 12,
    "within minutes": 7,
    "within days": 9,
    "never": 4,
    "pending but free": 1,
}
PAID_AFTER = {
    "authorized": (10 * H, 2 * D),
    "within minutes": (M, 45 * M),
    "within days": (H, 8 * D),
}
ENDINGS: Kinds = {
    "kept": 88,
    "cancelled at once": 2,
    "cancelled within the hour": 3,
    "cancelled later": 4,
    "cancelled on its way": 2,
}
CANCELLED_AFTER = {
    "cancelled at once": (2 * S, 40 * S),
    "cancelled within the hour": (M, H),
    "cancelled later": (H, 3 * D),
    "cancelled on its way": (D, 6 * D),
}
EDITS: Kinds = {"none": 88, "one": 5, "two at once": 3, "undone": 2, "of a price": 2}
GOODS: Kinds = {"things": 88, "things and a gift card": 8, "one thing": 4}
SHIPPING: Kinds = {
    "within minutes": 25,
    "within a day": 40,
    "within days": 30,
    "never": 5,
}
SHIPPED_AFTER = {
    "within minutes": (20 * S, 40 * M),
    "within a day": (H, D),
    "within days": (D, 5 * D),
}
PARCELS: Kinds = {"one": 78, "two": 16, "three": 6}
REFUNDS: Kinds = {
    "none": 84,
    "one": 8,
    "three": 4,
    "of things only": 2,
    "under way": 2,
}
RETURNS: Kinds = {
    "none": 90,
    "approved": 3,
    "approved at once": 2,
    "declined": 2,
    "asked for alone": 1,
    "of an order not told": 1,
}
RETURN_STEPS: Mapping[str, Steps] = {
    "approved": (
        ("requested", H, 4 * D),
        ("approved", H, 2 * D),
        ("received", D, 8 * D),
    ),
    "approved at once": (
        ("requested", H, 4 * D),
        ("approved", 2 * S, 15 * S),
        ("received", D, 8 * D),
        ("received", M, H),
    ),
    "declined": (("requested", H, 4 * D), ("declined", M, D)),
    "asked for alone": (("requested", H, 4 * D),),
    "of an order not told": (("requested", H, 4 * D),),
}
WORDS: Kinds = {
    "yes": 76,
    "no such box": 6,
    "box not ticked": 4,
    "yes, taken back": 4,
    "yes, taken back and given again": 2,
    "given later": 4,
    "given later at Shopify": 3,
    "taken back before": 1,
}
PHONES: Kinds = {
    "the order's": 70,
    "the address's": 22,
    "as people write": 3,
    "none": 3,
    "not on WhatsApp": 2,
}
CONTENTS: Kinds = {"told": 94, "not told": 6}
NUMBERS: Kinds = {
    "known": 66,
    "late": 12,
    "very late": 6,
    "never": 4,
    "changed": 6,
    "two": 3,
    "one more": 3,
}
NUMBERED_AFTER = {
    "late": (30 * S, 14 * M),
    "very late": (16 * M, 20 * H),
    "changed": (M, 30 * H),
    "one more": (M, 5 * H),
}

_OUT = ("out_for_delivery", 8 * H, 30 * H)
_IN = ("delivered", 20 * M, 9 * H)
_MOVES = ("in_transit", H, 20 * H)
_TOWN = ("town", 2 * H, 30 * H)
JOURNEYS: Kinds = {
    "plain": 24,
    "labelled first": 10,
    "label told late": 3,
    "long": 14,
    "told at once": 8,
    "delivered only": 4,
    "silent": 4,
    "fetched": 8,
    "attempted": 7,
    "attempted twice": 4,
    "delayed": 7,
    "delayed twice": 2,
    "in trouble": 4,
    "sent back": 3,
    "first seen delivered": 3,
    "cancelled": 2,
    "mistaken": 2,
    "a scan taken back": 3,
    "a scan taken back at once": 3,
    "without scans": 3,
}
JOURNEY_STEPS: Mapping[str, Steps] = {
    "plain": (_MOVES, _OUT, _IN),
    "labelled first": (("labelled", S, 10 * M), _TOWN, _TOWN, _OUT, _IN),
    "label told late": (_MOVES, ("labelled", M, 5 * H), _OUT, _IN),
    "long": (_TOWN, _TOWN, _TOWN, _TOWN, _MOVES, _OUT, _IN),
    "told at once": (
        ("in_transit", 2 * S, 40 * S),
        ("town", 2 * S, 25 * S),
        ("town", 2 * S, 25 * S),
        ("out_for_delivery", 2 * S, 90 * S),
        ("delivered", 2 * S, 40 * M),
    ),
    "delivered only": (("delivered", H, 3 * D),),
    "silent": (_TOWN, ("in_transit", 8 * D, 20 * D), _OUT, _IN),
    "fetched": (_MOVES, ("ready_for_pickup", H, 2 * D), ("delivered", H, 3 * D)),
    "attempted": (_MOVES, _OUT, ("attempted", H, 6 * H), _OUT, _IN),
    "attempted twice": (
        _MOVES,
        _OUT,
        ("attempted", H, 6 * H),
        ("out_for_delivery", 18 * H, 22 * H),
        ("attempted", H, 6 * H),
        ("ready_for_pickup", H, 20 * H),
        ("delivered", H, 2 * D),
    ),
    "delayed": (_TOWN, ("delayed", H, 20 * H), _TOWN, _OUT, _IN),
    "delayed twice": (
        _MOVES,
        ("delayed", H, 20 * H),
        ("town", 5 * S, 30 * S),
        ("delayed", H, 20 * H),
        _OUT,
        _IN,
    ),
    "in trouble": (_TOWN, ("in_trouble", H, 20 * H), _TOWN, _OUT, _IN),
    "sent back": (
        _MOVES,
        _OUT,
        ("attempted", H, 6 * H),
        ("in_trouble", H, 2 * D),
        ("in_transit", H, 2 * D),
        ("in_transit", H, 2 * D),
    ),
    "mistaken": (_OUT, ("in_transit", M, 2 * H), _OUT, _IN),
    "a scan taken back": (
        _MOVES,
        _OUT,
        ("taken back", M, 3 * H),
        ("out_for_delivery", H, D),
        _IN,
    ),
    "a scan taken back at once": (
        _MOVES,
        _TOWN,
        ("out_for_delivery", H, D),
        ("taken back", 2 * S, 15 * S),
        _TOWN,
        _OUT,
        _IN,
    ),
    "cancelled": (("cancelled", 30 * S, 5 * H),),
    "without scans": (("arrives", D, 4 * D),),
}
CARRIERS = (
    ("DHL", "JD0146{:08d}"),
    (None, "JD01{:014d}"),
    ("Correios", "AA{:09d}BR"),
    ("CJ대한통운", "6{:011d}"),
    ("Other", "X{:010d}"),
    (None, "Y{:010d}"),
    ("UPS", "1Z{:016d}"),
)
TOWNS = (
    ("Seoul", "KR", ("SEOUL", "Seoul", "서울")),
    ("Incheon", "KR", ("INCHEON, KR", "Incheon")),
    ("Hong Kong", "HK", ("HONG KONG, HK", "Hong Kong (hub)", "香港")),
    ("Shenzhen", "CN", ("Shenzhen", "SHENZHEN")),
    ("Taoyuan", "TW", ("Taoyuan", "TAOYUAN")),
    ("Frankfurt", "DE", ("Frankfurt", "FRANKFURT")),
    ("Leipzig", "DE", ("LEIPZIG", "Leipzig")),
    ("Gasquet", "US", ("GASQUET, CA, US",)),
)
"""By their English names, in which country, and how carriers write them."""
