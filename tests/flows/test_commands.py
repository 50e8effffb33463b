"""The command line, run as an operator runs it, over real servers and simulators."""

import csv
import io
import re
from datetime import timedelta

import pytest
from rich.console import Console

from tests import samples
from tests.flows.terminal import (
    META_TOKEN,
)
from tests.world import PHONE, SHOP, World
from webapp.commands import showing

# Settings


def test_settings_are_set_together(world, terminal):
    world.open_shop()

    terminal.run(
        *("shop", "set", SHOP, "transactional_consent=purchase", "throughput=40"),
        *("languages=ko, en", "timezone=Asia/Seoul", "purchase_wording=We tell you."),
    )

    shown = terminal.json("shop", "show", SHOP)
    assert shown["transactional_consent"] == "purchase"
    assert shown["throughput"] == 40
    assert shown["languages"] == ["ko", "en"]
    assert shown["timezone"] == "Asia/Seoul"
    assert shown["purchase_wording"] == "We tell you."


@pytest.mark.parametrize(
    "wrong",
    [
        "transactional_consent=never",
        "throughput=0",
        "throughput=1001",
        "throughput=٣",
        "languages=en,tlh",
        "timezone=Mars/Olympus",
        "purchase_wording=",
        "colour=red",
    ],
)
def test_a_wrong_setting_is_named_and_nothing_is_half_set(world, terminal, wrong):
    world.open_shop()

    said = terminal.refused("shop", "set", SHOP, "throughput=7", wrong)

    assert said.startswith(f"Error: {wrong.partition('=')[0]} ")
    assert world.rows("shops")[0].throughput == 80


def test_no_command_shows_a_token(world, terminal):
    world.open_shop(client_secret="the-clients-own-secret")

    said = terminal.run("shop", "show", SHOP) + terminal.run("shop", "list")
    said += terminal.run("shop", "show", SHOP, "--json")
    said += terminal.run("shop", "list", "--json")

    assert "shpat_test" not in said
    assert META_TOKEN not in said
    assert "the-clients-own-secret" not in said


def test_all_automations_are_switched_by_one_command(world, terminal):
    world.open_shop(automations=False)
    before = terminal.run("automation", "list", SHOP)

    terminal.run("automation", "set", SHOP, "--all", "--enabled")
    after = terminal.run("automation", "list", SHOP)

    assert "--all --enabled" in before
    assert "All of them are on." in after
    rows = terminal.lines("automation", "list", SHOP, "--json")
    assert {row["enabled"] for row in rows} == {True}
    for words in ([], ["order_confirmation", "--all"]):
        said = terminal.refused("automation", "set", SHOP, *words, "--enabled")
        assert "or --all" in said


def test_automations_are_switched_and_set(world, terminal):
    world.open_shop(automations=False)
    name = "parcel_on_its_way"

    config = '{"wait_for_tracking_minutes": 5}'
    terminal.run("automation", "set", SHOP, name, "--enabled", "--config", config)
    terminal.run("automation", "set", SHOP, "order_confirmation", "--enabled")
    terminal.run("automation", "set", SHOP, "order_confirmation", "--disabled")

    rows = {
        row["name"]: row for row in terminal.lines("automation", "list", SHOP, "--json")
    }
    assert rows[name]["enabled"] is True
    assert rows[name]["config"]["wait_for_tracking_minutes"] == 5
    assert rows["order_confirmation"]["enabled"] is False


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ('{"wait_for_tracking_minutes": 61}', "wait_for_tracking_minutes must be"),
        ('{"wait": 1}', "wait is not a setting"),
        ("[]", "--config is not a JSON object"),
        ("{", "--config is not JSON"),
    ],
)
def test_a_wrong_config_is_refused_with_the_reason(world, terminal, config, named):
    world.open_shop(automations=False)

    said = terminal.refused(
        *("automation", "set", SHOP, "parcel_on_its_way", "--enabled"),
        *("--config", config),
    )

    assert said.startswith(f"Error: {named}")
    assert world.rows("automations") == []


# Consent


