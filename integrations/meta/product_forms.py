"""The parts of messages that name products, as schemas share them."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from core import showcases

_MOST_ID = 100
SECTIONS = validate.Length(min=1, max=showcases.MOST_SECTIONS)
CARDS = validate.Length(min=showcases.FEWEST_CARDS, max=showcases.MOST_CARDS)


def product_name() -> fields.String:
    return fields.String(required=True, validate=validate.Length(min=1, max=_MOST_ID))


class Product(Schema):
    catalog_id = product_name()
    product_retailer_id = product_name()


class Thumbnail(Schema):
    thumbnail_product_retailer_id = product_name()


class _Mentioned(Schema):
    product_retailer_id = product_name()


class Section(Schema):
    title = fields.String(
        validate=validate.Length(min=1, max=showcases.MOST_SECTION_TITLE)
    )
    product_items = fields.List(
        fields.Nested(_Mentioned), required=True, validate=validate.Length(min=1)
    )


class Sections(Schema):
    sections = fields.List(fields.Nested(Section), required=True, validate=SECTIONS)

    @validates_schema
    def _whole(self, action: dict[str, Any], **_: Any) -> None:
        sections = action.get("sections", [])
        ids = [
            each["product_retailer_id"]
            for section in sections
            for each in section["product_items"]
        ]
        if len(ids) > showcases.MOST_PRODUCTS:
            raise ValidationError(
                f"Holds {showcases.MOST_PRODUCTS} products at most.", "sections"
            )
        if len(set(ids)) != len(ids):
            raise ValidationError("Holds a product twice.", "sections")
        if len(sections) > 1 and not all("title" in each for each in sections):
            raise ValidationError("Each of several sections has a title.", "sections")


class OfCatalogSections(Sections):
    catalog_id = product_name()


def check_cards(
    cards: Sequence[Mapping[str, Any]], products: Sequence[Mapping[str, Any]]
) -> None:
    """Raises ValidationError unless they are counted, and of one catalog."""
    if [each["card_index"] for each in cards] != list(range(len(cards))):
        raise ValidationError("Cards are counted from 0.", "cards")
    if len({each["catalog_id"] for each in products}) != 1:
        raise ValidationError("All cards are of one catalog.", "cards")
