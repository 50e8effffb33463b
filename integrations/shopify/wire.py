"""The fields we read of Shopify's bodies, each plucked to one flat place.

Marshmallow takes as long for one nested object as for ten fields, and a parcel's
webhook and an order's come in hundreds a second: so the nesting is undone first, and
only what is used is declared. Shopify sends far more, and adds to it.
"""

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, missing

from core.errors import UnreadablePayload
from integrations.shopify.kinds import (
    LARGEST_ID,
    Flag,
    Id,
    MaybeId,
    Moment,
    MomentIfAny,
    Text,
)

Wire = Mapping[str, Any]


class _Wire(Schema):
    class Meta:
        unknown = EXCLUDE


class _OnlyId(_Wire):
    id = Id()


class _Buyer(_Wire):
    """Whom an order, a checkout or a customer is about, and where they live."""

    phone = Text()
    email = Text()
    customer_id = MaybeId()
    customer_phone = Text()
    customer_email = Text()
    customer_first_name = Text()
    shipping_phone = Text()
    shipping_country = Text()
    shipping_region = Text()
    shipping_city = Text()
    shipping_postcode = Text()
    shipping_first_name = Text()
    billing_phone = Text()
    billing_country = Text()
    default_phone = Text()
    default_country = Text()


class _Order(_Buyer):
    id = Id()
    name = Text()
    created_at = Moment()
    processed_at = Moment()
    updated_at = Moment()
    cancelled_at = Moment()
    closed_at = Moment()
    cancel_reason = Text()
    financial_status = Text()
    fulfillment_status = Text()
    contact_email = Text()
    customer_locale = Text()
    order_status_url = Text()
    checkout_token = Text()
    cart_token = Text()
    source_name = Text()
    test = Flag()
    buyer_accepts_marketing = Flag()


class _Variant(_Wire):
    product_id = Id()


class _Stock(_Wire):
    inventory_item_id = Id()


class _OrderEdit(_Wire):
    id = MaybeId()
    order_id = Id()
    created_at = Moment()
    committed_at = Moment()
    notify_customer = Flag()


class _Fulfillment(_OnlyId):
    order_id = Id()
    name = Text()
    status = Text()
    created_at = Moment()
    updated_at = Moment()
    shipment_status = Text()
    tracking_company = Text()
    tracking_number = Text()
    tracking_url = Text()
    destination_phone = Text()
    destination_country = Text()
    destination_region = Text()
    destination_city = Text()


class _FulfillmentEvent(_Wire):
    id = MaybeId()
    fulfillment_id = Id()
    order_id = Id()
    status = Text()
    message = Text()
    happened_at = Moment()
    created_at = Moment()
    estimated_delivery_at = Moment()
    city = Text()
    province = Text()
    country = Text()


class _DeletedFulfillmentEvent(_OnlyId):
    fulfillment_id = Id()
    order_id = Id()
    status = Text()


class _FulfillmentOrder(_OnlyId):
    order_id = MaybeId()
    updated_at = Moment()


class _Refund(_OnlyId):
    order_id = Id()
    created_at = Moment()
    processed_at = Moment()
    return_id = MaybeId()


class _Transaction(_OnlyId):
    order_id = Id()
    kind = Text()
    status = Text()
    gateway = Text()
    error_code = Text()
    created_at = Moment()
    processed_at = Moment()


class _Return(_OnlyId):
    order_id = MaybeId()
    status = Text()
    name = Text()
    reason = Text()
    updated_at = Moment()


class _Customer(_Buyer):
    id = Id()
    created_at = Moment()
    updated_at = Moment()
    email_marketing = Text()
    sms_marketing = Text()


class _Merge(_Wire):
    kept = Id()
    gone = Id()
    status = Text()


class _Checkout(_Buyer):
    name = Text()
    token = Text()
    cart_token = Text()
    # Stores have sent beginnings and changes that are no times; the envelope has one.
    # The end decides whether somebody is reminded, and is not to be overlooked.
    created_at = MomentIfAny()
    updated_at = MomentIfAny()
    completed_at = Moment()
    closed_at = Moment()
    customer_locale = Text()
    abandoned_checkout_url = Text()
    sms_marketing_phone = Text()
    buyer_accepts_marketing = Flag()
    buyer_accepts_sms_marketing = Flag()


