"""A shop's memory as GraphQL tells it: orders, parcels, customers, subscriptions."""

from collections.abc import Mapping
from typing import Any

from sandbox.shopify.bodies import Body
from sandbox.shopify.edits import agreements
from sandbox.shopify.execute import Node, connection
from sandbox.shopify.hooks import API_VERSION
from sandbox.shopify.shops import TOPICS, Shop, Subscription
from sandbox.shopify.till import Books

PART_OF_ORDER = 7
"""By so much the id of what is to be shipped is above its order's: there is one."""

_DISPLAY = {
    None: "UNFULFILLED",
    "partial": "PARTIALLY_FULFILLED",
    "fulfilled": "FULFILLED",
}


def gid(kind: str, number: int) -> str:
    return f"gid://shopify/{kind}/{number}"


def number_in(identity: Any, kind: str) -> int | None:
    """The number in a global id of that kind."""
    head = f"gid://shopify/{kind}/"
    tail = str(identity).removeprefix(head)
    return int(tail) if str(identity).startswith(head) and tail.isdecimal() else None


def shop_node(shop: Shop) -> Node:
    return {
        "__typename": "Shop",
        "id": gid("Shop", shop.id),
        "name": shop.name,
        "myshopifyDomain": shop.domain,
        "primaryDomain": {"host": shop.domain, "url": f"https://{shop.domain}"},
        "url": f"https://{shop.domain}",
        "email": "owner@example.com",
        "contactEmail": "hello@example.com",
        "currencyCode": shop.currency,
        "enabledPresentmentCurrencies": [shop.currency],
        "ianaTimezone": shop.timezone,
        "timezoneOffsetMinutes": 0,
        "weightUnit": "KILOGRAMS",
        "shipsToCountries": ["AE", "BR", "DE", "ES", "GB", "ID", "IN", "KR", "US"],
        "marketingSmsConsentEnabledAtCheckout": False,
        "transactionalSmsDisabled": False,
        "shopAddress": {"countryCodeV2": "DE"},
        "plan": {
            "publicDisplayName": "Basic",
            "displayName": "Basic",
            "partnerDevelopment": True,
            "shopifyPlus": False,
        },
        "shopPolicies": [],
    }


def subscription_node(subscription: Subscription) -> Node:
    return {
        "__typename": "WebhookSubscription",
        "id": gid("WebhookSubscription", subscription.id),
        "legacyResourceId": str(subscription.id),
        "topic": TOPICS[subscription.topic][0],
        "uri": subscription.uri,
        "callbackUrl": subscription.uri,
        "endpoint": {
            "__typename": "WebhookHttpEndpoint",
            "callbackUrl": subscription.uri,
        },
        "name": subscription.name,
        "filter": subscription.filter,
        "includeFields": subscription.include_fields,
        "metafieldNamespaces": subscription.metafield_namespaces,
        "format": "JSON",
        "createdAt": subscription.created_at,
        "updatedAt": subscription.created_at,
        "apiVersion": {
            "handle": API_VERSION,
            "displayName": API_VERSION,
            "supported": True,
        },
    }


def order_node(order: Body, books: Books) -> Node:
    financial = order["financial_status"].upper()
    edits = books.edits.get(order["id"], [])
    parcels = [parcel_node(each, books) for each in order["fulfillments"]]
    return {
        "__typename": "Order",
        "id": gid("Order", order["id"]),
        "legacyResourceId": str(order["id"]),
        "name": order["name"],
        "number": order["order_number"],
        "confirmationNumber": order["confirmation_number"],
        "createdAt": order["created_at"],
        "updatedAt": order["updated_at"],
        "processedAt": order["processed_at"],
        "cancelledAt": order["cancelled_at"],
        "cancelReason": (order["cancel_reason"] or "").upper() or None,
        "closedAt": None,
        "test": order["test"],
        "email": order["email"],
        "phone": order["phone"],
        "customerLocale": order["customer_locale"],
        "currencyCode": order["currency"],
        "presentmentCurrencyCode": order["presentment_currency"],
        "displayFinancialStatus": financial,
        "displayFulfillmentStatus": _fulfillment(order, books),
        "returnStatus": "NO_RETURN",
        "sourceName": order["source_name"],
        "checkoutToken": order["checkout_token"],
        "cartToken": order["cart_token"],
        "statusPageUrl": lambda _: order["order_status_url"],
        "tags": tags_of(order),
        "customAttributes": [
            {"key": each["name"], "value": each["value"]}
            for each in order["note_attributes"]
        ],
        "discountCodes": [],
        "paymentGatewayNames": order["payment_gateway_names"],
        "customerAcceptsMarketing": order["buyer_accepts_marketing"],
        "currentTotalPriceSet": _money(order["current_total_price_set"]),
        "totalPriceSet": _money(order["total_price_set"]),
        "totalOutstandingSet": _one_money(
            order["total_outstanding"], order["currency"]
        ),
        "customer": customer_node(order["customer"], books),
        "shippingAddress": _address(order["shipping_address"]),
        "billingAddress": _address(order["billing_address"]),
        "lineItems": lambda a: connection([_line(x) for x in order["line_items"]], a),
        "fulfillments": lambda a: parcels[: a.get("first")],
        "refunds": lambda a: [_refund(x) for x in order["refunds"]][: a.get("first")],
        "returns": lambda a: connection([], a),
        "edited": bool(edits),
        "fulfillmentOrders": lambda a: connection([part_node(order, books)], a),
        "agreements": lambda a: agreements(order, edits, a),
    }


