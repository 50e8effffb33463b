"""Who is who: numbers, ids of WhatsApp, and what is shown to belong together."""

from datetime import timedelta

import pytest

from core.values import Act, Phone, Scope
from sandbox.meta import DEFAULT_NUMBER_ID, DEFAULT_WABA_ID
from storage import people
from tests import samples
from tests.world import PHONE, SHOP

OTHER = "+4915187654321"
ADA, BEA = "DE.1001", "DE.2002"


def _meta(world, field="messages", **value):
    number = {"phone_number_id": DEFAULT_NUMBER_ID}
    value = {"messaging_product": "whatsapp", "metadata": number, **value}
    change = {"field": field, "value": value}
    entry = {"id": DEFAULT_WABA_ID, "changes": [change]}
    said = {"object": "whatsapp_business_account", "entry": [entry]}
    assert world.meta_says(said) == 200
    world.work()


def writes(world, phone=None, user_id=None, text="hello"):
    """Somebody writes to the shop."""
    named = {"from": phone and phone[1:], "from_user_id": user_id}
    world.now += timedelta(minutes=1)
    message = {
        "id": f"wamid.{world.now.timestamp()}",
        "timestamp": str(int(world.now.timestamp())),
        "type": "text",
        "text": {"body": text},
        **{name: value for name, value in named.items() if value},
    }
    _meta(world, messages=[message])


def changes(world, old, new, **told):
    world.now += timedelta(minutes=1)
    system = {"type": "user_changed_number", "wa_id": new and new[1:], **told}
    message = {
        "id": f"wamid.{world.now.timestamp()}",
        "timestamp": str(int(world.now.timestamp())),
        "type": "system",
        "system": system,
        **({"from": old[1:]} if old else {}),
    }
    _meta(world, messages=[message])


def is_reported(world, message, user_id, status="delivered", **told):
    world.now += timedelta(seconds=30)
    said = {"id": message.provider_id, "status": status, "recipient_user_id": user_id}
    world.meta_reports({**said, "biz_opaque_callback_data": f"{message.id}:1", **told})
    world.work()


def orders(world, number, phone=PHONE, **told):
    world.now += timedelta(minutes=1)
    order = samples.order(order_id=number, phone=phone, placed_at=world.now, **told)
    world.shopify_says("orders/create", order)
    world.work()


def contact(world, phone, domain=SHOP):
    shop_id = world.shop_ids[domain]
    with world.services.transactions.for_shop(shop_id) as tx:
        return people.contact_with(tx, shop_id, Phone(phone), book=world.services.book)


def row(world, contact_id):
    [found] = [each for each in world.rows("contacts") if each.id == contact_id]
    return found


def user_of(world, contact_id):
    sealed = row(world, contact_id).user_id
    shop_id = row(world, contact_id).shop_id
    return sealed and world.services.book.opened_user(shop_id, sealed)


def phone_of(world, contact_id):
    sealed = row(world, contact_id).phone
    return (
        sealed
        and world.services.book.opened(row(world, contact_id).shop_id, sealed).e164
    )


def test_a_report_on_our_own_message_binds_the_number_and_the_id(world):
    world.open_shop()
    world.agree()
    orders(world, 1)

    is_reported(world, world.message, ADA)

    ada = contact(world, PHONE)
    assert user_of(world, ada) == ADA
    assert len(world.rows("contacts")) == 1


def test_who_wrote_without_a_number_and_is_shown_with_it_later_is_one(world):
    world.open_shop()
    writes(world, user_id=ADA)
    orders(world, 1)
    assert len(world.rows("contact_keys")) == 2
    [met] = [each for each in world.rows("contacts") if each.phone is None]

    writes(world, PHONE, ADA)

    ada = contact(world, PHONE)
    assert ada == met.id
    assert (phone_of(world, ada), user_of(world, ada)) == (PHONE, ADA)
    assert {each.contact_id for each in world.rows("orders")} == {ada}
    assert {each.contact_id for each in world.messages} == {ada}
    assert len(world.rows("contact_merges")) == 1


def test_who_shows_no_number_is_written_to_by_id(world):
    """The order names a number that WhatsApp shows to be somebody else's now."""
    world.open_shop()
    world.agree()
    orders(world, 1)
    is_reported(world, world.message, ADA)
    ada = contact(world, PHONE)
    writes(world, PHONE, BEA)
    assert row(world, ada).phone is None

    world.shopify_says("fulfillments/create", samples.fulfillment(order_id=1))
    world.work()
    world.pass_time(timedelta(minutes=2))

    assert [each["to"] for each in world.accepted] == [PHONE[1:], ADA]


