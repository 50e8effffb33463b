"""A reminder can show what was left, out of the catalog; else it goes out plain."""

import json
from datetime import timedelta
from itertools import count
from urllib.request import Request, urlopen

import pytest

from core.values import Act, Scope
from integrations.meta.templates import creation_body
from notifications import reviewing
from notifications.cart_product_texts import TEMPLATE
from sandbox.meta.accounts import DEFAULT_WABA_ID, sandbox_token
from storage import numbers
from storage.numbers import TemplateRow
from tests.flows.shelf import Shelf
from tests.flows.terminal import TOKEN
from tests.wire.shopify_bodies import example
from tests.world import PHONE, SANDBOX_SECRET, SHOP
from wiring.outside import account_at, as_metas

HOUR = timedelta(hours=1)
APRON, MUG, TRAY = 45100000000001, 45100000000002, 45100000000003
PLAIN = "sosik_cart_reminder_1"
STEP = {"key": "1", "message": "cart_reminder", "after_minutes": 60}
_SERIAL = count(1)


class Left(Shelf):
    """A store with a catalog, whose reminders are to show what was left."""

    def shows(self, file, **changes):
        file.write_text(json.dumps({"holdout": 0, "steps": [{**STEP, **changes}]}))
        self.terminal.run("flow", "set", self.domain, "cart_reminder", str(file))

    def approve(self, *languages, state="APPROVED", category=TEMPLATE.category):
        rows = [
            TemplateRow(TEMPLATE.name, each, state, category, None)
            for each in languages
        ]
        with self.world.services.transactions.for_shop(self.shop_id) as tx:
            numbers.keep_templates(
                tx, self.shop_id, DEFAULT_WABA_ID, rows, now=self.world.now
            )

    def leave(self, *variants, locale="de"):
        told = {
            "customer_locale": locale,
            "line_items": [line(each) for each in variants],
        }
        at = self.world.now.isoformat()
        body = {**example("checkouts/create", phone=PHONE, updated_at=at), **told}
        self.world.shopify_says("checkouts/create", body, domain=self.domain)
        self.world.work()
        self.world.pass_time(HOUR)

    @property
    def sent(self):
        [message] = self.world.messages
        assert message.state == "sent", message.reason
        return message

    def why(self):
        said = self.terminal.run("why", self.domain, "--message", self.sent.id)
        return " ".join(said.split())

    @property
    def seen(self):
        return self.world.meta.get("messages?limit=1")["data"][0]


def line(variant):
    number = variant - 45100000000000
    return {
        "product_id": 8100000000000 + number,
        "variant_id": variant,
        "title": f"Thing {number}",
        "quantity": 1,
        "price": "10.00",
    }


@pytest.fixture
def known_at_meta(world):
    """The template is one that the simulated Meta approved long ago."""
    texts = [creation_body(as_metas(TEMPLATE, each)) for each in TEMPLATE.texts]
    world.meta.post("known_templates", {"templates": texts})
    yield
    address = f"{world.meta.url}/v26.0/{DEFAULT_WABA_ID}/message_templates"
    token = {"Authorization": f"Bearer {sandbox_token(SANDBOX_SECRET)}"}
    gone = Request(f"{address}?name={TEMPLATE.name}", method="DELETE", headers=token)
    assert json.load(urlopen(gone))["success"]


@pytest.fixture
def store(world, terminal, shopify, request, known_at_meta, tmp_path):
    opened = {"automations": ["cart_reminder"], "timezone": "Etc/UTC"}
    shelf = Left(world, terminal, shopify, request.node.name, **opened)
    world.agree(scope=Scope.MARKETING, act=Act.CONFIRMED, domain=shelf.domain)
    shelf.connect()
    shelf.turns()
    shelf.shows(tmp_path / "flow.json", show="products")
    shelf.approve("de", "ko", "en")
    return shelf


def test_what_was_left_is_shown_out_of_the_catalog(store):
    store.leave(APRON, MUG, TRAY)

    assert store.sent.template == TEMPLATE.name
    seen = store.seen
    assert [each["retailer_id"] for each in seen["products"]] == [
        *(str(APRON), str(MUG), str(TRAY)),
    ]
    assert seen["language"] == "de"
    assert [each["type"] for each in seen["content"]["buttons"]] == ["MPM"]
    assert "/l/" in seen["content"]["body"]
    assert "Abmelden mit STOPP" in seen["content"]["footer"]
    said = store.why()
    assert "It shows 3 of these things out of the catalog." in said
    assert "Hier können Sie es sich noch einmal ansehen." in said