def tags_of(order: Body) -> list[str]:
    """In a body they are one text."""
    return [each for each in order["tags"].split(", ") if each]


def can_be_held(order: Body) -> bool:
    return order["cancelled_at"] is None and order["fulfillment_status"] != "fulfilled"


def _fulfillment(order: Body, books: Books) -> str:
    is_held = bool(books.holds.get(order["id"])) and can_be_held(order)
    return "ON_HOLD" if is_held else _DISPLAY[order["fulfillment_status"]]


def part_node(order: Body, books: Books) -> Node:
    """What of an order is to be shipped."""
    holds, status = books.holds.get(order["id"], []), "OPEN"
    if order["cancelled_at"] is not None or order["fulfillment_status"] == "fulfilled":
        status = "CLOSED"
    elif holds:
        status = "ON_HOLD"
    actions = {
        "OPEN": ("CREATE_FULFILLMENT", "HOLD"),
        "ON_HOLD": ("RELEASE_HOLD", "HOLD"),
    }
    return {
        "__typename": "FulfillmentOrder",
        "id": gid("FulfillmentOrder", order["id"] + PART_OF_ORDER),
        "orderId": gid("Order", order["id"]),
        "orderName": order["name"],
        "status": status,
        "supportedActions": [
            {"action": each, "externalUrl": None} for each in actions.get(status, ())
        ],
        "fulfillmentHolds": holds,
    }


def _refund(refund: Body) -> Node:
    lines = [
        {"quantity": x["quantity"], "lineItem": _line(x["line_item"])}
        for x in refund["refund_line_items"]
    ]
    paid = [
        {
            "kind": x["kind"].upper(),
            "status": x["status"].upper(),
            "amountSet": _one_money(x["amount"], x["currency"]),
        }
        for x in refund["transactions"]
    ]
    return {
        "__typename": "Refund",
        "id": gid("Refund", refund["id"]),
        "createdAt": refund["created_at"],
        "processedAt": refund["processed_at"],
        "return": None,
        "refundLineItems": lambda a: connection(lines, a),
        "transactions": lambda a: connection(paid, a),
    }


def parcel_node(parcel: Body, books: Books) -> Node:
    scans = books.scans.get(parcel["id"], [])
    by_status = {each["status"]: each["happened_at"] for each in scans}
    status = parcel["shipment_status"]
    urls = parcel["tracking_urls"] or [None] * len(parcel["tracking_numbers"])
    tracking = [
        {"company": parcel["tracking_company"], "number": number, "url": url}
        for number, url in zip(parcel["tracking_numbers"], urls, strict=False)
    ]
    items = [
        {"id": gid("FulfillmentLineItem", x["id"]), "quantity": x["quantity"],
         "lineItem": _line(x)}
        for x in parcel["line_items"]
    ]  # fmt: skip
    return {
        "__typename": "Fulfillment",
        "id": gid("Fulfillment", parcel["id"]),
        "legacyResourceId": str(parcel["id"]),
        "name": parcel["name"],
        "status": parcel["status"].upper(),
        "displayStatus": status.upper() if status else "FULFILLED",
        "createdAt": parcel["created_at"],
        "updatedAt": parcel["updated_at"],
        "inTransitAt": by_status.get("in_transit"),
        "deliveredAt": by_status.get("delivered"),
        "estimatedDeliveryAt": scans[-1]["estimated_delivery_at"] if scans else None,
        "trackingInfo": lambda a: tracking[: a.get("first")],
        "fulfillmentLineItems": lambda a: connection(items, a),
        "events": lambda a: connection(_scans(scans, a), a),
    }


