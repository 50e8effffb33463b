"""Who asks for a product in a chat is shown it, where it is beyond doubt."""

import pytest

from tests.flows.shelf import Shelf
from tests.world import PHONE


class Asked(Shelf):
    """A store with a catalog, to which somebody writes."""

    def says(self, text, message_id="wamid.A", **said):
        told = {"type": "text", "text": {"body": text}, **said}
        self.world.person_says(told, phone=PHONE, message_id=message_id)
        self.world.work()
        self.world.look()

    @property
    def answers(self):
        count = len(self.world.accepted)
        return [e["content"] for e in self.world.meta.get("messages")["data"][:count]]

    @property
    def outcome(self):
        [*_, row] = [r for r in self.world.rows("webhooks") if r.source == "meta"]
        return row.outcome


PRICE = {"price": "1.00"}


def ids_of(section):
    return [int(each["product_retailer_id"]) for each in section["product_items"]]


@pytest.fixture
def store(world, terminal, shopify, request):
    shelf = Asked(world, terminal, shopify, request.node.name)
    world.meta.post("inbound", {"from": PHONE, "text": "hi"})  # opens the window
    shelf.hat = shelf.puts(
        title="Wool hat",
        variants=[
            {"title": "S", "price": "20.00", "options": {"Size": "S"}},
            {"title": "M", "price": "20.00", "options": {"Size": "M"}},
            {"title": "L", "price": "20.00", "options": {"Size": "L"}, "stock": 0},
        ],
    )
    shelf.connect()
    shelf.turns()
    return shelf


def test_a_link_to_a_variant_is_answered_with_its_card(store):
    variant = store.hat["variants"][1]["id"]

    store.says(f"https://{store.domain}/products/wool-hat?variant={variant}")

    [answer] = store.answers
    assert answer["type"] == "product"
    assert answer["action"]["product_retailer_id"] == str(variant)
    assert answer["action"]["catalog_id"] == store.catalog_id
    assert answer["body"]["text"].startswith("Hier ist der Artikel von ")


def test_a_name_is_answered_with_all_that_it_comes_in_and_can_be_bought(store):
    store.says("Haben Sie Wool hat?")

    [answer] = store.answers
    assert answer["type"] == "product_list"
    [section] = answer["action"]["sections"]
    shown = [each["product_retailer_id"] for each in section["product_items"]]
    assert shown == [str(each["id"]) for each in store.hat["variants"][:2]]
    assert answer["header"]["text"] == "Wool hat"
    assert store.outcome["reply"].startswith("reply:product:")


def test_the_same_message_twice_is_answered_once(store):
    store.says("Wool hat?")
    store.says("Wool hat?")

    assert len(store.answers) == 1


def test_what_is_sold_out_is_left_to_a_person_and_the_outcome_says_why(store):
    variant = store.hat["variants"][2]["id"]

    store.says(f"https://{store.domain}/products/wool-hat?variant={variant}")

    assert store.answers == []
    assert store.outcome["product_question"] == "sold_out"


def test_what_is_not_in_the_catalog_is_left_to_a_person(store):
    store.changes(id=store.hat["id"], status="DRAFT")
    store.turns(12)

    store.says("Wool hat?")

    assert store.answers == []
    assert store.outcome["product_question"] == "not_in_catalog"


def test_two_of_one_name_are_shown_together_under_their_kinds(store):
    other = store.changes(title="Wool hat", kind="Kids", variants=[PRICE])
    store.turns(12)

    store.says("wool hat")

    [answer] = store.answers
    assert answer["type"] == "product_list"
    [kids, rest] = answer["action"]["sections"]
    assert (kids["title"], rest["title"]) == ("Kids", "Weiteres")
    assert ids_of(kids) == [other["variants"][0]["id"]]
    assert ids_of(rest) == [each["id"] for each in store.hat["variants"][:2]]
    assert answer["body"]["text"].endswith("hat mehreres, das Sie suchen könnten:")


def test_who_asks_for_a_kind_of_things_is_shown_what_there_is_of_it(store):
    for title in ("Red", "Blue", "Gone"):
        store.changes(title=title, kind="Gloves", variants=[PRICE])
    store.turns(12)
    gone = next(each for each in store.products() if each["title"] == "Gone")
    store.changes(id=gone["id"], status="DRAFT")
    store.turns(12)

    store.says("Haben Sie gloves?")

    [answer] = store.answers
    [section] = answer["action"]["sections"]
    told = {each["id"]: p["title"] for p in store.products() for each in p["variants"]}
    assert [told[each] for each in ids_of(section)] == ["Red", "Blue"]


def test_who_asks_what_there_is_is_shown_the_catalog_once(store):
    store.says("Hallo! Was verkaufen Sie?")
    store.says("Hallo! Was verkaufen Sie?")

    [answer] = store.answers
    assert answer["type"] == "catalog_message"
    assert answer["body"]["text"].startswith("Das alles hat ")
    assert store.outcome["reply"].startswith("reply:product:")


def test_a_catalog_that_shows_nothing_is_left_to_a_person(store):
    for each in store.products():
        store.changes(id=each["id"], status="DRAFT")
    store.turns(12)

    store.says("catalog please")

    assert store.answers == []
    assert store.outcome["product_question"] == "not_in_catalog"


def test_conversation_is_answered_by_nobody_and_says_nothing_of_it(store):
    store.says("My wool hat has a hole, what can I do?")

    assert store.answers == []
    assert "product_question" not in store.outcome


def test_a_wish_is_a_wish_though_a_product_is_called_so(store):
    store.changes(title="Stop it", variants=[{"price": "1.00"}])
    store.turns(12)

    store.says("stop it")

    assert [row.told["says"] for row in store.world.rows("messages")] == ["stopped"]


def test_the_owner_may_have_nothing_of_that_answered(store):
    store.terminal.run("shop", "set", store.domain, "product_answers=off")

    store.says(f"https://{store.domain}/products/wool-hat")

    assert store.answers == []


def test_a_setting_that_there_is_not_is_refused(store):
    said = store.terminal.refused("shop", "set", store.domain, "product_answers=all")

    assert "off, links, names" in said