class _DraftOrder(_Buyer):
    id = Id()
    name = Text()
    status = Text()
    created_at = Moment()
    updated_at = Moment()
    # By these it is known whether somebody is yet to pay.
    invoice_sent_at = Moment()
    completed_at = Moment()
    order_id = MaybeId()
    invoice_url = Text()


class _Cart(_Wire):
    token = Text()
    created_at = MomentIfAny()
    updated_at = MomentIfAny()


class _Shop(_Wire):
    myshopify_domain = Text()
    name = Text()
    iana_timezone = Text()
    currency = Text()
    country_code = Text()
    primary_locale = Text()
    updated_at = Moment()


class _Consent(_Wire):
    customer_id = MaybeId()
    phone_number = Text()
    state = Text()
    opt_in_level = Text()
    updated_at = Moment()
    collected_from = Text()


class _Named(_Wire):
    shop = Text()
    customer_id = MaybeId()
    customer_email = Text()
    customer_phone = Text()
    request_id = MaybeId()


# Building a schema takes longer than using it.
_ONLY_ID = _OnlyId()
_VARIANT = _Variant()
_STOCK = _Stock()
_ORDER = _Order()
_ORDER_EDIT = _OrderEdit()
_FULFILLMENT = _Fulfillment()
_FULFILLMENT_EVENT = _FulfillmentEvent()
_DELETED_FULFILLMENT_EVENT = _DeletedFulfillmentEvent()
_FULFILLMENT_ORDER = _FulfillmentOrder()
_REFUND = _Refund()
_TRANSACTION = _Transaction()
_RETURN = _Return()
_CUSTOMER = _Customer()
_MERGE = _Merge()
_CHECKOUT = _Checkout()
_DRAFT_ORDER = _DraftOrder()
_CART = _Cart()
_SHOP = _Shop()
_CONSENT = _Consent()
_NAMED = _Named()


def only_id(body: Wire) -> Wire:
    return _loaded(_ONLY_ID, body)


def variant(body: Wire) -> Wire:
    return _loaded(_VARIANT, body)


def stock(body: Wire) -> Wire:
    return _loaded(_STOCK, body)


def order(body: Wire) -> Wire:
    return _loaded(_ORDER, {**body, **_buyer(body, an_object(body, "customer"))})


def order_edit(body: Wire) -> Wire:
    return _loaded(_ORDER_EDIT, body)


def fulfillment(body: Wire) -> Wire:
    destination = an_object(body, "destination")
    plucked = {
        "destination_phone": destination.get("phone"),
        "destination_country": destination.get("country_code"),
        "destination_region": destination.get("province_code"),
        "destination_city": destination.get("city"),
    }
    return _loaded(_FULFILLMENT, {**body, **plucked})


def fulfillment_event(body: Wire) -> Wire:
    return _loaded(_FULFILLMENT_EVENT, body)


def deleted_fulfillment_event(body: Wire) -> Wire:
    return _loaded(_DELETED_FULFILLMENT_EVENT, body)


def fulfillment_order(body: Wire) -> Wire:
    """These topics name things as GraphQL does."""
    told = an_object(body, "fulfillment_order")
    plucked = {"id": _number(told.get("id", missing)), "order_id": _order_of(told)}
    return _loaded(_FULFILLMENT_ORDER, {**told, **plucked})


def refund(body: Wire) -> Wire:
    came_of = an_object(body, "return")
    return _loaded(_REFUND, {**body, "return_id": came_of.get("id")})


def transaction(body: Wire) -> Wire:
    return _loaded(_TRANSACTION, body)


def returned(body: Wire) -> Wire:
    """The topics differ: some have a number, and some only GraphQL's name for it."""
    identity = body.get("id") or _number(body.get("admin_graphql_api_id", missing))
    declined = an_object(body, "decline")
    plucked = {
        "id": identity,
        "order_id": _order_of(body),
        "reason": declined.get("reason"),
    }
    return _loaded(_RETURN, {**body, **plucked})


