"""The command line, run as an operator runs it, over real servers and simulators."""

import csv
import io
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from core.values import ShopDomain
from notifications import connecting
from sandbox import seed
from sandbox.control import Control
from sandbox.meta.accounts import DEFAULT_NUMBER_ID, DEFAULT_WABA_ID, sandbox_token
from sandbox.serving import running
from sandbox.shopify.shops import DEFAULT_SHOP
from sandbox.shopify.simulator import ShopifySettings, ShopifySimulator
from storage import shops
from tests import samples
from tests.world import APP_SECRET, NOON, PHONE, SANDBOX_SECRET, SHOP, World
from webapp import commands
from wiring import doctor
from wiring.doctor import Finding
from wiring.outside import can_be_reached, store_at
from wiring.redis_safety import judged

TOKEN = "shpat_of_ada"
META_TOKEN = sandbox_token(SANDBOX_SECRET)


@pytest.fixture(scope="session")
def shopify(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Control]:
    """A simulated Shopify; its webhooks go to a port where nobody listens."""
    settings = ShopifySettings(
        data_dir=tmp_path_factory.mktemp("shopify"),
        secret=SANDBOX_SECRET,
        api_key="key",
        api_secret=APP_SECRET,
    )
    with running(ShopifySimulator(settings)) as control:
        yield control


class Terminal:
    """Runs commands and keeps what they said."""

    def __init__(self, world: World, shopify: Control) -> None:
        self.settings = replace(
            world.settings,
            app_url="http://127.0.0.1:9",
            shopify_admin_origin=f"{shopify.url}/{{shop}}",
            sandbox_shopify_url=shopify.url,
        )
        self._app = Flask("terminal")
        commands.register(self._app, self.settings, world.services)

    def run(self, *words: str, stdin: str | None = None) -> str:
        """Standard output of a command that must succeed."""
        done = self._app.test_cli_runner().invoke(args=words, input=stdin)
        assert done.exit_code == 0, done.stderr or done.output
        return done.stdout

    def refused(self, *words: str) -> str:
        """Standard error of a command that must be refused, which is one line."""
        done = self._app.test_cli_runner().invoke(args=words)
        assert done.exit_code != 0
        assert done.stdout == ""
        [line] = [x for x in done.stderr.splitlines() if x.startswith("Error")]
        assert "Traceback" not in done.stderr
        return line

    def json(self, *words: str, stdin: str | None = None) -> Any:
        return json.loads(self.run(*words, "--json", stdin=stdin))

    def lines(self, *words: str) -> list[Any]:
        said = self.run(*words)
        return [json.loads(line) for line in said.splitlines()]


@pytest.fixture
def terminal(world: World, shopify: Control) -> Terminal:
    shopify.post("shops", {"domain": SHOP, "name": "Ada's Things", "token": TOKEN})
    return Terminal(world, shopify)


def _subscriptions(shopify: Control, domain: str = SHOP) -> list[str]:
    [shop] = [s for s in shopify.get("state")["shops"] if s["domain"] == domain]
    return sorted(each["topic"] for each in shop["subscriptions"])


# Connecting a store


def test_a_store_is_connected_with_its_webhooks_and_twice_changes_nothing(
    world, terminal, shopify
):
    first = terminal.json("shop", "add", SHOP, "--access-token", TOKEN)
    before = _subscriptions(shopify)
    second = terminal.json("shop", "add", SHOP, "--access-token", "-", stdin=TOKEN)

    assert first["name"] == "Ada's Things"
    assert first["timezone"] == "Europe/Berlin"
    assert sorted(first["webhooks"]["created"]) == before
    assert second["webhooks"]["created"] == []
    assert sorted(second["webhooks"]["already"]) == before == _subscriptions(shopify)
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


def test_an_app_of_the_store_gets_tokens_that_are_renewed_in_time(
    world, terminal, shopify
):
    domain = "own-app.myshopify.com"
    shopify.post("shops", {"domain": domain, "client_id": "own", "client_secret": "s3"})
    terminal.run(
        *("shop", "add", domain, "--client-id", "own", "--client-secret", "-"),
        stdin="s3\n",
    )
    store = store_at(terminal.settings)
    [row] = world.rows("shops")

    def token() -> str:
        return connecting.fresh_token(row.id, store=store, services=world.services)

    first, again = token(), token()
    world.now += timedelta(hours=23, minutes=55)
    renewed = token()

    assert row.token_kind == "client_credentials"
    assert row.token_expires_at == NOON + timedelta(seconds=86_399)
    assert first == again
    assert renewed != first
    assert token() == renewed


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
    assert store_at(real).subscribe(ShopDomain(SHOP), TOKEN) is None


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
        shops.park(tx, shop_id, until=until, because="meta_190")

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
    assert rows[name]["config"] == {"wait_for_tracking_minutes": 5}
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