def test_what_meta_does_not_show_is_left_out(store):
    tray = next(p for p in store.products() if p["variants"][0]["id"] == TRAY)
    store.changes(id=tray["id"], status="DRAFT")
    store.turns(12)

    store.leave(APRON, MUG, TRAY)

    assert [each["retailer_id"] for each in store.seen["products"]] == [
        *(str(APRON), str(MUG)),
    ]


def test_of_fewer_than_two_things_none_is_shown(store):
    store.leave(APRON)

    assert store.sent.template == PLAIN
    assert "fewer than two of these things were in the catalog" in store.why()


def test_what_is_sold_out_is_not_shown(store):
    mug = next(p for p in store.products() if p["variants"][0]["id"] == MUG)
    store.changes(id=mug["id"], variants=[{"id": MUG, "stock": 0}])
    store.turns(12)

    store.leave(APRON, MUG)

    assert store.sent.template == PLAIN


@pytest.mark.parametrize(
    "row", [{"state": "PENDING"}, {"state": "PAUSED"}, {"category": "UTILITY"}]
)
def test_in_a_language_that_meta_has_not_approved_it_goes_out_plain(store, row):
    store.approve("de", **row)

    store.leave(APRON, MUG)

    assert (store.sent.template, store.sent.language) == (PLAIN, "de")
    assert "Meta has not approved the template for that" in store.why()


def test_an_account_that_shows_another_catalog_shows_nothing(store):
    store.connect(account_id="999")

    store.leave(APRON, MUG)

    assert store.sent.template == PLAIN
    assert "shows no catalog of the store" in store.why()


def test_where_meta_refuses_to_show_it_the_reminder_comes_all_the_same(store):
    """Somebody has taken a thing out of the catalog, and nobody here knows."""
    gone = {"catalog_id": store.catalog_id, "retailer_id": str(MUG), "deleted": True}
    store.world.meta.post("catalog_items", gone)

    store.leave(APRON, MUG)
    [message] = store.world.messages
    assert (message.state, message.reason) == ("waiting", "meta_131009")
    store.world.pass_time(timedelta(minutes=2))

    assert (store.sent.template, store.sent.attempt) == (PLAIN, 2)
    assert "Meta had refused to show them" in store.why()
    assert len(store.world.accepted) == 1


def test_a_step_that_shows_nothing_says_nothing_of_it(store, tmp_path):
    store.shows(tmp_path / "flow.json")

    store.leave(APRON, MUG)

    assert store.sent.template == PLAIN
    assert "It shows" not in store.why()


@pytest.mark.parametrize(
    ("flow", "step", "mistake"),
    [
        ("cart_reminder", {"show": "cards"}, "steps[0].show"),
        ("payment_pending", {"message": "payment_pending"}, "shows no products"),
        (
            "cart_reminder",
            {"message": "cart_offer", "offer": {"percent": 10}},
            "cart_offer shows no products",
        ),
    ],
)
def test_what_cannot_show_products_is_refused_with_its_place(
    world, terminal, tmp_path, flow, step, mistake
):
    world.open_shop()
    file = tmp_path / "flow.json"
    file.write_text(json.dumps({"steps": [{**STEP, "show": "products", **step}]}))

    assert mistake in terminal.refused("flow", "set", SHOP, flow, str(file))


def test_its_template_is_submitted_for_a_store_that_chose_it_and_no_other(
    world, terminal, tmp_path
):
    """250 templates are all that an unverified account may have."""
    serial = next(_SERIAL)
    account = {
        "waba_id": f"93{serial:013}",
        "phone_number_id": f"94{serial:013}",
        "token": f"EAAP-{serial}",
        "display_phone_number": f"+1 555-015-{serial:04}",
    }
    world.meta.post("accounts", account)
    terminal.run("shop", "add", SHOP, "--access-token", TOKEN)
    terminal.run("shop", "set", SHOP, "languages=de,ko")
    ids = ("--waba-id", account["waba_id"])
    ids += ("--phone-number-id", account["phone_number_id"])
    terminal.run("shop", "whatsapp", SHOP, *ids, "--token", account["token"])

    def submitted():
        account = account_at(world.settings)
        reviewing.look_after_templates(account, services=world.services)
        rows = world.rows("templates")
        return {each.language for each in rows if each.name == TEMPLATE.name}

    world.now += 2 * HOUR
    assert submitted() == set()
    file = tmp_path / "flow.json"
    file.write_text(json.dumps({"steps": [{**STEP, "show": "products"}]}))
    terminal.run("flow", "set", SHOP, "cart_reminder", str(file))
    assert submitted() == {"de", "ko"}
