"""A store and its number are connected by the command line, once or again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.values import ShopDomain
from sandbox.meta.accounts import DEFAULT_NUMBER_ID, DEFAULT_WABA_ID
from storage import numbers
from tests.flows.terminal import META_TOKEN, TOKEN, subscriptions
from tests.world import NOON, SHOP
from wiring.outside import can_be_reached, store_at

# Connecting a store


def test_a_store_is_connected_with_its_webhooks_and_twice_changes_nothing(
    world, terminal, shopify
):
    domain = "never-seen.myshopify.com"
    shopify.post("shops", {"domain": domain, "name": "Ada's Things", "token": TOKEN})

    first = terminal.json("shop", "add", domain, "--access-token", TOKEN)
    before = subscriptions(shopify, domain)
    second = terminal.json("shop", "add", domain, "--access-token", "-", stdin=TOKEN)

    assert first["name"] == "Ada's Things"
    assert first["timezone"] == "Europe/Berlin"
    assert sorted(first["webhooks"]["created"]) == before
    assert second["webhooks"]["created"] == []
    assert sorted(second["webhooks"]["already"]) == before
    assert subscriptions(shopify, domain) == before
    assert len(world.rows("shops")) == 1
    assert TOKEN.encode() not in world.rows("shops")[0].token


def test_a_token_that_shopify_refuses_connects_nothing(world, terminal):
    said = terminal.refused("shop", "add", SHOP, "--access-token", "shpat_wrong")

    assert said.startswith("Error: Shopify: the access token is not valid")
    assert world.rows("shops") == []


@pytest.mark.parametrize(
    "domain",
    ["ada", "evil.myshopify.com.example.net", "ada.myshopify.com/x", "a b"],
)
def test_what_is_no_store_is_refused_in_one_line(terminal, domain):
    said = terminal.refused("shop", "add", domain, "--access-token", TOKEN)

    assert "your-store.myshopify.com" in said


def test_half_of_the_credentials_is_refused(terminal):
    assert "--access-token" in terminal.refused("shop", "add", SHOP)
    assert "--client-secret" in terminal.refused(
        "shop", "add", SHOP, "--client-id", "1"
    )


def test_an_address_that_shopify_cannot_reach_gets_no_webhooks_and_says_so(
    world, terminal
):
    real = replace(
        terminal.settings,
        shopify_admin_origin="https://{shop}",
        app_url="http://127.0.0.1:8000",
    )

    assert not can_be_reached(real)
    assert can_be_reached(replace(real, app_url="https://sosik.example.com"))
    assert can_be_reached(terminal.settings)
    assert store_at(real, world.services).subscribe(ShopDomain(SHOP), TOKEN) is None


# Connecting WhatsApp


def _whatsapp(*more: str) -> tuple[str, ...]:
    account = ("--waba-id", DEFAULT_WABA_ID, "--phone-number-id", DEFAULT_NUMBER_ID)
    return ("shop", "whatsapp", SHOP, *account, *more)


def test_a_number_is_connected_with_all_our_templates(world, terminal):
    terminal.run("shop", "add", SHOP, "--access-token", TOKEN)

    done = terminal.json(*_whatsapp("--token", META_TOKEN))

    assert done["display_phone"] == "+1 555-013-0100"
    assert {(t["name"], t["language"]) for t in done["templates"]} == {
        (a.template.name, language)
        for a in world.services.automations.values()
        for language in a.template.texts
    }
    assert {t["state"] for t in done["templates"]} == {"APPROVED"}
    assert not any(t["submitted_now"] for t in done["templates"])
    assert len(world.rows("templates")) == len(done["templates"])


def test_templates_that_are_missing_are_submitted_once(world, terminal):
    terminal.run("shop", "add", SHOP, "--access-token", TOKEN)
    number = {
        "waba_id": "900000000000001",
        "phone_number_id": "900000000000002",
        "token": "EAAN-new",
        "display_phone_number": "+1 555-013-0101",
    }
    world.meta.post("accounts", number)
    words = ("shop", "whatsapp", SHOP, "--waba-id", number["waba_id"])
    words += ("--phone-number-id", number["phone_number_id"], "--token", "EAAN-new")

    first, second = terminal.json(*words), terminal.json(*words)

    assert all(t["submitted_now"] for t in first["templates"])
    assert not any(t["submitted_now"] for t in second["templates"])
    assert {t["state"] for t in second["templates"]} == {"APPROVED"}
    assert {row.state for row in world.rows("templates")} == {"APPROVED"}


def test_connecting_anew_frees_a_number_that_was_held_back(world, terminal):
    shop_id = world.open_shop()
    with world.services.transactions.for_shop(shop_id) as tx:
        until = NOON + timedelta(days=1)
        numbers.park(tx, shop_id, DEFAULT_NUMBER_ID, until=until, because="meta_190")

    terminal.run(*_whatsapp("--token", META_TOKEN))

    assert world.rows("numbers")[0].parked_until is None


def test_a_token_that_meta_refuses_connects_no_number(world, terminal):
    terminal.run("shop", "add", SHOP, "--access-token", TOKEN)

    said = terminal.refused(*_whatsapp("--token", "wrong"))

    assert said.startswith("Error: Meta: ")
    assert "meta_190" in said
    assert world.rows("numbers") == []


def test_a_number_needs_its_store_first(terminal):
    said = terminal.refused(*_whatsapp("--token", META_TOKEN))

    assert said == f"Error: {SHOP} is not connected: see ./sosik shop add --help"
