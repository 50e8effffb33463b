"""What Meta would refuse of a catalog's items, found before it is asked."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from core import catalog
from core.catalog import Availability, Condition
from core.currencies import decimals_of
from integrations.meta.catalog_items import MOST_AT_ONCE
from integrations.meta.forms import Matches, flat

_MOST_ID = 100
_PRICE = re.compile(r"(\d{1,12})(?:\.(\d{1,3}))? ([A-Z]{3})", re.ASCII)
_ADDRESS = re.compile(r"https?://[^\s/]+\.[^\s]+")
_GTIN = re.compile(r"(\d{8}|\d{12,14})?", re.ASCII)
_PLACE = re.compile(r"[a-z]{2}_[A-Z]{2}|[A-Z]{2}")
_ID = re.compile(r"\S(.*\S)?")
_HALF_A_CHARACTER = re.compile("[\0\ud800-\udfff]")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>")


def _is_text(text: str) -> None:
    if _HALF_A_CHARACTER.search(text):
        raise ValidationError("Holds a NUL or half a character.")
    if _MARKUP.search(text):
        raise ValidationError("Holds tags of HTML, which buyers would read.")


def _words(most: int, *, may_lack: bool = False) -> fields.String:
    rules: list[Any] = [_is_text, validate.Length(min=0 if may_lack else 1, max=most)]
    return fields.String(required=True, validate=rules)


def _address(value: str) -> None:
    if not _ADDRESS.fullmatch(value):
        raise ValidationError("Is not a whole address on the web.")


def _price(value: str) -> None:
    found = _PRICE.fullmatch(value)
    if found is None:
        raise ValidationError("Is a number, a space and a currency.")
    if len(found[2] or "") != decimals_of(found[3]):
        raise ValidationError("Has another number of decimals than its currency.")
    if not amount(value):
        raise ValidationError("Is above zero.")


def _price_or_none(value: str) -> None:
    if value:
        _price(value)


def amount(price: str) -> Decimal:
    return Decimal(price.split(" ")[0])


_LINK: list[Any] = [_address, validate.Length(max=catalog.MOST_LINK)]
_NAME: list[Any] = [Matches(_ID), validate.Length(max=_MOST_ID)]


class _Item(Schema):
    """One item, whole: what it has not is an empty text."""

    id = fields.String(required=True, validate=_NAME)
    item_group_id = fields.String(required=True, validate=_NAME)
    title = _words(catalog.MOST_TITLE)
    description = _words(catalog.MOST_DESCRIPTION)
    availability = fields.String(
        required=True, validate=validate.OneOf([each.value for each in Availability])
    )
    condition = fields.String(
        required=True, validate=validate.OneOf([each.value for each in Condition])
    )
    price = fields.String(required=True, validate=_price)
    sale_price = fields.String(required=True, validate=_price_or_none)
    link = fields.String(required=True, validate=_LINK)
    image_link = fields.String(required=True, validate=_LINK)
    additional_image_link = fields.List(
        fields.String(validate=_LINK),
        required=True,
        validate=validate.Length(max=catalog.MOST_ADDITIONAL_IMAGES),
    )
    brand = _words(catalog.MOST_BRAND)
    gtin = fields.String(required=True, validate=Matches(_GTIN))
    google_product_category = _words(750, may_lack=True)
    color = _words(catalog.MOST_OPTION, may_lack=True)
    size = _words(catalog.MOST_OPTION, may_lack=True)
    material = _words(catalog.MOST_OPTION, may_lack=True)
    pattern = _words(catalog.MOST_OPTION, may_lack=True)
    custom_label_0 = _words(catalog.MOST_LABEL, may_lack=True)
    custom_label_1 = _words(catalog.MOST_LABEL, may_lack=True)
    custom_label_2 = _words(catalog.MOST_LABEL, may_lack=True)
    custom_label_3 = _words(catalog.MOST_LABEL, may_lack=True)
    custom_label_4 = _words(catalog.MOST_LABEL, may_lack=True)

    @validates_schema
    def _not_blank(self, item: dict[str, Any], **_: Any) -> None:
        for name in ("title", "description", "brand"):
            if not item[name].strip():
                raise ValidationError("Is empty.", name)

    @validates_schema
    def _sale(self, item: dict[str, Any], **_: Any) -> None:
        _check_sale(item)


def _check_sale(prices: dict[str, Any]) -> None:
    sale, price = prices["sale_price"], prices["price"]
    if not sale:
        return
    if sale[-3:] != price[-3:]:
        raise ValidationError("Is in another currency.", "sale_price")
    if amount(sale) >= amount(price):
        raise ValidationError("Is below the price.", "sale_price")


class _Place(Schema):
    type = fields.String(
        required=True, validate=validate.OneOf(["LANGUAGE", "COUNTRY"])
    )
    value = fields.String(required=True, validate=Matches(_PLACE))


class _Words(Schema):
    id = fields.String(required=True, validate=_NAME)
    title = _words(catalog.MOST_TITLE)
    description = _words(catalog.MOST_DESCRIPTION)


class _Prices(Schema):
    id = fields.String(required=True, validate=_NAME)
    price = fields.String(required=True, validate=_price)
    sale_price = fields.String(required=True, validate=_price_or_none)

    @validates_schema
    def _sale(self, prices: dict[str, Any], **_: Any) -> None:
        _check_sale(prices)


class _Deleted(Schema):
    id = fields.String(required=True, validate=_NAME)


_ITEM = _Item()
_DELETED = _Deleted()
_THERE = _Place()
_LOCAL = {"LANGUAGE": _Words(), "COUNTRY": _Prices()}


def problems_of_request(request: Mapping[str, Any]) -> list[str]:
    """Why Meta would refuse one of the requests of a batch; empty when it would not.
    No value of it is repeated."""
    there = request.get("localization")
    schema = _ITEM if there is None else _LOCAL[there["type"]]
    if request["method"] == "DELETE":
        schema = _DELETED
    found = list(flat(schema.validate(request["data"])))
    return found if there is None else [*flat(_THERE.validate(there)), *found]


def problems_of_batch(requests: Sequence[Mapping[str, Any]]) -> list[str]:
    """Why Meta would refuse a batch as a whole."""
    ids = [request["data"]["id"] for request in requests]
    found = []
    if not 1 <= len(requests) <= MOST_AT_ONCE:
        found.append(f"requests: There are 1 to {MOST_AT_ONCE}.")
    if len(set(ids)) != len(ids):
        found.append("requests: One item stands there twice.")
    return found
