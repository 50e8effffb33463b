"""What a message shows of a store's catalog, beside its words."""

from dataclasses import dataclass
from typing import TypeAlias

MOST_SECTIONS = 10
MOST_PRODUCTS = 30
MOST_SECTION_TITLE = 24
FEWEST_CARDS, MOST_CARDS = 2, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeCatalog:
    """A button that opens all of it, with the picture of one item above."""

    thumbnail: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OneProduct:
    """The card of one item, by its ``retailer_id``. It needs no words."""

    catalog_id: str
    retailer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """``title`` may be empty where it is the only one."""

    title: str
    retailer_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeveralProducts:
    """Up to 30 items in up to 10 sections, behind a button."""

    catalog_id: str
    header: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOfCards:
    """2 to 10 items beside each other."""

    catalog_id: str
    retailer_ids: tuple[str, ...]


Showcase: TypeAlias = WholeCatalog | OneProduct | SeveralProducts | RowOfCards