def customer(body: Wire) -> Wire:
    plucked = {
        "email_marketing": an_object(body, "email_marketing_consent").get("state"),
        "sms_marketing": an_object(body, "sms_marketing_consent").get("state"),
    }
    return _loaded(_CUSTOMER, {**body, **_buyer({}, body), **plucked})


def merge(body: Wire) -> Wire:
    plucked = {
        "kept": _number(body.get("admin_graphql_api_customer_kept_id", missing)),
        "gone": _number(body.get("admin_graphql_api_customer_deleted_id", missing)),
    }
    return _loaded(_MERGE, {**body, **plucked})


def checkout(body: Wire) -> Wire:
    return _loaded(_CHECKOUT, {**body, **_buyer(body, an_object(body, "customer"))})


def draft_order(body: Wire) -> Wire:
    return _loaded(_DRAFT_ORDER, {**body, **_buyer(body, an_object(body, "customer"))})


def cart(body: Wire) -> Wire:
    return _loaded(_CART, body)


def shop(body: Wire) -> Wire:
    return _loaded(_SHOP, body)


def consent(body: Wire) -> Wire:
    """Of a body that is about it, or of a customer's, where it may stand, too."""
    said = an_object(body, "whats_app_marketing_consent")
    # A customer has a state and an updated_at of their own.
    whose = {name: body.get(name) for name in ("customer_id", "phone_number")}
    return _loaded(_CONSENT, {**whose, **said})


def about_person(body: Wire) -> Wire:
    """What a data request names; the orders are a list of their own."""
    person, asked = an_object(body, "customer"), an_object(body, "data_request")
    plucked = {
        "shop": body.get("shop_domain", missing),
        "customer_id": person.get("id"),
        "customer_email": person.get("email"),
        "customer_phone": person.get("phone"),
        "request_id": asked.get("id"),
    }
    return _loaded(_NAMED, plucked)


def an_object(body: Wire, name: str) -> Wire:
    """The object under ``name``, empty where it is null, missing or an empty list."""
    value = body.get(name)
    # A checkout without an address has been seen to say so with a list.
    if value is None or value == []:
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


def objects(body: Wire, name: str) -> list[Wire]:
    """The objects in the list under ``name``."""
    found = a_list(body, name)
    for each in found:
        if not isinstance(each, dict):
            raise UnreadablePayload(f"something in {name} is not an object")
    return found


def an_id(value: object) -> int | None:
    """``value`` when it can be an id, for what matters too little to be refused."""
    return value if type(value) is int and 1 <= value <= LARGEST_ID else None


def _buyer(body: Wire, customer: Wire) -> dict[str, Any]:
    shipping = an_object(body, "shipping_address")
    billing = an_object(body, "billing_address")
    default = an_object(customer, "default_address")
    return {
        "customer_id": customer.get("id"),
        "customer_phone": customer.get("phone"),
        "customer_email": customer.get("email"),
        "customer_first_name": customer.get("first_name"),
        "shipping_phone": shipping.get("phone"),
        "shipping_country": shipping.get("country_code"),
        "shipping_region": shipping.get("province_code"),
        "shipping_city": shipping.get("city"),
        "shipping_postcode": shipping.get("zip"),
        "shipping_first_name": shipping.get("first_name"),
        "billing_phone": billing.get("phone"),
        "billing_country": billing.get("country_code"),
        "default_phone": default.get("phone"),
        "default_country": default.get("country_code"),
    }


def _order_of(body: Wire) -> Any:
    """The order that something belongs to, however it is named there."""
    told = body.get("order_id") or an_object(body, "order").get("id")
    return _number(told)


def _number(name: Any) -> Any:
    """The number in ``gid://shopify/Return/1``; what has another form stays."""
    if not isinstance(name, str) or not name.startswith("gid://shopify/"):
        return name
    number = name.rpartition("/")[2].partition("?")[0]
    is_number = number.isascii() and number.isdigit() and len(number) < 20
    return int(number) if is_number else name


def _loaded(schema: Schema, body: Wire) -> Wire:
    try:
        loaded: Wire = schema.load(body)
    except ValidationError as error:
        # Its messages name fields and kinds, never what stood there.
        raise UnreadablePayload(str(error.messages)) from None
    return loaded
