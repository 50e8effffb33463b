"""A simulated store with one order that is to be paid at the door, and its buyer."""

from datetime import timedelta
from hashlib import sha256
from itertools import count

from core.values import ShopDomain
from notifications.acting_on_answers import act_on_answers
from tests.flows.terminal import without_waiting
from tests.world import DEFAULT_NUMBER_ID, PHONE
from wiring.outside import brief_store_at

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
SCOPES = "read_orders,write_orders,write_merchant_managed_fulfillment_orders"


class Store:
    """``asks`` is what makes it ask; the rest reads like the story."""

    def __init__(self, world, terminal, shopify, domain, config=None, **opened):
        self.world, self.terminal, self.shopify = world, terminal, shopify
        self.domain = domain
        self.taps = count(1)
        self.puts(token="shpat_test", scopes=SCOPES)
        automations = ["cod_confirmation"]
        self.shop_id = world.open_shop(domain, automations=automations, **opened)
        if config:
            world.set_up("cod_confirmation", domain=domain, **config)
        store = brief_store_at(terminal.settings, world.services)
        self.at_shopify = without_waiting(store)
        self.sold = self.sells()

    def puts(self, **wish):
        self.shopify.post("shops", {"domain": self.domain, **wish})

    def does(self, what, **told):
        return self.shopify.post(what, {"shop": self.domain, **told})

    def sells(self, **wish):
        wish = {"phone": PHONE, "consent": True, "cash_on_delivery": True, **wish}
        return self.does("orders", **wish)["order"]

    def tells(self, topic="orders/create", order=None, **changed):
        body = {**(order or self.now_at_shopify), **changed}
        assert self.world.shopify_says(topic, body, domain=self.domain) == 200
        self.world.work()

    def asks(self):
        """The order arrives, and its buyer is asked."""
        self.tells()
        self.world.pass_time(5 * MINUTE)
        return self.question

    def reaches_the_phone(self, status="delivered"):
        for row in self.questions:
            told = {
                "id": row.provider_id,
                "status": status,
                "biz_opaque_callback_data": f"{row.id}:{row.attempt}",
            }
            self.world.meta_reports(told)
        self.world.work()

    def taps_on(self, name, question=None, phone=PHONE, number=DEFAULT_NUMBER_ID):
        question = question or self.question
        button = {"payload": f"{name}:{question.id}", "text": name}
        said = {"type": "button", "button": button}
        message_id = f"wamid.tap{self.domain[:12]}{next(self.taps)}"
        self.world.person_says(said, phone=phone, number=number, message_id=message_id)

    def confirms(self, **how):
        self.taps_on("cod_confirm", **how)
        self.world.work()

    def cancels(self, **how):
        self.taps_on("cod_cancel", **how)
        self.world.work()

    def acts(self):
        act_on_answers(self.at_shopify, services=self.world.services)
        self.world.look()

    def passes(self, time):
        self.world.pass_time(time)
        self.acts()

    @property
    def questions(self):
        return [
            row
            for row in self.world.rows("messages")
            if row.shop_id == self.shop_id and row.automation == "cod_confirmation"
        ]

    @property
    def question(self):
        return next(row for row in self.questions if not row.told)

    @property
    def replies(self):
        return [
            row.told["says"]
            for row in self.world.rows("messages")
            if row.shop_id == self.shop_id and row.automation == "reply"
        ]

    @property
    def row(self):
        [row] = [
            row
            for row in self.world.rows("order_answers")
            if row.shop_id == self.shop_id
        ]
        return row

    @property
    def came_of_it(self):
        return self.row.said, self.row.outcome

    @property
    def now_at_shopify(self):
        orders = self.shopify.get(f"orders?shop={self.domain}")["data"]
        return next(each for each in orders if each["id"] == self.sold["id"])

    @property
    def tags(self):
        return self.now_at_shopify["tags"]

    @property
    def is_cancelled(self):
        return self.now_at_shopify["cancelled_at"] is not None

    @property
    def holds(self):
        asked = {"id": f"gid://shopify/Order/{self.sold['id']}"}
        client = self.at_shopify.client
        domain = ShopDomain(self.domain)
        node = client.run(domain, "shpat_test", "shipping_of_order", asked)["order"]
        [part] = node["fulfillmentOrders"]["nodes"]
        return [each["handle"] for each in part["fulfillmentHolds"]]

    @property
    def story(self):
        return [line["what"] for line in self.question.story]

    def is_silent(self):
        """The buyer gets both questions, and says nothing."""
        self.asks()
        self.reaches_the_phone()
        self.passes(6 * HOUR)
        self.passes(18 * HOUR)


def opener(world, terminal, shopify, name):
    """Opens stores of a test's own: what others have sold stays in the simulator."""
    numbers = count()

    def opened(config=None, **wish):
        named = f"{name} {next(numbers)}".encode()
        domain = f"cod-{sha256(named).hexdigest()[:16]}.myshopify.com"
        return Store(world, terminal, shopify, domain, config, **wish)

    return opened
