"""Before each reminder its store is looked at: what is sold out is not offered, who has
ordered is not reminded, and nobody waits for a store that does not answer."""

import json
from datetime import timedelta

import pytest

from core.errors import TryLater, WillNotWork
from core.shopping import Since
from core.values import Act, Scope
from notifications import looking_at_carts
from notifications.looking_at_carts import AHEAD, LEASE, ask_ahead
from notifications.rules.looks import FRESH, PATIENCE
from storage import cart_looks, shops
from storage.tenancy import Crossing
from tests import samples
from tests.wire.shopify_bodies import example
from tests.world import PHONE, SHOP
from wiring.outside import brief_store_at

SECOND, MINUTE, HOUR = (
    timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours")
)
APRON, MUG = 45100000000001, 45100000000002
NUMBER = 35550298931313
FIRST = {"key": "1", "message": "cart_reminder", "after_minutes": 60}
NEXT = {"key": "2", "message": "cart_reminder", "after_minutes": 240}


class Shelves:
    """A store of which something may be gone; ``trouble`` is raised while it is set."""

    def __init__(self):
        self.gone, self.since, self.trouble, self.asked = set(), {}, None, []

    def things_gone(self, _shop, _token, *, things):
        self._ask("things", things)
        return self.gone & set(things)

    def since_left(self, _shop, _token, *, carts):
        self._ask("carts", carts)
        return {each: self.since[each] for each in carts if each in self.since}

    def _ask(self, what, which):
        self.asked.append((what, sorted(which)))
        if self.trouble is not None:
            raise self.trouble


@pytest.fixture
def shelves():
    return Shelves()


@pytest.fixture
def world(world, shelves):
    world.open_shop(automations=["cart_reminder"], timezone="Etc/UTC")
    world.agree(scope=Scope.MARKETING, act=Act.CONFIRMED)
    world.carts_store = shelves
    return world


@pytest.fixture
def two_steps(world, tmp_path):
    file = tmp_path / "flow.json"
    file.write_text(json.dumps({"holdout": 0, "steps": [FIRST, NEXT]}))
    _run(world, "flow", "set", SHOP, "cart_reminder", str(file))


def _run(world, *words):
    done = world.app.test_cli_runner().invoke(args=words)
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split())


def _line(variant, title):
    return {
        "product_id": variant + 1,
        "variant_id": variant,
        "title": title,
        "quantity": 1,
        "price": "10.00",
    }


def _leave(world, topic="checkouts/create", **changes):
    told = {
        "name": f"#{NUMBER}",
        "customer_locale": "en",
        "line_items": [_line(APRON, "Linen apron"), _line(MUG, "Stoneware mug")],
        **changes,
    }
    at = world.now.isoformat()
    body = {**example(topic, phone=PHONE, updated_at=at), **told}
    assert world.shopify_says(topic, body) == 200
    world.work()


def _why(world, message=None):
    return _run(world, "why", SHOP, "--message", (message or world.message).id)


def _steps(world):
    return {row.told["step"]: (row.state, row.reason) for row in world.messages}


def test_what_is_sold_out_is_not_reminded_of(world, shelves):
    shelves.gone = {APRON, MUG}
    _leave(world)

    world.pass_time(HOUR)

    assert (world.message.state, world.message.reason) == ("skipped", "sold_out")
    assert world.accepted == []
    said = _why(world)
    assert "Nothing that is in the cart can be bought any more." in said
    assert "0 of 2 things" in said


def test_what_is_gone_is_not_named_among_what_is_left(world, shelves):
    shelves.gone = {APRON}
    _leave(world)

    world.pass_time(HOUR)

    assert world.message.state == "sent"
    said = _why(world)
    assert "You have left something with us: Stoneware mug." in said
    assert "1 of 2 things" in said
    assert "Linen apron" not in said


def test_what_is_no_thing_of_the_store_is_there(world, shelves):
    """An engraving is in no list of products, and nobody can say that it is gone."""
    shelves.gone = {APRON}
    of_none = {"title": "Engraving", "quantity": 1, "variant_id": None}
    _leave(world, line_items=[_line(APRON, "Linen apron"), of_none])

    world.pass_time(HOUR)

    assert world.message.state == "sent"
    assert "You have left something with us: Engraving." in _why(world)


