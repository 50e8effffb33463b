"""What Meta would refuse of a message that shows products, found before it is asked.

Whether the products are in the catalog is Meta's to know.
"""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from core import showcases
from integrations.meta.schema import AnyMessage

_MOST_ID = 100
_MOST_LINE = 60
_MOST_BODY = 1_024
_CARDS = validate.Length(min=showcases.FEWEST_CARDS, max=showcases.MOST_CARDS)


def _name() -> fields.String:
    return fields.String(required=True, validate=validate.Length(min=1, max=_MOST_ID))


class _Line(Schema):
    text = fields.String(required=True, validate=validate.Length(min=1, max=_MOST_LINE))


class _Header(_Line):
    type = fields.String(required=True, validate=validate.Equal("text"))


class _Body(Schema):
    text = fields.String(required=True, validate=validate.Length(min=1, max=_MOST_BODY))


class _Product(Schema):
    catalog_id = _name()
    product_retailer_id = _name()


class _Thumbnail(Schema):
    thumbnail_product_retailer_id = _name()


class _OpensCatalog(Schema):
    name = fields.String(required=True, validate=validate.Equal("catalog_message"))
    parameters = fields.Nested(_Thumbnail)


class _Mentioned(Schema):
    product_retailer_id = _name()


class _Section(Schema):
    title = fields.String(
        validate=validate.Length(min=1, max=showcases.MOST_SECTION_TITLE)
    )
    product_items = fields.List(
        fields.Nested(_Mentioned), required=True, validate=validate.Length(min=1)
    )


class _Sections(Schema):
    catalog_id = _name()
    sections = fields.List(
        fields.Nested(_Section),
        required=True,
        validate=validate.Length(min=1, max=showcases.MOST_SECTIONS),
    )

    @validates_schema
    def _whole(self, action: dict[str, Any], **_: Any) -> None:
        sections = action["sections"]
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


class _Card(Schema):
    card_index = fields.Integer(required=True, strict=True)
    type = fields.String(required=True, validate=validate.Equal("product"))
    action = fields.Nested(_Product, required=True)


class _Cards(Schema):
    cards = fields.List(fields.Nested(_Card), required=True, validate=_CARDS)

    @validates_schema
    def _alike(self, action: dict[str, Any], **_: Any) -> None:
        cards = action["cards"]
        if [each["card_index"] for each in cards] != list(range(len(cards))):
            raise ValidationError("Cards are counted from 0.", "cards")
        if len({each["action"]["catalog_id"] for each in cards}) != 1:
            raise ValidationError("All cards are of one catalog.", "cards")


class _OfProduct(Schema):
    type = fields.String(required=True, validate=validate.Equal("product"))
    body = fields.Nested(_Body)
    footer = fields.Nested(_Line)
    action = fields.Nested(_Product, required=True)


class _OfList(Schema):
    type = fields.String(required=True, validate=validate.Equal("product_list"))
    header = fields.Nested(_Header, required=True)
    body = fields.Nested(_Body, required=True)
    footer = fields.Nested(_Line)
    action = fields.Nested(_Sections, required=True)


class _OfCatalog(Schema):
    type = fields.String(required=True, validate=validate.Equal("catalog_message"))
    body = fields.Nested(_Body, required=True)
    footer = fields.Nested(_Line)
    action = fields.Nested(_OpensCatalog, required=True)


class _OfCards(Schema):
    type = fields.String(required=True, validate=validate.Equal("carousel"))
    body = fields.Nested(_Body, required=True)
    action = fields.Nested(_Cards, required=True)


class _Interactive(AnyMessage):
    type = fields.String(required=True, validate=validate.Equal("interactive"))


class ProductMessage(_Interactive):
    """The body of ``POST /{phone_number_id}/messages`` with one product."""

    interactive = fields.Nested(_OfProduct, required=True)


class ProductListMessage(_Interactive):
    """The same with several products."""

    interactive = fields.Nested(_OfList, required=True)


class CatalogMessage(_Interactive):
    """The same with the whole catalog."""

    interactive = fields.Nested(_OfCatalog, required=True)


class ProductCardsMessage(_Interactive):
    """The same with a row of products."""

    interactive = fields.Nested(_OfCards, required=True)