def customer_node(customer: Body | None, books: Books) -> Node | None:
    if customer is None:
        return None
    consent = books.consents.get(customer["id"])
    phone = {
        "phoneNumber": customer["phone"],
        "whatsAppMarketingConsent": consent_node(consent),
        "smsMarketingConsent": None,
    }
    return {
        "__typename": "Customer",
        "id": gid("Customer", customer["id"]),
        "legacyResourceId": str(customer["id"]),
        "displayName": f"{customer['first_name']} {customer['last_name']}",
        "firstName": customer["first_name"],
        "lastName": customer["last_name"],
        "locale": "en",
        "tags": [],
        "dataSaleOptOut": False,
        "numberOfOrders": "1",
        "defaultPhoneNumber": phone if customer["phone"] else None,
        "defaultEmailAddress": {
            "emailAddress": customer["email"],
            "marketingState": "NOT_SUBSCRIBED",
        },
        "defaultAddress": _address(customer["default_address"]),
        "createdAt": customer["created_at"],
        "updatedAt": customer["updated_at"],
    }


def checkout_node(checkout: Body, books: Books) -> Node:
    """A checkout as somebody left it. Its token stands in its address alone."""
    amount = _one_money(checkout["total_price"], checkout["currency"])
    lines = [
        {
            "title": x["title"],
            "variantTitle": x["variant_title"],
            "sku": x["sku"],
            "quantity": x["quantity"],
            "product": {"id": gid("Product", x["product_id"])},
            "variant": {"id": gid("ProductVariant", x["variant_id"])},
            "originalUnitPriceSet": _one_money(x["price"], checkout["currency"]),
        }
        for x in checkout["line_items"]
    ]
    return {
        "__typename": "AbandonedCheckout",
        "id": gid("AbandonedCheckout", int(checkout["name"].removeprefix("#"))),
        "createdAt": checkout["created_at"],
        "updatedAt": checkout["updated_at"],
        "completedAt": checkout["completed_at"],
        "abandonedCheckoutUrl": checkout["abandoned_checkout_url"],
        "discountCodes": [],
        "customAttributes": [
            {"key": each["name"], "value": each["value"]}
            for each in checkout["note_attributes"]
        ],
        "totalPriceSet": amount,
        "shippingAddress": _address(checkout["shipping_address"]),
        "billingAddress": _address(checkout["billing_address"]),
        "customer": customer_node(checkout["customer"], books),
        "lineItems": lambda a: connection(lines, a),
    }


def consent_node(consent: Mapping[str, Any] | None) -> Node:
    told = consent or {}
    return {
        "state": told.get("state", "NEVER_SUBSCRIBED"),
        "optInLevel": told.get("opt_in_level"),
        "updatedAt": told.get("updated_at"),
        "collectedFrom": told.get("collected_from"),
    }


def _line(line: Body) -> Node:
    return {
        "id": gid("LineItem", line["id"]),
        "name": line["name"],
        "title": line["title"],
        "variantTitle": line["variant_title"],
        "sku": line["sku"],
        "quantity": line["quantity"],
        "currentQuantity": line.get("current_quantity", line["quantity"]),
        "requiresShipping": line["requires_shipping"],
        "product": {
            "id": gid("Product", line["product_id"]),
            "handle": line["title"].lower().replace(" ", "-"),
            "onlineStoreUrl": None,
        },
        "variant": {
            "id": gid("ProductVariant", line["variant_id"]),
            "legacyResourceId": str(line["variant_id"]),
        },
        "image": None,
        "discountedUnitPriceSet": _money(line["price_set"]),
        "originalUnitPriceSet": _money(line["price_set"]),
    }


def _scans(scans: list[Body], arguments: Mapping[str, Any]) -> list[Node]:
    ordered = list(reversed(scans)) if arguments.get("reverse") else scans
    return [
        {
            "id": gid("FulfillmentEvent", each["id"]),
            "status": each["status"].upper(),
            "message": each["message"],
            "happenedAt": each["happened_at"],
            "createdAt": each["created_at"],
            "estimatedDeliveryAt": each["estimated_delivery_at"],
            "city": each["city"],
            "province": each["province"],
            "country": each["country"],
            "zip": each["zip"],
        }
        for each in ordered
    ]


def _address(address: Body | None) -> Node | None:
    if address is None:
        return None
    return {
        "firstName": address["first_name"],
        "lastName": address["last_name"],
        "name": address["name"],
        "phone": address["phone"],
        "address1": address["address1"],
        "city": address["city"],
        "zip": address["zip"],
        "provinceCode": address["province_code"],
        "country": address["country"],
        "countryCodeV2": address["country_code"],
    }


def _money(money: Body) -> Node:
    return {
        name: {"amount": each["amount"], "currencyCode": each["currency_code"]}
        for name, each in (
            ("shopMoney", money["shop_money"]),
            ("presentmentMoney", money["presentment_money"]),
        )
    }


def _one_money(amount: str, currency: str) -> Node:
    shown = {"amount": amount, "currencyCode": currency}
    return {"shopMoney": shown, "presentmentMoney": shown}