def test_what_is_there_again_is_reminded_of_by_the_next_step(world, two_steps, shelves):
    shelves.gone = {APRON, MUG}
    _leave(world)
    world.pass_time(HOUR)
    shelves.gone = set()

    world.pass_time(3 * HOUR)

    assert _steps(world) == {"1": ("skipped", "sold_out"), "2": ("sent", None)}


def test_who_has_ordered_by_the_stores_word_is_not_reminded(world, two_steps, shelves):
    """Whatever it has told us of its orders."""
    shelves.since = {NUMBER: Since(ordered=True, drafted=False)}
    _leave(world)

    world.pass_time(HOUR)
    world.pass_time(3 * HOUR)

    assert _steps(world) == {"1": ("skipped", "cart_bought")}
    assert "there is an order" in _why(world)


def test_for_whom_an_order_is_drawn_up_is_left_to_whoever_does(
    world, two_steps, shelves
):
    shelves.since = {NUMBER: Since(ordered=False, drafted=True)}
    _leave(world)
    world.pass_time(HOUR)
    shelves.since = {NUMBER: Since(ordered=False, drafted=False)}

    world.pass_time(3 * HOUR)

    assert _steps(world) == {"1": ("skipped", "order_drafted"), "2": ("sent", None)}


def test_a_store_that_does_not_answer_is_not_waited_for_for_ever(world, shelves):
    shelves.trouble = TryLater("away", code="shopify_503")
    _leave(world)

    world.pass_time(HOUR)
    assert (world.message.state, world.message.reason) == (
        "waiting",
        "store_not_looked_at",
    )
    asked = len(shelves.asked)
    for _ in range(PATIENCE // (2 * SECOND) - 1):
        world.pass_time(2 * SECOND)
    assert world.accepted == []
    world.pass_time(2 * SECOND)

    assert world.message.state == "sent"
    assert "no, the store does not answer" in _why(world)
    # It is asked again after longer and longer.
    assert 1 <= asked <= len(shelves.asked) <= 12


def test_a_store_that_comes_back_in_time_is_looked_at(world, shelves):
    shelves.trouble, shelves.gone = TryLater("away", code="shopify_503"), {APRON, MUG}
    _leave(world)
    world.pass_time(HOUR)
    shelves.trouble = None

    for _ in range(5):
        world.pass_time(2 * SECOND)

    assert world.message.reason == "sold_out"


@pytest.mark.parametrize("code", ["shopify_access_denied", "shopify_401"])
def test_a_store_that_lets_nobody_look_is_not_waited_for(world, shelves, code):
    shelves.trouble = WillNotWork("no", code=code)
    _leave(world)

    world.pass_time(HOUR)

    assert world.message.state == "sent"


def test_a_store_that_has_not_granted_things_is_not_asked_for_them(world, shelves):
    with world.services.transactions.for_shop(world.shop_ids[SHOP]) as tx:
        shops.change(tx, world.shop_ids[SHOP], {"scopes": ["read_orders"]})
    shelves.gone = {APRON, MUG}
    shelves.since = {NUMBER: Since(ordered=False, drafted=False)}
    _leave(world)

    world.pass_time(HOUR)

    assert world.message.state == "sent"
    assert [what for what, _ in shelves.asked] == ["carts"]


def test_what_the_store_does_not_say_of_an_order_is_not_waited_for(world, shelves):
    """What can be bought is known, and that counts."""

    def refuse(*_whose, **_asked):
        raise WillNotWork("not for this app", code="shopify_access_denied")

    shelves.since_left, shelves.gone = refuse, {APRON, MUG}
    _leave(world)

    world.pass_time(HOUR)

    assert world.message.reason == "sold_out"


def test_nobody_is_asked_about_whom_nobody_writes_to(world, shelves):
    world.agree(scope=Scope.MARKETING, act=Act.REVOKED)
    _leave(world)

    world.pass_time(HOUR)

    assert world.message.reason == "consent_revoked"
    assert shelves.asked == []


def test_who_nobody_knows_is_looked_at_by_their_things_alone(world, shelves):
    _leave(world, customer=None)

    world.pass_time(HOUR)

    assert world.message.state == "sent"
    assert shelves.asked == [("things", [APRON, MUG])]


def test_a_cart_is_looked_at_before_its_time_and_then_it_need_not_wait(world, shelves):
    shelves.gone = {APRON}
    _leave(world)
    world.now += HOUR - AHEAD
    world.look()
    assert ask_ahead(services=world.services) == 1
    assert ask_ahead(services=world.services) == 0
    world.look_at_carts()
    asked = len(shelves.asked)
    world.carts_store = None

    world.pass_time(AHEAD)

    assert world.message.state == "sent"
    assert len(shelves.asked) == asked == 2


def test_what_is_still_being_changed_is_not_looked_at_ahead(world):
    _leave(world)
    world.now += HOUR - AHEAD
    _leave(world, "checkouts/update")

    assert ask_ahead(services=world.services) == 0


def test_what_was_seen_of_another_cart_does_not_count(world, shelves):
    """They have changed it since."""
    shelves.gone = {APRON, MUG}
    _leave(world)
    world.now += HOUR - AHEAD
    ask_ahead(services=world.services)
    world.look_at_carts()
    shelves.gone = set()
    world.now += MINUTE
    _leave(world, "checkouts/update")

    world.pass_time(HOUR)

    assert world.message.state == "sent"


def test_of_two_who_look_one_has_a_cart_until_its_lease_is_over(world, shelves):
    _leave(world)
    world.carts_store = None
    world.pass_time(HOUR)
    with world.services.transactions.across(Crossing.LOOKING) as tx:
        assert cart_looks.take_due(tx, now=world.now, until=world.now + LEASE)

    world.carts_store = shelves
    assert world.look_at_carts() == 0
    world.now += LEASE
    assert world.look_at_carts() == 1


def test_many_carts_of_a_store_are_a_few_questions(world, shelves, monkeypatch):
    """In whatever portions they are looked at, a thing is asked for once."""
    monkeypatch.setattr(cart_looks, "_MOST_AT_ONCE", 50)
    many = 120
    for n in range(many):
        phone = f"+4915100000{n:03}"
        world.agree(phone, scope=Scope.MARKETING, act=Act.CONFIRMED)
        _leave(
            world,
            token=f"token{n}",
            cart_token=f"cart{n}",
            name=f"#{NUMBER + n}",
            phone=phone,
            email=f"{n}@example.com",
            customer={"id": 100 + n, "first_name": "Ada", "phone": phone},
            shipping_address=None,
        )
    world.now += HOUR
    world.carts_store = None
    for _ in range(4):
        world.look()

    world.carts_store = shelves
    world.look_at_carts()

    of_carts = [len(which) for what, which in shelves.asked if what == "carts"]
    assert [which for what, which in shelves.asked if what == "things"] == [
        [APRON, MUG]
    ]
    assert of_carts == [25] * 4 + [20]
    assert all(row.gone == [] for row in world.rows("cart_looks"))


def test_a_thing_is_asked_for_again_after_a_minute(world, shelves):
    """Who buys it meanwhile is not known here."""
    _leave(world)
    world.pass_time(HOUR)
    _leave(world, token="another", cart_token="other")
    shelves.gone = {APRON, MUG}

    world.pass_time(HOUR)

    assert [row.reason for row in world.messages] == [None, "sold_out"]


def test_who_is_erased_takes_along_what_was_seen_of_their_carts(world):
    _leave(world)
    world.pass_time(HOUR)
    assert len(world.rows("cart_looks")) == 1

    _run(world, "contact", "erase", SHOP, PHONE)

    assert world.rows("cart_looks") == []


@pytest.fixture
def sold_out(shopify):
    def there_are(quantity):
        for sku in ("APR-SND", "MUG-CEL"):
            shopify.post("stock", {"shop": SHOP, "sku": sku, "quantity": quantity})

    shopify.post("shops", {"domain": SHOP, "token": "shpat_test"})
    there_are(0)
    yield
    # What others have made stays in the simulator.
    there_are(100)


def test_a_store_of_shopify_says_what_is_gone(world, terminal, sold_out):
    world.carts_store = brief_store_at(terminal.settings, world.services)
    _leave(world)

    world.pass_time(HOUR)

    assert (world.message.state, world.message.reason) == ("skipped", "sold_out")


def test_a_purchase_that_was_told_needs_no_look(world, shelves):
    _leave(world)
    order = samples.order(placed_at=world.now, checkout_token="c0ffee")
    world.shopify_says("orders/create", order)
    world.work()

    world.pass_time(HOUR)

    assert world.message.reason == "cart_bought"
    assert shelves.asked == []


def test_the_numbers_fit_together():
    """Who is looked at ahead is fresh at its time, and a lease ends before patience."""
    assert AHEAD + PATIENCE < FRESH
    assert LEASE < PATIENCE
    assert looking_at_carts.THINGS_AT_ONCE == 250
