"""The queries and mutations that the simulated shop can carry out."""

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from core.clock import Clock
from sandbox.shopify import carts, nodes
from sandbox.shopify.bodies import Body, written
from sandbox.shopify.bulk import Bulk
from sandbox.shopify.changes import Changes
from sandbox.shopify.drafting import WrittenUp
from sandbox.shopify.execute import Node, connection, connection_by
from sandbox.shopify.goods import Product, product_node
from sandbox.shopify.hooks import API_VERSION
from sandbox.shopify.shops import TOPICS, Shop, Shops, Subscription
from sandbox.shopify.till import CONSENT_STATES, Books, Till

_BY_ENUM = {enum: topic for topic, (enum, _) in TOPICS.items()}
_NAME = re.compile(r"[A-Za-z0-9_-]{1,50}", re.ASCII)
_SINCE = re.compile(r"(created_at|updated_at):(>=|>|<=|<)'?([^'\s]+)'?")
_URI = ["webhookSubscription", "uri"]


class Resolvers:
    """The root node of one shop, for reading and for writing.

    ``origin`` is where whoever asks finds us, and ``inside`` the verdict on a query
    that stands within the one that is asked.
    """

    def __init__(
        self,
        shop: Shop,
        shops: Shops,
        till: Till,
        clock: Clock,
        bulk: Bulk,
        written_up: WrittenUp,
        *,
        origin: str,
        inside: Mapping[str, Any] | None = None,
    ) -> None:
        self._shop = shop
        self._shops = shops
        self._till = till
        self._clock = clock
        self._bulk = bulk
        self._written_up = written_up
        self._origin = origin
        self._changes = Changes(shop, till, lambda: shops.new_id(shop))
        self._inside = inside or {"errors": [{"message": "there is no query"}]}

    def query(self) -> Node:
        shop, books = self._shop, self._till.books(self._shop)
        return {
            "__typename": "QueryRoot",
            "shop": nodes.shop_node(shop),
            "order": lambda a: _order(a, books),
            "orders": lambda a: _orders(a, books),
            "customer": lambda a: nodes.customer_node(
                books.customers.get(nodes.number_in(a["id"], "Customer") or 0), books
            ),
            "customerByIdentifier": lambda a: _customer_with(a["identifier"], books),
            "fulfillment": lambda a: _parcel(a, books),
            "nodes": lambda a: [_node(each, shop, books) for each in a["ids"]],
            "abandonedCheckouts": lambda a: _checkouts(a, books),
            "abandonmentByAbandonedCheckoutId": lambda a: books.abandoned.node(
                nodes.number_in(a["abandonedCheckoutId"], "AbandonedCheckout"),
                books.orders,
            ),
            "webhookSubscriptions": lambda a: _subscriptions(a, shop),
            "webhookSubscription": lambda a: _subscription(a, shop),
            "currentAppInstallation": _installation(shop),
            "codeDiscountNodeByCode": lambda a: books.discounts.by_code(
                a["code"], self._clock()
            ),
            "discountRedeemCodeBulkCreation": books.discounts.creation,
            "bulkOperation": lambda a: self._bulk.look(shop, a["id"], self._origin),
            "customers": lambda a: _customers(a, books),
            "products": lambda a: _products(a, shop, books),
            "product": lambda a: _product(a["id"], shop, books),
            "collections": books.collections.page,
            "collection": lambda a: books.collections.node(
                nodes.number_in(a["id"], "Collection")
            ),
            "draftOrders": books.written_up.found,
        }

    def mutation(self) -> Node:
        discounts = self._till.books(self._shop).discounts
        return {
            "__typename": "Mutation",
            "webhookSubscriptionCreate": self._subscribe,
            "webhookSubscriptionUpdate": self._change_subscription,
            "webhookSubscriptionDelete": self._unsubscribe,
            "customerWhatsAppMarketingConsentUpdate": self._consent,
            "discountCodeBasicCreate": lambda a: discounts.create(a, self._clock()),
            "discountRedeemCodeBulkAdd": discounts.add,
            "discountCodeRedeemCodeBulkDelete": discounts.remove,
            "discountCodeDeactivate": lambda a: discounts.deactivate(a, self._clock()),
            **self._changes.mutations(),
            "draftOrderCreate": self._write_up,
            "bulkOperationRunQuery": lambda a: self._bulk.run(
                self._shop, self._inside, a.get("groupObjects"), self.query()
            ),
        }

    def _write_up(self, arguments: Mapping[str, Any]) -> Node:
        shop, books = self._shop, self._till.books(self._shop)
        return self._written_up.create(
            shop, arguments, lambda id_: _node(id_, shop, books)
        )

    def _subscribe(self, arguments: Mapping[str, Any]) -> Node:
        topic = _BY_ENUM[arguments["topic"]]
        wanted = arguments["webhookSubscription"]
        errors = self._subscription_errors(topic, wanted, None)
        if not self._shop.has_scope(TOPICS[topic][1]):
            errors.append(
                _user_error(
                    ["topic"],
                    "You do not have permission to create or update webhooks with "
                    f"{topic} topic.",
                )
            )
        if errors:
            return {"webhookSubscription": None, "userErrors": errors}
        subscription = Subscription(
            id=self._shops.new_id(self._shop),
            topic=topic,
            uri=_uri(wanted),
            created_at=written(self._clock()),
            name=wanted.get("name"),
            filter=wanted.get("filter"),
            include_fields=wanted.get("includeFields") or [],
            metafield_namespaces=wanted.get("metafieldNamespaces") or [],
        )
        self._shop.subscriptions.append(subscription)
        self._shops.changed()
        shown = nodes.subscription_node(subscription)
        return {"webhookSubscription": shown, "userErrors": []}

    def _change_subscription(self, arguments: Mapping[str, Any]) -> Node:
        subscription = _found(arguments["id"], self._shop)
        if subscription is None:
            missing = _user_error(["id"], "Webhook subscription does not exist")
            return {"webhookSubscription": None, "userErrors": [missing]}
        wanted = {"uri": subscription.uri, **arguments["webhookSubscription"]}
        errors = self._subscription_errors(subscription.topic, wanted, subscription)
        if errors:
            return {"webhookSubscription": None, "userErrors": errors}
        subscription.uri = _uri(wanted)
        subscription.name = wanted.get("name", subscription.name)
        subscription.filter = wanted.get("filter", subscription.filter)
        fields = wanted.get("includeFields", subscription.include_fields)
        subscription.include_fields = fields or []
        self._shops.changed()
        shown = nodes.subscription_node(subscription)
        return {"webhookSubscription": shown, "userErrors": []}

    def _unsubscribe(self, arguments: Mapping[str, Any]) -> Node:
        subscription = _found(arguments["id"], self._shop)
        if subscription is None:
            missing = _user_error(["id"], "Webhook subscription does not exist")
            return {"deletedWebhookSubscriptionId": None, "userErrors": [missing]}
        self._shop.subscriptions.remove(subscription)
        self._shops.changed()
        return {"deletedWebhookSubscriptionId": arguments["id"], "userErrors": []}

    def _subscription_errors(
        self, topic: str, wanted: Mapping[str, Any], own: Subscription | None
    ) -> list[Node]:
        uri = _uri(wanted)
        if not uri:
            return [_user_error(_URI, "Address can't be blank")]
        if not _is_reachable(uri):
            return [_user_error(_URI, "Address is not allowed: https is required")]
        name = wanted.get("name")
        if name is not None and not _NAME.fullmatch(name):
            return [_user_error(["webhookSubscription", "name"], "Name is invalid")]
        for each in self._shop.subscribed(topic):
            is_same = each.uri == uri and each.filter == wanted.get("filter")
            if each is not own and is_same:
                taken = "Address for this topic has already been taken"
                return [_user_error(_URI, taken)]
        return []

    def _consent(self, arguments: Mapping[str, Any]) -> Node:
        wanted = arguments["input"]
        consent = wanted["whatsAppMarketingConsent"]
        number = nodes.number_in(wanted["customerId"], "Customer")
        customer = self._till.books(self._shop).customers.get(number or 0)
        if customer is None or not customer["phone"]:
            words = "Customer does not exist or has no unique phone number"
            return _consent_refused(["input", "customerId"], words, "INVALID")
        if consent["state"] not in CONSENT_STATES:
            words = f"Cannot specify {consent['state']} as a marketing state input"
            place = ["input", "whatsAppMarketingConsent", "state"]
            return _consent_refused(place, words, "INVALID")
        said_at = consent.get("updatedAt")
        if said_at and datetime.fromisoformat(said_at) > self._clock():
            words = "Consent updated at must not be in the future"
            place = ["input", "whatsAppMarketingConsent", "updatedAt"]
            return _consent_refused(place, words, "INVALID")
        written_consent = self._till.consent(self._shop, customer["id"], consent)
        return {
            "customer": nodes.customer_node(customer, self._till.books(self._shop)),
            "customerPhoneNumber": {
                "phoneNumber": customer["phone"],
                "whatsAppMarketingConsent": nodes.consent_node(written_consent),
            },
            "userErrors": [],
        }


