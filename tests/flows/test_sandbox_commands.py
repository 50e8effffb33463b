"""The simulated store is connected by itself, and played from the command line."""

import os
import subprocess
import sys
from dataclasses import replace

import pytest
from flask import Flask

from core.values import ShopDomain
from notifications import installing, setting_automations
from sandbox import seed
from sandbox.shopify.shops import DEFAULT_SHOP
from storage import access
from tests import samples
from tests.flows.terminal import subscriptions
from tests.shopify_signs import id_token
from webapp import commands
from wiring.children import ROOT
from wiring.outside import store_at


def test_the_sandbox_is_connected_once_and_then_found_connected(
    world, terminal, shopify
):
    seed.seed(terminal.settings, world.services)
    kept = ("shops", "templates", "automations", "audit")
    first = [world.rows(table) for table in kept]
    seed.seed(terminal.settings, world.services)

    assert [world.rows(table) for table in kept] == first
    switched = {row.name: row.enabled for row in world.rows("automations")}
    assert switched == dict.fromkeys(setting_automations.switched(world.services), True)
    assert {row.state for row in world.rows("templates")} == {"APPROVED"}
    assert len(subscriptions(shopify, DEFAULT_SHOP)) == len(
        set(subscriptions(shopify, DEFAULT_SHOP))
    )


def test_the_sandbox_follows_to_another_port(world, terminal, shopify):
    seed.seed(terminal.settings, world.services)
    moved = replace(terminal.settings, app_url="http://127.0.0.1:10")
    seed.seed(moved, world.services)

    [shop] = [s for s in shopify.get("state")["shops"] if s["domain"] == DEFAULT_SHOP]
    assert {each["uri"] for each in shop["subscriptions"]} == {
        "http://127.0.0.1:10/webhooks/shopify"
    }


def test_the_sandbox_stays_installed_when_its_owner_has_opened_the_app(
    world, terminal, shopify
):
    seed.seed(terminal.settings, world.services)
    [row] = world.rows("shops")
    with world.services.transactions.for_shop(row.id) as tx:
        access.note_lost(tx, row.id, because="shopify_401", now=world.now)
    installing.open_app(
        ShopDomain(DEFAULT_SHOP),
        id_token(shop=DEFAULT_SHOP, at=world.now),
        store=store_at(terminal.settings, world.services),
        services=world.services,
    )
    seed.seed(terminal.settings, world.services)

    [row] = world.rows("shops")
    assert row.token_kind == "expiring"
    assert subscriptions(shopify, DEFAULT_SHOP) == []


def test_the_sandbox_sells_and_ships_and_says_what_to_type_next(
    world, terminal, shopify
):
    seed.seed(terminal.settings, world.services)

    placed = terminal.run("sandbox", "order", "--locale", "ko")
    name = terminal.json("sandbox", "order", "--no-consent")["order"]
    shipped = terminal.run("sandbox", "ship", name, "--late-tracking")

    assert f"./sosik why {DEFAULT_SHOP} --order" in placed
    assert "is on its way" in shipped
    assert "has no order 9" in terminal.refused("sandbox", "ship", "9")


def test_the_phone_shows_what_the_buyer_reads(world, terminal):
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()

    said = terminal.run("sandbox", "phone")

    assert "Order #1001 confirmed" in said
    assert "Hello Ada, thank you for your order" in said


@pytest.mark.parametrize("words", [["--help"], ["sandbox", "--help"]])
def test_its_help_is_there_whether_it_runs_or_not(words, tmp_path):
    environment = {"PATH": os.defpath, "PYTHONPATH": str(ROOT), "SANDBOX": "0"}

    said = subprocess.run(
        [sys.executable, "-P", "-m", "wiring.command", *words],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert "Play the simulated store and phone." in said


def test_before_the_sandbox_runs_its_commands_say_how_to_start_it(world, terminal):
    early = Flask("early")
    settings = replace(
        terminal.settings, sandbox=True, sandbox_shopify_url=None, sandbox_secret=None
    )

    commands.register(early, settings, world.services)
    done = early.test_cli_runner().invoke(args=["sandbox", "order"])

    assert done.exit_code == 1
    assert "start it with ./sosik up" in done.stderr


def test_the_sandbox_is_no_command_of_a_real_installation(world, terminal):
    real = Flask("real")

    commands.register(real, replace(terminal.settings, sandbox=False), world.services)

    assert "sandbox" not in real.cli.commands
    assert "shop" in real.cli.commands
