"""A store that sells by codes, of which a test looks at Shopify's side, too."""

from collections.abc import Collection
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256

from core.errors import Unsure
from core.values import MessageId, Scope, ShopDomain
from notifications.flash_codes import keep_codes, look_after_codes
from storage import offer_codes, outbox
from storage.offer_codes import Asked, Telling, Terms
from storage.outbox import Intent
from tests.flows.terminal import without_waiting
from wiring.outside import brief_store_at

TERMS = Terms(flow="cart_reminder", step="2", percent=Decimal(10), valid_hours=24)
MUTATIONS = {"create_discount", "add_codes", "remove_codes", "end_discount"}


class Offered:
    """``at_shopify`` is asked what the simulated store has."""

    def __init__(self, world, terminal, shopify, domain):
        self.world, self.shopify, self.domain = world, shopify, domain
        shopify.post("shops", {"domain": domain, "token": "shpat_test"})
        self.shop_id = world.open_shop(domain)
        store = brief_store_at(terminal.settings, world.services)
        self.at_shopify = without_waiting(store)
        self.messages = 0

    def message(self, *, told=None, checkout_key=None, automation="cart_reminder"):
        """The row that a flow would have written."""
        self.messages += 1
        id_ = MessageId(f"msg_{self.shop_id}_{self.messages:03}")
        now = self.world.now
        intent = Intent(
            id=id_,
            shop_id=self.shop_id,
            occasion=f"{automation}:2:{id_}",
            automation=automation,
            scope=Scope.MARKETING,
            priority=1,
            order_id=None,
            fulfillment_id=None,
            tracking_key=None,
            checkout_key=checkout_key,
            told=told or {},
            contact_id=None,
            wanted_at=now,
            # What is looked at here is codes: the message itself waits.
            due_at=now + timedelta(days=9),
            story=[],
        )
        with self.services.transactions.for_shop(self.shop_id) as tx:
            assert outbox.add(tx, [intent], now=now)
        return id_

    def wants(self, count=1, terms=TERMS, **wish):
        """So many messages could go, if they had a code."""
        asked = [Asked(self.shop_id, self.message(**wish), terms) for _ in range(count)]
        with self.services.transactions.for_shop(self.shop_id) as tx:
            offer_codes.ask_for(tx, asked, now=self.world.now)
        return [each.message_id for each in asked]

    def tells(self, message_id, *, hours=24):
        """Its message leaves now."""
        now = self.world.now
        ends_at = now + timedelta(hours=hours)
        with self.services.transactions.for_shop(self.shop_id) as tx:
            offer_codes.tell(tx, [Telling(message_id, now, ends_at)])
        return ends_at

    def work(self, store=None):
        return keep_codes(store or self.at_shopify, services=self.services)

    def look(self):
        self.world.now += timedelta(seconds=20)
        return look_after_codes(services=self.services)

    def settle(self):
        """Until nothing is due within the next minute."""
        for _ in range(12):
            self.look()
            self.work()

    def has(self, code):
        """Whether somebody who types it in gets it cheaper."""
        found = self.found(code)
        return found is not None and found.is_active and found.name is not None

    def found(self, code):
        return self.at_shopify.find_code(
            ShopDomain(self.domain), "shpat_test", code=code
        )

    def buys(self, code):
        told = {"shop": self.domain, "discount_code": code, "phone": None}
        return self.shopify.post("orders", told)

    @property
    def services(self):
        return self.world.services

    def rows(self, table="offer_codes"):
        return [row for row in self.world.rows(table) if row.shop_id == self.shop_id]

    def row(self, message_id=None):
        found = self.rows()
        if message_id is not None:
            found = [row for row in found if row.message_id == message_id]
        [row] = found
        return row


def opened(world, terminal, shopify, named):
    digest = sha256(named.encode()).hexdigest()[:16]
    return Offered(world, terminal, shopify, f"codes-{digest}.myshopify.com")


class Losing:
    """The store, of whose answers to some calls nothing is heard: the call was carried
    out by then, or never came to it."""

    def __init__(self, store, lost: Collection[str], *, is_carried_out):
        self._store, self._lost = store, set(lost)
        self._is_carried_out = is_carried_out
        self.called = []

    def __getattr__(self, name):
        real = getattr(self._store, name)
        if name not in MUTATIONS:
            return real

        def call(*args, **asked):
            self.called.append(name)
            if name not in self._lost:
                return real(*args, **asked)
            self._lost.discard(name)
            if self._is_carried_out:
                real(*args, **asked)
            raise Unsure("it is not known whether this was done", code="no_answer")

        return call