def _order(arguments: Mapping[str, Any], books: Books) -> Node | None:
    order = books.orders.get(nodes.number_in(arguments["id"], "Order") or 0)
    return nodes.order_node(order, books) if order else None


def _orders(arguments: Mapping[str, Any], books: Books) -> Node:
    wanted = _SINCE.findall(arguments.get("query") or "")
    key = "updated_at" if arguments.get("sortKey") == "UPDATED_AT" else "created_at"
    return _sorted(
        (each for each in books.orders.values() if _fits(each, wanted)),
        arguments,
        place=lambda each: (each[key], each["id"]),
        node=lambda each: nodes.order_node(each, books),
    )


def _customer_with(identifier: Mapping[str, Any], books: Books) -> Node | None:
    """By the customer's own number, or by the id."""
    number = books.by_phone.get(identifier.get("phoneNumber") or "")
    if number is None:
        number = nodes.number_in(identifier.get("id"), "Customer")
    return nodes.customer_node(books.customers.get(number or 0), books)


def _customers(arguments: Mapping[str, Any], books: Books) -> Node:
    wanted = _SINCE.findall(arguments.get("query") or "")
    key = "updated_at" if arguments.get("sortKey") == "UPDATED_AT" else "id"
    return _sorted(
        (each for each in books.customers.values() if _fits(each, wanted)),
        arguments,
        place=lambda each: (each[key], each["id"]),
        node=lambda each: nodes.customer_node(each, books) or {},
    )


