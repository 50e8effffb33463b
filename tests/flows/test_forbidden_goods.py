"""Nobody is reminded of a cart that holds what may not be sold on WhatsApp."""

import json
from datetime import timedelta

import pytest

from core.values import Act, Scope
from tests import samples
from tests.wire.shopify_bodies import example
from tests.world import PHONE, SHOP

HOUR, PRODUCT = timedelta(hours=1), 4711


@pytest.fixture
def world(world, tmp_path):
    automations = ["cart_reminder", "order_confirmation"]
    world.open_shop(automations=automations, timezone="Etc/UTC")
    _set_flow(world, tmp_path)
    world.agree(scope=Scope.MARKETING, act=Act.CONFIRMED)
    world.agree()
    return world


def _set_flow(world, tmp_path):
    steps = [
        {"key": key, "message": "cart_reminder", "after_minutes": minutes}
        for key, minutes in (("first", 60), ("second", 600))
    ]
    file = tmp_path / "flow.json"
    file.write_text(json.dumps({"holdout": 0, "steps": steps}))
    _run(world, "flow", "set", SHOP, "cart_reminder", str(file))


def _run(world, *words):
    done = world.app.test_cli_runner().invoke(args=words)
    assert done.exit_code == 0, done.output
    return done.output


def _catalog(world, what, *words):
    return _run(world, "catalog", what, SHOP, *words)


def _leave(world, title, topic="checkouts/create"):
    body = example(topic, phone=PHONE, updated_at=world.now.isoformat())
    first, *others = body["line_items"]
    items = [*others, {**first, "title": title, "product_id": PRODUCT}]
    assert world.shopify_says(topic, {**body, "line_items": items}) == 200
    world.work()


def _outcomes(world):
    return [(row.state, row.reason) for row in world.messages]


def test_a_cart_with_something_forbidden_is_told_to_nobody(world):
    _leave(world, "Old Cellar Red Wine 2015")

    world.pass_time(2 * HOUR)

    assert ("skipped", "goods_forbidden") in _outcomes(world)
    assert world.accepted == []


def test_why_names_the_category_and_the_word(world):
    _leave(world, "Old Cellar Red Wine 2015")
    world.pass_time(2 * HOUR)

    said = _run(world, "why", SHOP, "--message", world.messages[0].id)

    assert "alcohol: red wine" in said
    assert "goods_forbidden" in said


@pytest.mark.parametrize("title", ["Wine glass", "Stoneware mug"])
def test_a_cart_of_other_things_is_told(world, title):
    _leave(world, title)

    world.pass_time(2 * HOUR)

    assert len(world.accepted) == 1


def test_what_the_owner_allows_is_told(world):
    _catalog(world, "allow", str(PRODUCT), "--reason", "A candle called so")
    _leave(world, "Red Wine")

    world.pass_time(2 * HOUR)

    assert len(world.accepted) == 1


def test_what_the_owner_withholds_is_not_told_until_that_is_taken_back(world):
    _catalog(world, "withhold", str(PRODUCT), "--reason", "Aged in rum casks")
    _leave(world, "Stoneware mug")
    world.pass_time(2 * HOUR)
    assert ("skipped", "goods_forbidden") in _outcomes(world)

    _catalog(world, "reset", str(PRODUCT))
    _leave(world, "Stoneware mug", topic="checkouts/update")
    for _ in range(25):
        world.pass_time(HOUR)

    assert len(world.accepted) == 1


def test_a_later_step_looks_at_the_cart_as_it_is_then(world):
    _leave(world, "Red Wine")
    world.pass_time(2 * HOUR)
    _leave(world, "Stoneware mug", topic="checkouts/update")
    for _ in range(25):
        world.pass_time(HOUR)

    assert _outcomes(world)[0] == ("skipped", "goods_forbidden")
    assert len(world.accepted) == 1


def test_an_order_of_the_same_thing_is_confirmed(world):
    wine = {"id": 1, "product_id": PRODUCT, "title": "Red Wine", "quantity": 1}
    order = samples.order(placed_at=world.now, line_items=[wine])

    assert world.shopify_says("orders/create", order) == 200
    world.work()

    assert [row.state for row in world.messages] == ["sent"]


def test_the_replay_counts_what_would_not_have_been_told(world):
    _leave(world, "Red Wine")
    world.pass_time(30 * HOUR)

    played = json.loads(_run(world, "flow", "replay", SHOP, "cart_reminder", "--json"))

    reasons = [each["reason"] for each in played["messages"]]
    assert "goods_forbidden" in reasons
    assert {each["state"] for each in played["messages"]} == {"skipped"}


def test_what_was_said_is_kept_with_whose_word_it_is_and_the_last_one_counts(world):
    _catalog(world, "allow", str(PRODUCT), "--reason", "One")
    _catalog(world, "withhold", str(PRODUCT), "--reason", "  Two  ")

    (said,) = _catalog(world, "overrules", "--json").splitlines()
    told = json.loads(said)

    assert (told["product_id"], told["is_allowed"]) == (PRODUCT, False)
    assert told["reason"] == "Two"
    assert told["actor"]
    doing = [row.doing for row in world.rows("audit")]
    assert f"catalog allow {PRODUCT} of {SHOP}" in doing
    assert f"catalog withhold {PRODUCT} of {SHOP}" in doing
    assert str(PRODUCT) in _catalog(world, "overrules")


@pytest.mark.parametrize(
    "words",
    [
        ("allow", SHOP, str(PRODUCT)),
        ("allow", SHOP, str(PRODUCT), "--reason", "  "),
        ("withhold", SHOP, str(PRODUCT), "--reason", "x" * 501),
        ("allow", SHOP, "0", "--reason", "x"),
        ("allow", SHOP, "a mug", "--reason", "x"),
        ("reset", SHOP, str(PRODUCT)),
        ("allow", "nobody.myshopify.com", "1", "--reason", "x"),
    ],
)
def test_what_cannot_be_said_is_refused_and_kept_nowhere(world, words):
    done = world.app.test_cli_runner().invoke(args=("catalog", *words))

    assert done.exit_code != 0
    assert len(world.rows("policy_overrules")) == 0


def test_a_title_can_be_tried(world):
    assert "may be offered" in _run(world, "catalog", "check", "Wine glass")
    said = _run(world, "catalog", "check", "Old 9", "--type", "Whisky", "--json")

    assert json.loads(said) == {
        "is_forbidden": True,
        "category": "alcohol",
        "because": "whisky",
        "field": "product_type",
    }
    assert "alcohol" in _run(world, "catalog", "check", "Whisky")
