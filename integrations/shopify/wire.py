"""The fields we read of Shopify's bodies, each plucked to one flat place.

Marshmallow takes as long for one nested object as for ten fields, and a parcel's
webhook and an order's come in hundreds a second: so the nesting is undone first, and
only what is used is declared. Shopify sends far more, and adds to it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from core.errors import UnreadablePayload

Wire = Mapping[str, Any]


class _Moment(fields.AwareDateTime):
    """ISO 8601 with any offset; comes out in UTC."""

    def _deserialize(self, value: Any, *rest: Any, **more: Any) -> datetime:
        try:
            return super()._deserialize(value, *rest, **more).astimezone(UTC)
        except OverflowError as error:
            kind = {"input": value, "obj_type": self.OBJ_TYPE}
            raise self.make_error("invalid", **kind) from error


class _Id(fields.Integer):
    """A whole number that fits the database. Samples go past what a float can hold."""

    def __init__(self) -> None:
        super().__init__(
            strict=True, required=True, validate=validate.Range(min=1, max=2**63 - 1)
        )


def _text() -> fields.String:
    return fields.String(allow_none=True, load_default=None)


def _moment() -> _Moment:
    return _Moment(allow_none=True, load_default=None)


class _Wire(Schema):
    class Meta:
        unknown = EXCLUDE


class _OnlyId(_Wire):
    id = _Id()


class _Order(_OnlyId):
    name = _text()
    created_at = _moment()
    processed_at = _moment()
    updated_at = _moment()
    cancelled_at = _moment()
    financial_status = _text()
    phone = _text()
    customer_locale = _text()
    order_status_url = _text()
    customer_phone = _text()
    customer_first_name = _text()
    shipping_phone = _text()
    shipping_country = _text()
    shipping_first_name = _text()
    billing_phone = _text()
    billing_country = _text()
    default_phone = _text()
    default_country = _text()


class _Fulfillment(_OnlyId):
    order_id = _Id()
    name = _text()
    status = _text()
    created_at = _moment()
    updated_at = _moment()
    shipment_status = _text()
    tracking_company = _text()
    tracking_number = _text()
    tracking_url = _text()
    destination_phone = _text()
    destination_country = _text()


class _FulfillmentEvent(_Wire):
    fulfillment_id = _Id()
    order_id = _Id()
    status = _text()
    happened_at = _moment()
    created_at = _moment()
    city = _text()
    country = _text()


class _Consent(_Wire):
    phone_number = _text()
    state = _text()
    updated_at = _moment()


# Building a schema takes longer than using it.
_ONLY_ID = _OnlyId()
_ORDER = _Order()
_FULFILLMENT = _Fulfillment()
_FULFILLMENT_EVENT = _FulfillmentEvent()
_CONSENT = _Consent()


def only_id(body: Wire) -> Wire:
    return _loaded(_ONLY_ID, body)


def order(body: Wire) -> Wire:
    customer = an_object(body, "customer")
    shipping = an_object(body, "shipping_address")
    billing = an_object(body, "billing_address")
    default = an_object(customer, "default_address")
    plucked = {
        "customer_phone": customer.get("phone"),
        "customer_first_name": customer.get("first_name"),
        "shipping_phone": shipping.get("phone"),
        "shipping_country": shipping.get("country_code"),
        "shipping_first_name": shipping.get("first_name"),
        "billing_phone": billing.get("phone"),
        "billing_country": billing.get("country_code"),
        "default_phone": default.get("phone"),
        "default_country": default.get("country_code"),
    }
    return _loaded(_ORDER, {**body, **plucked})


def fulfillment(body: Wire) -> Wire:
    destination = an_object(body, "destination")
    plucked = {
        "destination_phone": destination.get("phone"),
        "destination_country": destination.get("country_code"),
    }
    return _loaded(_FULFILLMENT, {**body, **plucked})


def fulfillment_event(body: Wire) -> Wire:
    return _loaded(_FULFILLMENT_EVENT, body)


def consent(body: Wire) -> Wire:
    said = an_object(body, "whats_app_marketing_consent")
    return _loaded(_CONSENT, {**body, **said})


def an_object(body: Wire, name: str) -> Wire:
    """The object under ``name``, empty where it is null or missing."""
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UnreadablePayload(f"{name} is not an object")
    return value


def a_list(body: Wire, name: str) -> list[Any]:
    """The list under ``name``, empty where it is null or missing."""
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise UnreadablePayload(f"{name} is not a list")
    return value


def _loaded(schema: Schema, body: Wire) -> Wire:
    try:
        loaded: Wire = schema.load(body)
    except ValidationError as error:
        # Its messages name fields and kinds, never what stood there.
        raise UnreadablePayload(str(error.messages)) from None
    return loaded
