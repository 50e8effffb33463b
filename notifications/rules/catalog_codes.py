"""The world's numbers for a product: its barcode, and its place in Google's tree."""

from types import MappingProxyType

_LENGTHS = (8, 12, 13, 14)
_IN_HOUSE = {12: ("2", "4"), 13: ("2", "02", "04")}
"""Numbers that a shop gives out for itself, and that mean nothing to others."""


def gtin_of(barcode: str | None) -> str | None:
    """The barcode where it is one that the whole world knows: by its check digit."""
    if not barcode:
        return None
    digits = barcode.replace(" ", "").replace("-", "")
    if len(digits) not in _LENGTHS or not (digits.isascii() and digits.isdigit()):
        return None
    if digits.startswith(_IN_HOUSE.get(len(digits), ("none",))) or not int(digits[:-1]):
        return None
    weighted = sum(
        int(digit) * (3 if place % 2 == 0 else 1)
        for place, digit in enumerate(reversed(digits[:-1]))
    )
    return digits if (weighted + int(digits[-1])) % 10 == 0 else None


# Google's numbers, of which Meta takes the same.
_GOOGLES = MappingProxyType(
    {
        "aa": "166",  # Apparel & Accessories
        "aa-1": "1604",  # Clothing
        "aa-2": "167",  # Clothing Accessories
        "aa-3": "184",  # Costumes & Accessories
        "aa-5": "6551",  # Handbags, Wallets & Cases
        "aa-6": "188",  # Jewelry
        "aa-8": "187",  # Shoes
        "ae": "8",  # Arts & Entertainment
        "ap": "1",  # Animals & Pet Supplies
        "bi": "111",  # Business & Industrial
        "bt": "537",  # Baby & Toddler
        "co": "141",  # Cameras & Optics
        "el": "222",  # Electronics
        "fb": "412",  # Food, Beverages & Tobacco
        "fr": "436",  # Furniture
        "ha": "632",  # Hardware
        "hb": "469",  # Health & Beauty
        "hg": "536",  # Home & Garden
        "lb": "5181",  # Luggage & Bags
        "ma": "772",  # Mature
        "me": "783",  # Media
        "os": "922",  # Office Supplies
        "rc": "5605",  # Religious & Ceremonial
        "sg": "988",  # Sporting Goods
        "so": "2092",  # Software
        "tg": "1239",  # Toys & Games
        "vp": "888",  # Vehicles & Parts
    }
)


def google_category_of(category: str | None) -> str | None:
    """Google's number for Shopify's category ``aa-1-4``: of the nearest above it that
    both have."""
    while category:
        if category in _GOOGLES:
            return _GOOGLES[category]
        category = category.rpartition("-")[0]
    return None
