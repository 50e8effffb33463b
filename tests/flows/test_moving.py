"""A store's data leaves in a file, and is the same in another installation."""

import json
from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import text

from core.sealing import Keyring, fingerprint
from core.values import Phone, ShopId
from notifications import acquainting, moving, staff, verifying
from notifications.operating import Operator
from notifications.staff import Member
from storage import keys, people
from storage.changes import By
from storage.moving import LEFT_BEHIND, MOVED
from storage.people import PhoneBook
from storage.tables import metadata
from storage.tenancy import Crossing
from tests import samples
from tests.flows.everywhere import places_of
from tests.flows.test_privacy import (
    EVERYTHING,
    MAIL,
    NAMES,
    PLANTED,
    meta_tells,
    says_everything,
)
from tests.flows.test_who_is_who import OTHER, orders
from tests.world import PHONE, SHOP


@pytest.fixture
def full(world):
    world.open_shop(automations=True)
    says_everything(world)
    world.work()
    meta_tells(world)
    world.shopify_says("customers/delete", {"id": 5_000})
    world.work()
    with world.services.transactions.across(Crossing.OPERATING) as tx:
        clicked = "INSERT INTO clicks SELECT shop_id, id, :now, :now, 1 FROM messages"
        tx.connection.execute(text(clicked), {"now": world.now})
        asked = """INSERT INTO order_answers (shop_id, order_id, question)
          SELECT shop_id, order_id, min(id) FROM messages WHERE order_id IS NOT NULL
          GROUP BY 1, 2 ON CONFLICT DO NOTHING"""
        tx.connection.execute(text(asked))
        told = {"product_id": 7, "title": "Tea", "variants": [{"price": "9.90"}]}
        product = """INSERT INTO products (shop_id, product_id, told, told_at)
          SELECT id, 7, CAST(:told AS jsonb), :now FROM shops"""
        tx.connection.execute(
            text(product), {"told": json.dumps(told), "now": world.now}
        )
        allowed = """INSERT INTO policy_overrules
          SELECT id, 7, true, 'It is tea', 'me', :now FROM shops"""
        tx.connection.execute(text(allowed), {"now": world.now})
    shop_id, services = world.shop_ids[SHOP], world.services
    staff.welcome(shop_id, Member("4711", "Bo Lee"), services=services)
    staff.make_owner(shop_id, "4712", by=By("command", "me"), services=services)
    return world


@pytest.fixture
def file(full, terminal, tmp_path):
    path = tmp_path / "ada.jsonl"
    terminal.run("shop", "export", SHOP, str(path))
    return path


def _counts(world):
    return {
        table.name: len(
            [
                row
                for row in world.rows(table.name)
                if table.name != "webhooks" or row.source == "shopify"
            ]
        )
        for table in MOVED
    }


def _elsewhere(world):
    """The same program with other keys and another pepper, as it would be elsewhere."""
    sealer = Keyring(
        ["another installation's key, long enough"],
        keys.found_in(world.services.transactions),
    )
    book = PhoneBook(sealer, lambda: b"another pepper")
    return replace(world.services, sealer=sealer, book=book)


def _arrives(world, file):
    """The shop of a file is another installation's; answers the services there."""
    _forget_here(world)
    there = _elsewhere(world)
    with file.open(encoding="utf-8") as lines:
        moving.import_(
            lines,
            operator=Operator("me"),
            services=there,
            advance=lambda _count: None,
        )
    return there


def _forget_here(world):
    with world.services.transactions.across(Crossing.OPERATING) as tx:
        tx.connection.execute(text("DELETE FROM shops"))
        tx.connection.execute(text("DELETE FROM webhooks"))


def test_every_table_of_a_shops_goes_along_or_is_left_behind_on_purpose():
    of_shops = {t.name for t in metadata.sorted_tables if "shop_id" in t.c}

    moved = {table.name for table in MOVED}
    assert moved | LEFT_BEHIND == of_shops
    assert not moved & LEFT_BEHIND


def test_all_that_is_known_of_a_person_stands_in_the_file_and_no_key_or_token(
    full, file
):
    said = file.read_text(encoding="utf-8")

    for words in (NAMES[0], NAMES[2], MAIL, PLANTED):
        assert words in said
    for secret in ("shpat_test", "EAA", full.settings.secret_keys[0]):
        assert secret not in said
    assert file.stat().st_mode & 0o077 == 0
    lines = [json.loads(line) for line in said.splitlines()]
    assert lines[0]["domain"] == SHOP
    counted = Counter(line["table"] for line in lines if "table" in line)
    assert lines[-1] == {"end": dict(counted)}