def test_consent_is_written_down_with_its_wording_and_taken_back(world, terminal):
    world.open_shop()
    about = (SHOP, PHONE, "--scope", "marketing")

    terminal.run("consent", "grant", *about, "--source", "till", "--wording", "Offers?")
    world.now += timedelta(minutes=1)
    after = terminal.json("consent", "revoke", *about)

    assert after["now"] == {"transactional": None, "marketing": "revoked"}
    granted, revoked = after["history"]
    assert (granted["source"], granted["wording"]) == ("till", "Offers?")
    assert "recorded_by" in granted["evidence"]
    assert revoked["act"] == "revoked"


def test_consent_granted_here_lets_a_message_through(world, terminal):
    world.open_shop()
    terminal.run(
        *("consent", "grant", SHOP, "0151 12345678", "--scope", "transactional"),
        *("--source", "phone call", "--wording", "May we write to you?"),
    )

    world.shopify_says("orders/create", samples.order(agreed=None))
    world.work()

    assert len(world.accepted) == 1


def test_what_is_no_phone_is_refused_without_repeating_it(world, terminal):
    world.open_shop()

    said = terminal.refused("consent", "show", SHOP, "not-a-number-12")

    assert "PHONE is no number" in said
    assert "12" not in said


def test_yeses_that_came_with_orders_are_no_contradiction(world, terminal):
    world.open_shop()
    for number in (1, 2):
        order = samples.order(
            order_id=number,
            name=f"#{number}",
            placed_at=world.now - timedelta(minutes=number),
        )
        world.shopify_says("orders/create", order)
    world.work()

    said = terminal.run("consent", "show", SHOP, PHONE)

    assert "no standing yes; agreed with 2 orders" in said
    assert "marketing): nothing said" in said
    assert "when (Europe/Berlin)" in said


# Events and messages


@pytest.mark.parametrize("what", ["messages", "events"])
def test_an_id_is_never_cut_and_times_have_their_zone(
    world, terminal, what, monkeypatch
):
    world.open_shop(automations=True)
    world.shopify_says("orders/create", samples.order(agreed=True))
    world.work()
    monkeypatch.setattr(showing, "_console", lambda _width: Console(width=60))

    said = terminal.run(what, "list")
    of_one = terminal.run(what, "list", "--shop", SHOP)

    [row] = terminal.lines(what, "list", "--json")
    assert re.search(rf"^{row['id']} ", said, re.MULTILINE)
    assert "(UTC)" in said.splitlines()[0]
    assert "(Europe/Berlin)" in of_one.splitlines()[0]


def test_templates_are_counted_and_those_that_meta_objects_to_are_named(
    world, terminal
):
    shop_id = world.open_shop()
    with world.services.transactions.for_shop(shop_id) as tx:
        tx.connection.exec_driver_sql(
            "UPDATE templates SET state = 'PAUSED' WHERE language = 'de'"
            " AND name LIKE %s",
            ("sosik_order_confirmation%",),
        )

    said = terminal.run("shop", "show", SHOP)

    assert re.search(r"de +PAUSED +1\b", said)
    assert said.count("sosik_") == 1


def test_events_are_listed_and_read_once_more(world, terminal):
    world.open_shop()
    world.shopify_says("orders/create", b"[]")
    world.shopify_says("orders/create", samples.order())
    world.work()

    [stuck] = terminal.lines("events", "list", "--state", "stuck", "--json")
    terminal.run("events", "retry", str(stuck["id"]))
    hinted = world.waiting_jobs()
    world.work()

    assert stuck["reason"].startswith("UnreadablePayload")
    assert hinted == 1
    assert len(terminal.lines("events", "list", "--shop", SHOP, "--json")) == 2
    assert len(terminal.lines("events", "list", "--limit", "1", "--json")) == 1
    assert "there is no event 99999999" in terminal.refused(
        "events", "retry", "99999999"
    )


