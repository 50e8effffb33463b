"""What the Admin API says of orders and checkouts, in the words of webhooks.

So there is one way to read it: whatever reads a webhook. A thing of which a page could
not show all is silent about the rest, rather than telling that there is no more.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

Node = Mapping[str, Any]
Body = dict[str, Any]

_TOKEN_IN_PATH = re.compile(r"/checkouts/(?:ac/|cn/)?([\w-]{8,200})(?:/|$)", re.ASCII)

_SHIPPING = {
    "FULFILLED": "fulfilled",
    "PARTIALLY_FULFILLED": "partial",
    "RESTOCKED": "restocked",
}
_NO_MILESTONE = frozenset(
    {"FULFILLED", "MARKED_AS_FULFILLED", "SUBMITTED", "CANCELED", "LABEL_VOIDED"}
)
_RETURN_TOPICS = MappingProxyType(
    {
        "REQUESTED": "returns/request",
        "DECLINED": "returns/decline",
        "CANCELED": "returns/cancel",
        "CLOSED": "returns/close",
    }
)


@dataclass(frozen=True, slots=True)
class Retold:
    """A body as a webhook of ``topic`` would have it. ``subject`` is the order's id, or
    the checkout's token, by which it has its place among the webhooks."""

    topic: str
    subject: str
    happened_at: datetime
    body: bytes = field(repr=False)


def order(node: Node) -> list[Retold]:
    """An order as it is now, then its parcels, scans, refunds and returns."""
    told = Teller(node)
    return [told.order(), *told.parcels(), *told.refunds(), *told.returns()]


def number_of(gid: Any) -> int | None:
    """The number in ``gid://shopify/Order/1``."""
    number = str(gid or "").rpartition("/")[2].partition("?")[0]
    return int(number) if number.isascii() and number.isdigit() else None


