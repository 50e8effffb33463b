"""``contact show``, ``merge`` and ``split``: who is who, looked up and said."""

from datetime import timedelta

from core.values import Act, Scope
from tests import samples
from tests.flows.test_who_is_who import (
    ADA,
    BEA,
    OTHER,
    changes,
    contact,
    is_reported,
    orders,
    phone_of,
    row,
    writes,
)
from tests.world import PHONE, SHOP

BOB = "bob.myshopify.com"
PEOPLES = (
    *("contacts", "contact_keys", "orders", "parcels", "customers", "checkouts"),
    *("messages", "consents"),
)


def everything(world):
    """All rows that are somebody's."""
    return {
        table: sorted(
            (tuple(_plain(value) for value in each) for each in world.rows(table)),
            key=repr,
        )
        for table in PEOPLES
    }


def _plain(value):
    return bytes(value) if isinstance(value, memoryview) else value


def test_to_merge_and_then_split_leaves_everything_as_it_was(world, terminal):
    world.open_shop()
    for number, phone in enumerate((PHONE, OTHER), 1):
        world.agree(phone, scope=Scope.MARKETING)
        orders(world, number, phone)
        world.shopify_says(
            "fulfillments/create",
            samples.fulfillment(order_id=number, fulfillment_id=number),
        )
        world.work()
    is_reported(world, world.messages[0], ADA)
    before = everything(world)

    terminal.run("contact", "merge", SHOP, PHONE, OTHER)
    merged = everything(world)
    terminal.run("contact", "split", SHOP, OTHER)

    assert merged != before
    assert everything(world) == before


def test_what_is_one_persons_after_a_merge_is_all_that_both_had(world, terminal):
    world.open_shop()
    world.agree(OTHER)
    orders(world, 1)
    orders(world, 2, OTHER)
    ada = contact(world, PHONE)

    terminal.run("contact", "merge", SHOP, PHONE, OTHER)

    assert contact(world, OTHER) == ada
    assert phone_of(world, ada) == PHONE
    for table in ("orders", "messages", "consents"):
        assert {each.contact_id for each in world.rows(table)} == {ada}


def test_what_waits_follows_to_the_number_that_stays(world, terminal):
    world.open_shop(automations=True)  # so that a parcel's news waits for more
    orders(world, 1, OTHER, agreed=True)
    world.agree(OTHER)
    parcel = samples.fulfillment(order_id=1, created_at=world.now)
    world.shopify_says("fulfillments/create", parcel)
    world.work()
    world.agree(PHONE)

    terminal.run("contact", "merge", SHOP, PHONE, OTHER)
    world.pass_time(timedelta(minutes=2))

    assert [each["to"] for each in world.accepted] == [OTHER[1:], PHONE[1:]]


def test_the_stricter_word_about_offers_counts_after_a_merge(world, terminal):
    """A yes on the number that went is none on the one that stays."""
    world.open_shop()
    world.agree(OTHER, scope=Scope.MARKETING)
    orders(world, 1)

    terminal.run("contact", "merge", SHOP, PHONE, OTHER)

    since = row(world, contact(world, PHONE)).marketing_since
    [yes] = [each for each in world.rows("consents") if each.scope == "marketing"]
    assert yes.happened_at <= since


def test_a_no_of_either_counts_after_a_merge(world, terminal):
    world.open_shop()
    world.agree(PHONE, scope=Scope.MARKETING)
    world.now += timedelta(minutes=1)
    world.agree(OTHER, scope=Scope.MARKETING, act=Act.REVOKED)

    terminal.run("contact", "merge", SHOP, PHONE, OTHER)

    shown = terminal.json("contact", "show", SHOP, PHONE)
    assert shown["consent"]["marketing"]["act"] == "revoked"


def test_two_accounts_of_whatsapp_are_not_made_one(world, terminal):
    world.open_shop()
    writes(world, PHONE, ADA)
    writes(world, OTHER, BEA)

    assert "two accounts" in terminal.refused("contact", "merge", SHOP, PHONE, OTHER)