# Events and messages


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


# The sandbox


def test_the_sandbox_is_connected_once_and_quickly_found_connected(
    world, terminal, shopify
):
    seed.seed(terminal.settings, world.services)
    first = (world.rows("shops"), world.rows("templates"), world.rows("automations"))
    started = time.perf_counter()
    seed.seed(terminal.settings, world.services)
    seconds = time.perf_counter() - started

    assert (
        world.rows("shops"),
        world.rows("templates"),
        world.rows("automations"),
    ) == first
    assert [row.enabled for row in world.rows("automations")] == [True, True]
    assert {row.state for row in world.rows("templates")} == {"APPROVED"}
    assert len(_subscriptions(shopify, DEFAULT_SHOP)) == len(
        set(_subscriptions(shopify, DEFAULT_SHOP))
    )
    assert seconds < 0.3


def test_the_sandbox_follows_to_another_port(world, terminal, shopify):
    seed.seed(terminal.settings, world.services)
    moved = replace(terminal.settings, app_url="http://127.0.0.1:10")
    seed.seed(moved, world.services)

    [shop] = [s for s in shopify.get("state")["shops"] if s["domain"] == DEFAULT_SHOP]
    assert {each["uri"] for each in shop["subscriptions"]} == {
        "http://127.0.0.1:10/webhooks/shopify"
    }


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


def test_the_sandbox_is_no_command_of_a_real_installation(world, terminal):
    real = Flask("real")

    commands.register(real, replace(terminal.settings, sandbox=False), world.services)

    assert "sandbox" not in real.cli.commands
    assert "shop" in real.cli.commands


# The doctor


def _well(found: list[Finding]) -> dict[str, bool]:
    return {one.part: one.is_well for one in found}


def test_the_doctor_finds_everything_missing_where_nothing_is_set():
    found = doctor.findings({}, "test")

    assert not any(one.is_well for one in found)
    assert all(one.next_step for one in found)
    assert "DATABASE_URL is not set" in found[0].says


@pytest.mark.parametrize(
    "wrong",
    [
        {"database_url": "postgresql://127.0.0.1:9/nowhere"},
        {"database_url": "postgresql://[garbled"},
        {"redis_url": "redis://127.0.0.1:9/0"},
        {"redis_url": "redis://127.0.0.1:garbled/0"},
        {"secret_keys": ("x" * 40,)},
    ],
)
def test_the_doctor_survives_what_is_broken(terminal, wrong):
    found = doctor.findings_with(replace(terminal.settings, **wrong), "test")

    assert not all(one.is_well for one in found)


def test_the_doctor_tells_what_is_missing_for_going_live(world, terminal):
    before = _well(doctor.findings_with(terminal.settings, "test"))
    world.open_shop()
    after = _well(doctor.findings_with(terminal.settings, "test"))

    for part in ("settings", "PostgreSQL", "migrations", "SECRET_KEYS", "Redis"):
        assert before[part]
    assert before["database role"]
    live = ("shops", "WhatsApp", "templates", "automations")
    assert not any(before[part] for part in live)
    assert all(after[part] for part in live)
    assert not after["APP_URL"]
    assert not after["sandbox"]
    assert not after["workers"]


@pytest.mark.parametrize(
    ("server", "is_well"),
    [
        ({"redis_version": "7.2.4", "valkey_version": "9.1.2"}, True),
        ({"redis_version": "7.2.4", "valkey_version": "8.0.5"}, False),
        ({"redis_version": "8.2.2"}, True),
        ({"redis_version": "8.2.1"}, False),
        ({"redis_version": "7.4.6"}, True),
        ({"redis_version": "7.0.15"}, False),
        ({"redis_version": "6.0.16"}, False),
    ],
)
def test_the_doctor_knows_which_redis_is_mended(server, is_well):
    well, words, step = judged(server, "redis://elsewhere.example.com/0")

    assert well is is_well
    assert (step is None) is is_well
    assert words