def moment_of(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


class Teller:
    """Tells one order."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._id = number_of(node["id"])
        self._lines = {
            line["id"]: _line(line) for line in _nodes(node.get("lineItems"))
        }

    def order(self, topic: str = "orders/create") -> Retold:
        """The order itself. What was left out of the document is left out here."""
        node = self._node
        body: Body = {
            "id": self._id,
            "name": node["name"],
            "created_at": node["createdAt"],
            "updated_at": node["updatedAt"],
            "processed_at": node.get("processedAt"),
            "cancelled_at": node.get("cancelledAt"),
            "cancel_reason": (node.get("cancelReason") or "").lower() or None,
            "closed_at": node.get("closedAt"),
            "test": node.get("test"),
            "email": node.get("email"),
            "phone": node.get("phone"),
            "customer_locale": node.get("customerLocale"),
            "buyer_accepts_marketing": node.get("customerAcceptsMarketing"),
            "currency": node.get("currencyCode"),
            "presentment_currency": node.get("presentmentCurrencyCode"),
            "financial_status": (node.get("displayFinancialStatus") or "").lower(),
            "fulfillment_status": _SHIPPING.get(
                node.get("displayFulfillmentStatus") or ""
            ),
            "source_name": node.get("sourceName"),
            "checkout_token": node.get("checkoutToken"),
            "cart_token": node.get("cartToken"),
            "order_status_url": node.get("statusPageUrl"),
            "note_attributes": _attributes(node),
            "discount_codes": [{"code": c} for c in node.get("discountCodes") or ()],
            "payment_gateway_names": node.get("paymentGatewayNames") or [],
            "total_price_set": _both(node.get("totalPriceSet")),
            "current_total_price_set": _both(node.get("currentTotalPriceSet")),
            "customer": _customer(node.get("customer")),
            "shipping_address": _address(node.get("shippingAddress")),
            "billing_address": _address(node.get("billingAddress")),
        }
        if _is_all(node.get("lineItems")):
            body["line_items"] = list(self._lines.values())
        return self._retold(topic, body, node["updatedAt"])

    def parcels(self) -> Iterator[Retold]:
        for node in self._node.get("fulfillments") or ():
            yield self._parcel(node)
            for scan in reversed(_nodes(node.get("events"))):
                yield self._scan(node, scan)

    def refunds(self) -> Iterator[Retold]:
        for node in self._node.get("refunds") or ():
            body: Body = {
                "id": number_of(node["id"]),
                "order_id": self._id,
                "created_at": node["createdAt"],
                "processed_at": node["processedAt"],
                "return": {"id": number_of((node.get("return") or {}).get("id"))},
                "refund_line_items": self._packed(node.get("refundLineItems")) or [],
                "transactions": [
                    {
                        "kind": each["kind"].lower(),
                        "status": each["status"].lower(),
                        "amount": each["amountSet"]["presentmentMoney"]["amount"],
                        "currency": each["amountSet"]["presentmentMoney"][
                            "currencyCode"
                        ],
                    }
                    for each in _nodes(node.get("transactions"))
                ],
            }
            at = node["processedAt"] or node["createdAt"]
            yield self._retold("refunds/create", body, at)

    def returns(self) -> Iterator[Retold]:
        for node in _nodes(self._node.get("returns")):
            if (at := node.get("requestApprovedAt")) is not None:
                yield self._return("returns/approve", node, at)
            if (topic := _RETURN_TOPICS.get(node["status"])) is not None:
                at = node.get("closedAt") or node["createdAt"]
                yield self._return(topic, node, at)

    def _parcel(self, node: Node) -> Retold:
        tracking = node.get("trackingInfo") or []
        first = tracking[0] if tracking else {}
        display = node.get("displayStatus") or ""
        body: Body = {
            "id": number_of(node["id"]),
            "order_id": self._id,
            "name": node["name"],
            "status": node["status"].lower(),
            "created_at": node["createdAt"],
            "updated_at": node["updatedAt"],
            "shipment_status": None if display in _NO_MILESTONE else display.lower(),
            "tracking_company": first.get("company"),
            "tracking_number": first.get("number"),
            "tracking_url": first.get("url"),
            "tracking_numbers": [each["number"] for each in tracking],
            "tracking_urls": [each["url"] for each in tracking if each["url"]],
            "destination": _address(self._node.get("shippingAddress")),
        }
        packed = self._packed(node.get("fulfillmentLineItems"))
        if packed is not None:
            body["line_items"] = [
                {**each["line_item"], "quantity": each["quantity"]} for each in packed
            ]
        return self._retold("fulfillments/create", body, node["updatedAt"])

    def _scan(self, parcel: Node, node: Node) -> Retold:
        body: Body = {
            "id": number_of(node["id"]),
            "fulfillment_id": number_of(parcel["id"]),
            "order_id": self._id,
            "status": node["status"].lower(),
            "message": node.get("message"),
            "happened_at": node["happenedAt"],
            "created_at": node.get("createdAt"),
            "estimated_delivery_at": node.get("estimatedDeliveryAt"),
            "city": node.get("city"),
            "province": node.get("province"),
            "country": node.get("country"),
            "zip": node.get("zip"),
        }
        return self._retold("fulfillment_events/create", body, node["happenedAt"])

    def _return(self, topic: str, node: Node, at: str) -> Retold:
        declined = node.get("decline") or {}
        body: Body = {
            "id": number_of(node["id"]),
            "order_id": self._id,
            "name": node["name"],
            "status": node["status"].lower(),
            "total_return_line_items": node.get("totalQuantity"),
            "updated_at": at,
            "decline": {"reason": (declined.get("reason") or "").lower() or None},
        }
        return self._retold(topic, body, at)

    def _packed(self, connection: Node | None) -> list[Body] | None:
        """Lines of the order, some of each; None where there are more than shown."""
        if not _is_all(connection):
            return None
        return [
            {
                "quantity": each["quantity"],
                "line_item_id": number_of(each["lineItem"]["id"]),
                "line_item": self._lines.get(
                    each["lineItem"]["id"], {"id": number_of(each["lineItem"]["id"])}
                ),
            }
            for each in _nodes(connection)
        ]

    def _retold(self, topic: str, body: Body, at: str) -> Retold:
        return Retold(topic, str(self._id), moment_of(at), written(body))


def customer(node: Node) -> list[Retold]:
    """A customer, and what they said about offers on WhatsApp, if they did."""
    number = number_of(node["id"])
    mail = node.get("defaultEmailAddress") or {}
    body: Body = {
        **(_customer(node) or {}),
        "created_at": node["createdAt"],
        "updated_at": node["updatedAt"],
        "email_marketing_consent": {"state": mail.get("marketingState")},
    }
    at = moment_of(node["updatedAt"])
    told = [Retold("customers/update", str(number), at, written(body))]
    said = consent(node)
    return told if said is None else [*told, said]


def consent(node: Node) -> Retold | None:
    """What a customer said about offers on WhatsApp; None where they never did."""
    number = number_of(node["id"])
    phone = node.get("defaultPhoneNumber") or {}
    kept = phone.get("whatsAppMarketingConsent") or {}
    if kept.get("updatedAt") is None:
        return None
    body: Body = {
        "customer_id": number,
        "phone_number": phone.get("phoneNumber"),
        "whats_app_marketing_consent": {
            "state": kept.get("state"),
            "opt_in_level": kept.get("optInLevel"),
            "updated_at": kept["updatedAt"],
            "collected_from": kept.get("collectedFrom"),
        },
    }
    topic = "customers_whats_app_marketing_consent/update"
    return Retold(topic, str(number), moment_of(kept["updatedAt"]), written(body))


def checkout(node: Node) -> Retold | None:
    """A checkout that was left; None where its address does not name it."""
    url = node["abandonedCheckoutUrl"]
    found = _TOKEN_IN_PATH.search(urlsplit(url).path)
    if found is None:
        return None
    token, total = found[1], node["totalPriceSet"]
    own, seen = total["shopMoney"], total["presentmentMoney"]
    customer = _customer(node.get("customer"))
    body: Body = {
        "name": f"#{number_of(node['id'])}",
        "token": token,
        "created_at": node["createdAt"],
        "updated_at": node["updatedAt"],
        "completed_at": node.get("completedAt"),
        "abandoned_checkout_url": url,
        "email": (customer or {}).get("email"),
        "currency": own["currencyCode"],
        "presentment_currency": seen["currencyCode"],
        "total_price": own["amount"],
        "discount_codes": [{"code": c} for c in node.get("discountCodes") or ()],
        "note_attributes": _attributes(node),
        "customer": customer,
        "shipping_address": _address(node.get("shippingAddress")),
        "billing_address": _address(node.get("billingAddress")),
        "line_items": [
            {
                "title": each.get("title"),
                "variant_title": each.get("variantTitle"),
                "sku": each.get("sku"),
                "quantity": each["quantity"],
                "product_id": number_of((each.get("product") or {}).get("id")),
                "variant_id": number_of((each.get("variant") or {}).get("id")),
                "price": each["originalUnitPriceSet"]["shopMoney"]["amount"],
            }
            for each in _nodes(node.get("lineItems"))
        ],
    }
    at = moment_of(node["updatedAt"])
    return Retold("checkouts/update", token, at, written(body))


def written(body: Body) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()


def _nodes(connection: Node | None) -> Sequence[Any]:
    """None is what a store without the scope, or without the approval, has."""
    found: Sequence[Any] = (connection or {}).get("nodes") or ()
    return found


def _is_all(connection: Node | None) -> bool:
    if connection is None:
        return False
    return not (connection.get("pageInfo") or {}).get("hasNextPage")


def _line(node: Node) -> Body:
    return {
        "id": number_of(node["id"]),
        "title": node.get("title"),
        "variant_title": node.get("variantTitle"),
        "sku": node.get("sku"),
        "quantity": node["quantity"],
        "current_quantity": node["currentQuantity"],
        "requires_shipping": node.get("requiresShipping"),
        "product_id": number_of((node.get("product") or {}).get("id")),
        "variant_id": number_of((node.get("variant") or {}).get("id")),
        "price_set": _both(node.get("originalUnitPriceSet")),
    }


def _both(prices: Node | None) -> Body | None:
    if prices is None:
        return None
    return {
        name: {"amount": money["amount"], "currency_code": money["currencyCode"]}
        for name, money in (
            ("shop_money", prices["shopMoney"]),
            ("presentment_money", prices["presentmentMoney"]),
        )
    }


def _attributes(node: Node) -> list[Body]:
    return [
        {"name": each["key"], "value": each["value"]}
        for each in node.get("customAttributes") or ()
    ]


def _customer(node: Node | None) -> Body | None:
    if node is None:
        return None
    return {
        "id": number_of(node["id"]),
        "first_name": node.get("firstName"),
        "email": (node.get("defaultEmailAddress") or {}).get("emailAddress"),
        "phone": (node.get("defaultPhoneNumber") or {}).get("phoneNumber"),
        "default_address": _address(node.get("defaultAddress")),
    }


def _address(node: Node | None) -> Body | None:
    if node is None:
        return None
    return {
        "first_name": node.get("firstName"),
        "phone": node.get("phone"),
        "city": node.get("city"),
        "zip": node.get("zip"),
        "province_code": node.get("provinceCode"),
        "country_code": node.get("countryCodeV2"),
    }
