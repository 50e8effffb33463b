"""What a shop's owner, its buyers and its carriers do, asked for by the control API."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from core.clock import Clock
from core.values import ShopDomain
from sandbox.knobs import BadControl, text
from sandbox.shopify.assortment import Assortment
from sandbox.shopify.bulk import Bulk
from sandbox.shopify.compliance import Compliance
from sandbox.shopify.desk import at_a_glance
from sandbox.shopify.drafting import WrittenUp
from sandbox.shopify.drafts import Drafts
from sandbox.shopify.hooks import Hooks
from sandbox.shopify.people import BUYERS, PRODUCTS
from sandbox.shopify.recovery import at_checkout
from sandbox.shopify.rush import Rush
from sandbox.shopify.shops import DEFAULT_SCOPES, DEFAULT_SHOP, Grant, Shop, Shops
from sandbox.shopify.till import CONSENT_STATES, Books, Till

_SCATTERED_MS = (0.0, 4000.0)
_WHOLE_WAY = ("in_transit", "out_for_delivery", "delivered")


class Owner:
    """``ring`` is called when something was done."""

    def __init__(
        self,
        shops: Shops,
        till: Till,
        hooks: Hooks,
        rush: Rush,
        bulk: Bulk,
        *,
        clock: Clock,
        ring: Callable[[], None],
    ) -> None:
        self._shops = shops
        self._till = till
        self._hooks = hooks
        self._rush = rush
        self._compliance = Compliance(till, hooks)
        self._drafts = Drafts(till, hooks, clock)
        self.written_up = WrittenUp(till, hooks, clock)
        self._assortment = Assortment(shops, till, hooks, clock)
        self._bulk = bulk
        self._clock = clock
        self._ring = ring

    def did(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """Carry out ``POST /_sandbox/{path}``; ``shop`` is the default one if absent.

        Raises:
            BadControl: there is no such thing to do, or not with these values.
        """
        acts = {
            "orders": self._till.sell,
            "paid": self._till.pay,
            "fulfillments": self._till.ship,
            "fulfillment_events": self._till.scan,
            "cancel": self._till.cancel,
            "refunds": self._till.refund,
            "edits": self._till.edit,
            "pickup": self._till.prepare,
            "carts": self._till.fill_cart,
            "checkouts": self._till.check_out,
            "consent": self._consent,
            "webhook": self._webhook,
            "again": self._again,
            "scattered": self._scattered,
            "rush": self._rush.begin,
            "uninstall": self._uninstall,
            "visitor": self._look,
            "unsubscribe": self._unsubscribe,
            **self._compliance.acts,
            **self._assortment.acts,
            "bulk": self._finish_bulk,
            "stock": self._stock,
            **self._drafts.acts,
            **self.written_up.acts,
        }
        if (method, path) == ("POST", "shops"):
            return self._put_shop(body)
        if (method, path) == ("GET", "people"):
            return _people()
        if (method, path) in {("POST", "pause"), ("POST", "resume")}:
            self._hooks.pause() if path == "pause" else self._hooks.resume()
            return {"paused": path == "pause"}
        if (method, path) == ("DELETE", "rush"):
            self._rush.end()
            return self._rush.shown()
        shop = self._shops.by_domain.get(text(body, "shop", DEFAULT_SHOP))
        if shop is None:
            raise BadControl("shop: unknown")
        if (method, path) == ("GET", "orders"):
            orders = list(self._till.books(shop).orders.values())
            return {"data": orders[-int(body.get("limit", 50)) :]}
        if (method, path) == ("GET", "products"):
            return self._assortment.shown(shop)
        if (method, path) == ("GET", "collections"):
            return self._assortment.together(shop)
        if (method, path) == ("GET", "written_up"):
            return self.written_up.shown(shop)
        if (method, path) == ("GET", "checkout"):
            books = self._till.books(shop)
            now = self._clock()
            return at_checkout(
                books.checkouts, lambda code: books.discounts.refusal(code, now), body
            )
        if (method, path) == ("GET", "desk"):
            books = self._till.books(shop)
            most = int(body.get("limit", 20))
            seen = at_a_glance(shop, books, self._hooks, orders=most)
            return {**seen, "rush": self._rush.shown()}
        if method != "POST" or path not in acts:
            raise BadControl(f"no such control: {method} {path}")
        answer = acts[path](shop, body)
        self._shops.changed()
        self._ring()
        return answer

    def shown(self, shop: Shop) -> dict[str, Any]:
        """A shop without its tokens and secrets."""
        return {
            "domain": shop.domain,
            "id": shop.id,
            "name": shop.name,
            "currency": shop.currency,
            "timezone": shop.timezone,
            "client_id": shop.client_id,
            "scopes": shop.scopes,
            "installed": shop.is_installed,
            "managed": shop.is_managed,
            "orders": len(self._till.books(shop).orders),
            "subscriptions": [
                {"topic": each.topic, "uri": each.uri} for each in shop.subscriptions
            ],
        }

    def _books(self, shop: Shop) -> Books:
        return self._till.books(shop)

    def _put_shop(self, body: Mapping[str, Any]) -> dict[str, Any]:
        try:
            domain = ShopDomain(text(body, "domain")).host
        except ValueError as error:
            raise BadControl(f"domain: {error}") from error
        shop = self._shops.by_domain.get(domain)
        if shop is None:
            shop = Shop(domain, "", "", "")
            self._shops.by_domain[domain] = shop
        shop.name = text(body, "name", shop.name or domain.partition(".")[0])
        shop.currency = text(body, "currency", shop.currency or "EUR")
        shop.timezone = text(body, "timezone", shop.timezone or "Europe/Berlin")
        shop.scopes = text(body, "scopes", shop.scopes or DEFAULT_SCOPES)
        shop.client_id = body.get("client_id", shop.client_id)
        shop.client_secret = body.get("client_secret", shop.client_secret)
        shop.is_installed = True
        if body.get("token"):
            shop.grants.append(Grant(text(body, "token")))
        self._shops.changed()
        return self.shown(shop)

    def _consent(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """By ``customer_id``, ``phone`` or the ``buyer`` of a language, who may be no
        customer yet: what the owner writes into the store."""
        if body.get("state") not in CONSENT_STATES:
            raise BadControl(f"state: must be one of {', '.join(CONSENT_STATES)}")
        by_phone = self._till.books(shop).by_phone
        known = by_phone.get(body.get("phone", ""), 0)
        if body.get("buyer") in BUYERS:
            known = self._till.enrol(shop, text(body, "buyer"))
        written = self._till.consent(shop, int(body.get("customer_id", known)), body)
        if written is None:
            raise BadControl("phone: no such customer")
        return {"consent": written}

    def _webhook(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """Any topic and body, to who subscribed or to ``url``.

        ``headers`` replace the usual ones, ``raw`` is sent as it is in place of
        ``body``, ``forged`` signs with another secret, ``times`` sends the same
        delivery that often, ``shuffle`` sends a list of ``bodies`` in random order.
        """
        topic = text(body, "topic")
        urls = [text(body, "url")] if "url" in body else []
        contents = list(body.get("bodies", [body.get("body", {})]))
        if "raw" in body:
            contents = [text(body, "raw").encode()]
        if body.get("shuffle") is True:
            self._hooks.chance.shuffle(contents)
        receivers: list[tuple[str, Any]] = [(url, None) for url in urls] or [
            (each.uri, each) for each in shop.subscribed(topic)
        ]
        ids = []
        for content in contents:
            for url, subscription in receivers:
                delivery = self._hooks.delivery(
                    shop,
                    topic,
                    content,
                    url=url,
                    subscription=subscription,
                    event_id=body.get("event_id"),
                    headers=body.get("headers"),
                    forged=body.get("forged") is True,
                )
                ids.append(delivery.headers["X-Shopify-Webhook-Id"])
                for _ in range(int(body.get("times", 1))):
                    self._hooks.send(shop, delivery)
        return {"webhook_ids": ids}

    def _again(self, _shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """What was told of ``order_id`` under ``topic`` comes ``times`` more, and
        ``under_new_ids`` times as if it had never been told."""
        ids = self._hooks.tell_again(
            int(body.get("order_id", 0)),
            text(body, "topic", "orders/create"),
            times=int(body.get("times", 1)),
            under_new_ids=int(body.get("under_new_ids", 0)),
        )
        if not ids:
            raise BadControl("order_id: nothing of it was told lately")
        return {"webhook_ids": ids}

    def _scattered(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """A parcel of ``order_id`` goes its whole way, and its news comes in any
        order within four seconds."""
        now = self._clock()
        steps = [now - timedelta(seconds=n) for n in range(len(_WHOLE_WAY), -1, -1)]
        behaviour = self._hooks.behaviour
        usual, behaviour.delay_ms = behaviour.delay_ms, _SCATTERED_MS
        try:
            shipped = self._till.ship(shop, {**body, "at": steps[0].isoformat()})
            ids = list(shipped["webhook_ids"])
            for status, at in zip(_WHOLE_WAY, steps[1:], strict=True):
                scan = {
                    "fulfillment_id": shipped["fulfillment"]["id"],
                    "status": status,
                    "at": at.isoformat(),
                }
                ids += self._till.scan(shop, scan)["webhook_ids"]
        finally:
            behaviour.delay_ms = usual
        return {"webhook_ids": ids}

    def _stock(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """What can be bought of it, in a cart and in the catalog alike."""
        answer = self._books(shop).shelf.set_stock(shop, body)
        ids = self._assortment.follow(shop, answer["variant_id"], body)
        return {**answer, "webhook_ids": ids}

    def _finish_bulk(self, shop: Shop, _: Mapping[str, Any]) -> dict[str, Any]:
        """Slow bulk operations are done now."""
        return self._bulk.finish_all(shop)

    def _unsubscribe(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """The subscriptions to ``topics`` are gone, as after too many failures."""
        gone = set(body.get("topics", ()))
        kept = [each for each in shop.subscriptions if each.topic not in gone]
        count = len(shop.subscriptions) - len(kept)
        shop.subscriptions[:] = kept
        return {"deleted": count}

    def _look(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """From now on it is another member of staff who looks at the admin, by ``id``
        and whatever else Shopify tells of them; nothing has its owner back."""
        told = {name: body[name] for name in shop.looking if name in body}
        if type(told.get("id", 0)) is not int:
            raise BadControl("id: must be a whole number")
        shop.visitor = {"account_owner": False, **told} if told else {}
        return shop.looking

    def _uninstall(self, shop: Shop, _: Mapping[str, Any]) -> dict[str, Any]:
        """Tokens end at once; the news goes out to who had subscribed to it."""
        told = {
            "id": shop.id,
            "name": shop.name,
            "domain": shop.domain,
            "myshopify_domain": shop.domain,
            "currency": shop.currency,
            "iana_timezone": shop.timezone,
        }
        ids = []
        for url, _subscription in self._hooks.receivers(shop, "app/uninstalled"):
            # Without its subscription, which is gone before the delivery leaves.
            delivery = self._hooks.delivery(shop, "app/uninstalled", told, url=url)
            ids.append(delivery.headers["X-Shopify-Webhook-Id"])
            self._hooks.send(shop, delivery)
        shop.is_installed = shop.is_managed = False
        shop.grants.clear()
        shop.subscriptions.clear()
        return {"webhook_ids": ids}


def _people() -> dict[str, Any]:
    return {
        "buyers": [
            {"locale": b.locale, "first_name": b.first_name, "phone": b.phone}
            for b in BUYERS.values()
        ],
        "products": [
            {"sku": p.sku, "title": p.title, "price": str(p.price)} for p in PRODUCTS
        ],
    }
