"""What Meta would refuse of a message that shows products, found before it is asked.

Whether the products are in the catalog is Meta's to know.
"""

from typing import Any

from marshmallow import Schema, fields, validate, validates_schema

from integrations.meta.product_forms import (
    CARDS,
    OfCatalogSections,
    Product,
    Thumbnail,
    check_cards,
)
from integrations.meta.schema import AnyMessage

_MOST_LINE = 60
_MOST_BODY = 1_024


class _Line(Schema):
    text = fields.String(required=True, validate=validate.Length(min=1, max=_MOST_LINE))


class _Header(_Line):
    type = fields.String(required=True, validate=validate.Equal("text"))


class _Body(Schema):
    text = fields.String(required=True, validate=validate.Length(min=1, max=_MOST_BODY))


class _OpensCatalog(Schema):
    name = fields.String(required=True, validate=validate.Equal("catalog_message"))
    parameters = fields.Nested(Thumbnail)


class _Card(Schema):
    card_index = fields.Integer(required=True, strict=True)
    type = fields.String(required=True, validate=validate.Equal("product"))
    action = fields.Nested(Product, required=True)


class _Cards(Schema):
    cards = fields.List(fields.Nested(_Card), required=True, validate=CARDS)

    @validates_schema
    def _alike(self, action: dict[str, Any], **_: Any) -> None:
        cards = action["cards"]
        check_cards(cards, [each["action"] for each in cards])


class _OfProduct(Schema):
    type = fields.String(required=True, validate=validate.Equal("product"))
    body = fields.Nested(_Body)
    footer = fields.Nested(_Line)
    action = fields.Nested(Product, required=True)


class _OfList(Schema):
    type = fields.String(required=True, validate=validate.Equal("product_list"))
    header = fields.Nested(_Header, required=True)
    body = fields.Nested(_Body, required=True)
    footer = fields.Nested(_Line)
    action = fields.Nested(OfCatalogSections, required=True)


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