def test_elsewhere_it_is_the_same_with_equal_counts(full, file):
    before = _counts(full)
    assert min(before.values()) >= 0
    empty = {name for name, count in before.items() if count == 0}
    assert empty <= {
        *("merged_customers", "tracking_numbers", "tracking_parcels"),
        "contact_merges",
    }
    products = [tuple(row)[1:] for row in full.rows("products")]

    there = _arrives(full, file)

    assert _counts(full) == before
    assert [tuple(row)[1:] for row in full.rows("products")] == products
    [shop] = full.rows("shops")
    assert (shop.state, shop.token, shop.name) == (
        "uninstalled",
        None,
        "Ada's Things",
    )
    [bo, _] = staff.everybody(ShopId(shop.id), services=there)
    assert (bo.user, bo.name, bo.role) == ("4711", "Bo Lee", "owner")
    theirs = replace(full, services=there)
    for words in (NAMES[0], NAMES[2], MAIL, PLANTED):
        assert places_of(theirs, words) - {"webhooks.body"}, words


def test_a_person_is_found_elsewhere_by_the_keys_of_there(full, file):
    _forget_here(full)
    there = _elsewhere(full)
    with file.open(encoding="utf-8") as lines:
        moving.import_(
            lines, operator=Operator("me"), services=there, advance=lambda _n: None
        )
    [shop] = full.rows("shops")

    found = {bytes(row.phone_key): row.id for row in full.rows("contacts")}

    key = fingerprint(b"another pepper", f"{shop.id} {PLANTED}")
    orders = full.rows("orders")
    assert {row.contact_id for row in orders} == {found[key]}
    ids = {row.id for row in full.rows("webhooks")}
    assert {row.webhook_id for row in full.rows("history")} <= ids
    consents = full.rows("consents")
    assert {row.contact_id for row in consents} <= set(found.values())


def test_its_ledger_of_consent_is_whole_elsewhere_too(full, file):
    _forget_here(full)
    there = _elsewhere(full)
    with file.open(encoding="utf-8") as lines:
        moving.import_(
            lines, operator=Operator("me"), services=there, advance=lambda _n: None
        )

    [shop] = full.rows("shops")
    verdict = verifying.verify(shop.id, SHOP, services=there)
    assert verdict.entries > 0
    assert verdict.faults == []


def test_it_is_whole_or_not_there_at_all(full, file, terminal, tmp_path):
    _forget_here(full)
    whole = file.read_text(encoding="utf-8").splitlines(keepends=True)
    broken = {
        "cut": whole[:-1],
        "short": [*whole[:5], whole[-1]],
        "odd": [*whole[:5], '{"table": "audit", "row": {}}\n', *whole[5:]],
        "garbage": [*whole[:5], "garbage\n"],
        "headless": whole[1:],
        "empty": [],
        "binary": ["\x00"],
    }
    for name, lines in broken.items():
        path = tmp_path / name
        path.write_text("".join(lines), encoding="utf-8")
        terminal.refused("shop", "import", str(path))
        assert full.rows("shops") == [], name
        assert full.rows("webhooks") == [], name


def test_a_file_that_is_not_there_is_refused(full, terminal, tmp_path):
    said = terminal.refused("shop", "import", str(tmp_path / "nowhere"))

    assert "FILE cannot be read" in said


def test_a_store_that_is_here_is_not_made_twice_nor_a_file_written_over(
    full, file, terminal
):
    assert "erase it first" in terminal.refused("shop", "import", str(file))
    assert "there already" in terminal.refused("shop", "export", SHOP, str(file))
    assert len(full.rows("shops")) == 1


def test_one_that_was_imported_is_connected_and_goes_on(full, file, terminal):
    _forget_here(full)
    terminal.run("shop", "import", str(file))
    sent = len(full.accepted)

    full.open_shop()
    full.shopify_says("orders/create", samples.order(order_id=8_123, name="#8123"))
    full.work()

    assert len(full.accepted) == sent + 1
    assert [row["domain"] for row in terminal.lines("shop", "list", "--json")] == [SHOP]


def test_who_exported_is_written_down(full, file, terminal):
    [look] = terminal.lines("access", "list", SHOP, "--json")

    assert (look["doing"], look["kinds"]) == ("shop export", ["everything"])


def test_nothing_of_a_forgotten_person_leaves(full, terminal, tmp_path):
    terminal.run("contact", "erase", SHOP, PLANTED)

    said = terminal.run("shop", "export", SHOP, "-")

    for words in EVERYTHING:
        assert words not in said, words


def test_who_was_made_one_here_can_be_made_two_elsewhere(world, terminal, tmp_path):
    world.open_shop()
    orders(world, 1)
    orders(world, 2, OTHER)
    terminal.run("contact", "merge", SHOP, PHONE, OTHER)
    path = tmp_path / "ada.jsonl"
    terminal.run("shop", "export", SHOP, str(path))
    before = _counts(world)

    there = _arrives(world, path)
    assert _counts(world) == before
    assert before["contact_merges"] == 1
    [shop] = world.rows("shops")
    acquainting.split(ShopId(shop.id), Phone(OTHER), services=there)

    with there.transactions.for_shop(ShopId(shop.id)) as tx:
        whose = {
            phone: people.contact_with(tx, shop.id, Phone(phone), book=there.book)
            for phone in (PHONE, OTHER)
        }
    told = {row.order_id: row.contact_id for row in world.rows("orders")}
    assert told == {1: whose[PHONE], 2: whose[OTHER]}
    assert whose[PHONE] != whose[OTHER]