def _checkouts(arguments: Mapping[str, Any], books: Books) -> Node:
    wanted = _SINCE.findall(arguments.get("query") or "")
    left = (
        carts.checkout(
            each, started_at=each.placed_at, completed_at=None, at=each.placed_at
        )
        for each in books.checkouts.values()
    )
    return _sorted(
        (each for each in left if _fits(each, wanted)),
        arguments,
        place=lambda each: (each["created_at"], each["token"]),
        node=lambda each: nodes.checkout_node(each, books),
    )


def _sorted(
    found: Iterable[Body],
    arguments: Mapping[str, Any],
    *,
    place: Callable[[Body], tuple[Any, ...]],
    node: Callable[[Body], Node],
) -> Node:
    backwards = bool(arguments.get("reverse"))
    things = sorted(found, key=place, reverse=backwards)
    return connection_by(things, arguments, place=place, node=node)


def _products(arguments: Mapping[str, Any], shop: Shop, books: Books) -> Node:
    wanted = _SINCE.findall(arguments.get("query") or "")
    found = sorted(books.goods.changed(wanted), key=lambda each: each.id)
    return connection_by(
        found,
        arguments,
        place=lambda each: (each.id,),
        node=lambda each: _product_node(each, shop, books),
    )


def _product(identity: str, shop: Shop, books: Books) -> Node | None:
    number = nodes.number_in(identity, "Product")
    product = books.goods.products.get(number or 0)
    return _product_node(product, shop, books) if product else None