def test_customers_that_a_store_merges_are_one_person(world):
    world.open_shop()
    for id_, phone in ((11, PHONE), (12, OTHER)):
        world.shopify_says(
            "customers/create",
            {"id": id_, "phone": phone, "updated_at": world.now.isoformat()},
        )
    world.work()
    ada, bea = contact(world, PHONE), contact(world, OTHER)
    assert ada != bea

    world.shopify_says(
        "customers/merge",
        {
            "admin_graphql_api_customer_kept_id": "gid://shopify/Customer/11",
            "admin_graphql_api_customer_deleted_id": "gid://shopify/Customer/12",
            "status": "completed",
        },
    )
    world.work()

    assert contact(world, OTHER) == ada


def test_two_customers_on_one_phone_are_one_contact_with_both(world, terminal):
    world.open_shop()
    for id_ in (11, 12):
        world.shopify_says(
            "customers/create",
            {"id": id_, "phone": PHONE, "updated_at": world.now.isoformat()},
        )
    world.work()

    shown = terminal.json("contact", "show", SHOP, PHONE)

    assert {each["customer_id"] for each in shown["customers"]} == {11, 12}


def test_one_person_in_two_stores_is_two_who_know_nothing_of_each_other(world):
    world.open_shop()
    world.open_shop(BOB, number=None)
    world.agree()
    world.agree(domain=BOB)

    writes(world, PHONE, ADA)

    assert row(world, contact(world, PHONE)).user_key is not None
    assert row(world, contact(world, PHONE, BOB)).user_key is None
    assert len({bytes(each.key) for each in world.rows("contact_keys")}) == 3


def test_what_somebody_was_known_by_stays_on_record(world, terminal):
    world.open_shop()
    orders(world, 1)
    is_reported(world, world.message, ADA)
    changes(world, PHONE, OTHER, user_id=BEA)

    shown = terminal.json("contact", "show", SHOP, OTHER)

    by = {each["value"]: each for each in shown["known_by"]}
    assert set(by) == {PHONE, OTHER, ADA, BEA}
    assert {value for value, each in by.items() if each["is_current"]} == {OTHER, BEA}
    assert by[PHONE]["until"] is not None
    assert "contact show" in terminal.run("access", "list", SHOP)


def test_the_ledger_stays_whole_whoever_is_made_one(world, terminal):
    world.open_shop()
    world.agree(PHONE)
    terminal.run(
        *("consent", "grant", SHOP, OTHER, "--scope", "marketing"),
        *("--source", "counter", "--wording", "Offers, please"),
    )

    terminal.run("contact", "merge", SHOP, PHONE, OTHER)

    assert terminal.json("consent", "verify", SHOP)["is_whole"]


def test_who_is_shown_by_the_id_that_whatsapp_calls_them_by(world, terminal):
    world.open_shop()
    writes(world, None, ADA)
    writes(world, OTHER, BEA)
    bea = contact(world, OTHER)

    shown = terminal.json("contact", "show", SHOP, BEA)
    unnumbered = terminal.json("contact", "show", SHOP, ADA)

    assert shown["contact_id"] == bea
    assert [each["value"] for each in unnumbered["known_by"]] == [ADA]
    assert "nobody" in terminal.refused("contact", "show", SHOP, "DE.9")


def test_a_yes_with_an_order_is_shown_with_the_person(world, terminal):
    world.open_shop()
    orders(world, 1, agreed=True)

    shown = terminal.json("contact", "show", SHOP, PHONE)

    assert shown["agreed_with_orders"] == {"transactional": 1, "marketing": 0}
    said = terminal.run("contact", "show", SHOP, PHONE)
    assert "news about orders (transactional): no standing yes; agreed with one" in said
    assert "Times are those of Europe/Berlin." in said


def test_a_person_is_shown_in_the_language_that_is_asked_for(world, terminal):
    world.open_shop()
    orders(world, 1, agreed=True)

    said = terminal.run("contact", "show", SHOP, PHONE, "--language", "ko")

    for english in ("known by", "Contact", "named", "nothing said", "Times"):
        assert english not in said