def test_messages_are_listed_by_shop_and_state(world, terminal):
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    no = samples.order(order_id=2, name="#1002", agreed=False)
    world.shopify_says("orders/create", no)
    world.work()

    skipped = terminal.lines("messages", "list", "--state", "skipped", "--json")
    everything = terminal.lines("messages", "list", "--shop", SHOP, "--json")

    assert [row["order_name"] for row in skipped] == ["#1002"]
    assert {row["state"] for row in everything} == {"sent", "skipped"}
    assert "The buyer has not agreed" in terminal.run("messages", "list")
    in_korean = terminal.run("messages", "list", "--language", "ko")
    assert "건너뜀" in in_korean
    assert "The buyer has not agreed" not in in_korean


def test_every_message_of_a_shop_is_exported_and_of_no_other(
    world, terminal, monkeypatch
):
    monkeypatch.setattr("webapp.commands.messages._PAGE", 2)
    world.open_shop("bob.myshopify.com", number=None, automations=True)
    world.open_shop()
    for number in range(5):
        order = samples.order(order_id=number + 1, name=f"#{number + 1}")
        world.shopify_says("orders/create", order)
    other = samples.order(order_id=77)
    world.shopify_says("orders/create", other, domain="bob.myshopify.com")
    world.work()

    exported = terminal.lines("messages", "export", SHOP)

    assert sorted(row["order_id"] for row in exported) == [1, 2, 3, 4, 5]
    assert all(row["to"] == PHONE for row in exported)
    assert all("Ada" in row["text"] for row in exported if row["state"] == "sent")


def test_no_spreadsheet_runs_what_a_buyer_chose(world, terminal):
    world.open_shop()
    order = samples.order(name='=HYPERLINK("x")')
    world.shopify_says("orders/create", order)
    world.work()

    said = terminal.run("messages", "export", SHOP, "--csv")

    [row] = csv.DictReader(io.StringIO(said))
    assert row["order_name"] == '\'=HYPERLINK("x")'
    assert row["to"] == f"'{PHONE}"


def _one_unsure(world: World) -> str:
    world.open_shop()
    world.meta.post("settings", {"faults": [{"kind": "reset_after", "next": 1}]})
    world.shopify_says("orders/create", samples.order())
    world.work()
    world.meta.post("settings", {"faults": []})
    assert world.message.state == "unsure"
    return str(world.message.id)


@pytest.mark.parametrize(
    ("word", "state"),
    [("--arrived", "sent"), ("--send-again", "waiting"), ("--drop", "cancelled")],
)
def test_a_person_settles_what_nobody_knows(world, terminal, word, state):
    unsure = _one_unsure(world)

    terminal.run("messages", "settle", unsure, word)

    assert (world.message.state, world.message.reason) == (state, "decided_by_person")
    assert world.message.story[-1]["actor"]


def test_only_what_is_unsure_can_be_settled(world, terminal):
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()

    said = terminal.refused("messages", "settle", world.message.id, "--send-again")

    assert "is sent: only what is unsure can be settled" in said
    assert len(world.accepted) == 1


# What every command does


def test_what_an_operator_does_across_shops_is_on_record(world, terminal):
    world.open_shop()
    before = len(world.rows("audit"))

    terminal.run("shop", "list")
    terminal.run("automation", "list", SHOP)
    terminal.run("events", "list")

    rows = world.rows("audit")[before:]
    assert [row.doing for row in rows] == [
        "shop list",
        f"automation list {SHOP}",
        "events list",
    ]
    assert {row.crossing for row in rows} == {"operating"}
    assert all(row.actor for row in rows)


@pytest.mark.parametrize(
    "words",
    [
        ("shop", "show"),
        ("shop", "set", "x=1"),
        ("automation", "list"),
        ("consent", "show", PHONE),
        ("why", "--order", "1"),
        ("messages", "export"),
    ],
)
def test_a_store_that_is_not_connected_is_one_line(terminal, words):
    name, *rest = words
    group = [name] if name == "why" else [name, rest.pop(0)]

    said = terminal.refused(*group, "nobody.myshopify.com", *rest)

    assert "x is not a setting" in said or "is not connected" in said


def test_every_command_has_help(terminal):
    app = terminal._app
    for name, command in app.cli.commands.items():
        assert command.get_short_help_str()
        for sub in getattr(command, "commands", {}):
            said = app.test_cli_runner().invoke(args=[name, sub, "--help"])
            assert said.exit_code == 0
            assert "Usage:" in said.stdout