def test_a_number_given_out_anew_takes_no_consent_along(world):
    world.open_shop()
    world.agree(scope=Scope.MARKETING)
    world.agree()
    orders(world, 1)
    is_reported(world, world.message, ADA)
    ada = contact(world, PHONE)

    writes(world, PHONE, BEA)

    bea = contact(world, PHONE)
    assert bea != ada
    assert (phone_of(world, ada), user_of(world, ada)) == (None, ADA)
    assert (phone_of(world, bea), user_of(world, bea)) == (PHONE, BEA)
    assert {each.contact_id for each in world.rows("consents")} == {ada}
    assert row(world, ada).marketing_since is not None


def test_two_who_change_their_numbers_with_each_other_have_each_the_others(world):
    world.open_shop()
    writes(world, PHONE, ADA)
    writes(world, OTHER, BEA)
    ada, bea = contact(world, PHONE), contact(world, OTHER)

    writes(world, OTHER, ADA)
    assert (phone_of(world, ada), phone_of(world, bea)) == (OTHER, None)
    writes(world, PHONE, BEA)

    assert (phone_of(world, ada), phone_of(world, bea)) == (OTHER, PHONE)
    assert (user_of(world, ada), user_of(world, bea)) == (ADA, BEA)
    assert {each.state for each in world.rows("webhooks")} == {"done"}


def test_what_is_ordered_with_a_number_after_its_owner_left_it_is_not_theirs(world):
    world.open_shop()
    world.agree()
    orders(world, 1)
    ada = contact(world, PHONE)
    changes(world, PHONE, OTHER)

    orders(world, 2)

    whose = {each.order_id: each.contact_id for each in world.rows("orders")}
    assert whose[1] == ada
    assert whose[2] not in (None, ada)
    assert phone_of(world, ada) == OTHER


def test_who_changed_their_number_is_written_to_at_the_new_one(world):
    world.open_shop()
    world.agree()
    orders(world, 1)
    ada = contact(world, PHONE)
    changes(world, PHONE, OTHER)

    world.shopify_says("fulfillments/create", samples.fulfillment(order_id=1))
    world.work()
    world.pass_time(timedelta(minutes=2))

    assert contact(world, OTHER) == ada
    assert [each["to"] for each in world.accepted] == [PHONE[1:], OTHER[1:]]


def test_the_new_numbers_own_contact_is_the_same_person(world):
    world.open_shop()
    orders(world, 1)
    orders(world, 2, phone=OTHER)
    ada = contact(world, PHONE)

    changes(world, PHONE, OTHER)

    assert contact(world, OTHER) == ada
    assert {each.contact_id for each in world.rows("orders")} == {ada}


def test_a_stranger_who_had_the_new_number_before_stays_a_stranger(world):
    world.open_shop()
    world.agree(OTHER, scope=Scope.MARKETING)
    orders(world, 1)
    writes(world, OTHER, BEA)
    ada, bea = contact(world, PHONE), contact(world, OTHER)

    changes(world, PHONE, OTHER, user_id=ADA)

    assert contact(world, OTHER) == ada
    assert user_of(world, bea) == BEA
    said = [each for each in world.rows("consents") if each.scope == "marketing"]
    assert {each.contact_id for each in said} == {bea}


def test_an_id_that_was_changed_leads_to_the_same_person(world):
    world.open_shop()
    writes(world, user_id=ADA)
    [met] = world.rows("contacts")

    changes(
        world,
        None,
        None,
        type="user_changed_user_id",
        user_id=BEA,
        previous_user_id=ADA,
    )
    writes(world, user_id=BEA)

    assert [each.id for each in world.rows("contacts")] == [met.id]
    assert user_of(world, met.id) == BEA


def test_a_brazilian_number_with_and_without_its_ninth_digit_is_one(world):
    world.open_shop()
    orders(world, 1, phone="+5511987654321")

    writes(world, "+551187654321", ADA)

    assert len(world.rows("contacts")) == 1


def test_a_report_brings_nobody_back_who_was_erased(world, terminal):
    world.open_shop()
    world.agree()
    orders(world, 1)
    message = world.message
    is_reported(world, message, ADA)
    terminal.run("contact", "erase", SHOP, PHONE)
    [ada] = {each.contact_id for each in world.messages}

    is_reported(world, message, ADA, "read", recipient_id=PHONE[1:])

    assert row(world, ada).user_id is None
    assert {each.value for each in world.rows("contact_keys")} == {None}


@pytest.mark.parametrize("act", [Act.GRANTED, Act.REVOKED])
def test_a_persons_words_stay_theirs_when_their_number_changes(world, act):
    world.open_shop()
    world.agree(act=act)
    ada = contact(world, PHONE)

    changes(world, PHONE, OTHER)

    assert {each.contact_id for each in world.rows("consents")} == {ada}