def _product_node(product: Product, shop: Shop, books: Books) -> Node:
    together = {"collections": books.collections.of(product)}
    return {**product_node(product, shop.domain, books.goods.markets), **together}


def _node(identity: str, shop: Shop, books: Books) -> Node | None:
    """The kinds of things that somebody asks for by many ids at once."""
    product = _product(identity, shop, books)
    if product is not None:
        return product
    order = books.orders.get(nodes.number_in(identity, "Order") or 0)
    if order is not None:
        return nodes.order_node(order, books)
    variant = nodes.number_in(identity, "ProductVariant")
    if variant is not None:
        known = books.goods.variant_node(variant)
        there = books.shelf.node(identity, variant)
        return {**(known or {}), **there} if there else known
    parcel = books.parcels.get(nodes.number_in(identity, "Fulfillment") or 0)
    return nodes.parcel_node(parcel, books) if parcel else None


def _fits(order: Body, wanted: list[tuple[str, str, str]]) -> bool:
    # Written to the second in UTC, so that texts compare as moments do.
    for name, sign, moment in wanted:
        have, limit = order[name][:19], moment[:19]
        if sign == ">=" and not have >= limit:
            return False
        if sign == ">" and not have > limit:
            return False
        if sign == "<=" and not have <= limit:
            return False
        if sign == "<" and not have < limit:
            return False
    return True


def _parcel(arguments: Mapping[str, Any], books: Books) -> Node | None:
    parcel = books.parcels.get(nodes.number_in(arguments["id"], "Fulfillment") or 0)
    return nodes.parcel_node(parcel, books) if parcel else None


def _subscriptions(arguments: Mapping[str, Any], shop: Shop) -> Node:
    topics = arguments.get("topics")
    found = [
        nodes.subscription_node(each)
        for each in shop.subscriptions
        if not topics or TOPICS[each.topic][0] in topics
    ]
    return connection(found, arguments)


def _subscription(arguments: Mapping[str, Any], shop: Shop) -> Node | None:
    found = _found(arguments["id"], shop)
    return nodes.subscription_node(found) if found else None


def _found(identity: Any, shop: Shop) -> Subscription | None:
    number = nodes.number_in(identity, "WebhookSubscription")
    return next((each for each in shop.subscriptions if each.id == number), None)


def _installation(shop: Shop) -> Node:
    return {
        "id": nodes.gid("AppInstallation", shop.id),
        "launchUrl": f"https://{shop.domain}/admin/apps/sosik",
        "accessScopes": [{"handle": each} for each in shop.scopes.split(",")],
        "activeSubscriptions": [],
        "app": {
            "id": nodes.gid("App", 580111),
            "handle": "sosik",
            "title": "Sosik",
            "webhookApiVersion": API_VERSION,
        },
    }


def _uri(wanted: Mapping[str, Any]) -> str:
    return str(wanted.get("uri") or wanted.get("callbackUrl") or "")


def _is_reachable(uri: str) -> bool:
    """https anywhere; plain http to this machine alone, which only a sandbox can."""
    place = urlsplit(uri)
    if place.scheme == "https" and place.hostname:
        return True
    try:
        near = ipaddress.ip_address(place.hostname or "").is_loopback
    except ValueError:
        near = place.hostname == "localhost"
    return place.scheme == "http" and near


def _user_error(field: list[str], message: str) -> dict[str, Any]:
    return {"field": field, "message": message}


def _consent_refused(field: list[str], message: str, code: str) -> Node:
    error = {**_user_error(field, message), "code": code}
    return {"customer": None, "customerPhoneNumber": None, "userErrors": [error]}
